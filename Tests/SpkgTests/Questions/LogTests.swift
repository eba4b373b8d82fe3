import Platform
import Support
import SystemPackage
import Testing

@Suite struct LogTests {
    @Test func `without a name it is the log that was written last`() throws {
        try Distribution.run { distribution in
            let none = try distribution.spkg("log")
            #expect(none.status == 1 && none.stderr.contains("no logs in "), "\(none)")
            let logs = distribution.root.pushing("logs/pkgs")
            for name in ["b-1.log", "a-1.log", "a-1.time"] { try logs.write(FilePath(name)) }
            _ = try distribution.said(["touch", "-d", "2001-01-01", "\(logs)/a-1.log"], [:])
            #expect(try distribution.spkg("log").stdout == "\(logs)/b-1.log\n")
        }
    }

    @Test func `a log is followed as it is written`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.root.write("logs/pkgs/spam-1.0.log", "first\n")
            // It ends when what it was waiting for was read.
            let line = """
                exec 3< <("$0" log -f spam & echo $! >pid; wait)
                read -r first <&3; echo second >>logs/pkgs/spam-1.0.log
                read -r second <&3; kill $(cat pid); echo "$first, $second"
                """
            let said = try distribution.said(
                ["bash", "-c", line, Distribution.program.string], [:])
            #expect(said.stdout == "first, second\n", "\(said)")
        }
    }
}
