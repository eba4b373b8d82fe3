import Platform
import Support
import SystemPackage
import Testing

@Suite struct AutoremoveTests {
    /// top, which was named, needs base; tool was named, too, and needed helper until now.
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("base", "1.0")
            try distribution.addWheelRecipe("helper", "1.0")
            try distribution.addWheelRecipe("top", "1.0", dependencies: "base")
            try distribution.addWheelRecipe("tool", "1.0", dependencies: "helper | base")
            try distribution.expectDone("install", "top", "tool")
            try distribution.expectDone("uninstall", "tool")
            try body(distribution)
        }
    }

    @Test func `what nothing needs any more goes, and nothing else`() throws {
        try run { distribution in
            let dry = try distribution.spkg("autoremove", "--dry-run")
            #expect(dry == .init(status: 0, stdout: "helper\n", stderr: ""))
            #expect(try distribution.spkg("list", "--names").stdout == "base\nhelper\ntop\n")
            let said = try distribution.spkg("autoremove", "--yes")
            #expect(said == .init(status: 0, stdout: "", stderr: "[helper] uninstalled\n"))
            #expect(try distribution.spkg("list", "--names").stdout == "base\ntop\n")
            #expect(
                try distribution.spkg("autoremove")
                    == .init(status: 0, stdout: "", stderr: "nothing to remove\n"))
            try distribution.expectDone("uninstall", "top")
            #expect(try distribution.spkg("autoremove", "-y").status == 0)
            #expect(try distribution.spkg("list").stdout == "")
            #expect(try distribution.spkg("verify").stdout == "")
        }
    }

    @Test func `without a terminal nothing goes unless that is said`() throws {
        try run { distribution in
            let said = try distribution.spkg("autoremove")
            #expect(said.status == 1)
            #expect(
                said.stderr == "no longer needed: helper\n"
                    + "nothing was removed; to remove them: spkg autoremove --yes\n")
            #expect(try distribution.spkg("list", "--names").stdout == "base\nhelper\ntop\n")
        }
    }

    @Test(arguments: [("y", true), ("", false), ("no", false)])
    func `on a terminal it asks`(answer: String, goes: Bool) throws {
        try run { distribution in
            let said = try distribution.said(
                [
                    "python3", "-c", Self.terminal, answer, Distribution.program.string,
                    "autoremove",
                ], [:])
            #expect(said.status == (goes ? 0 : 1), "\(said)")
            #expect(said.stdout.contains("uninstall them? [y/N] "), "\(said)")
            #expect(try distribution.records().contains("helper-1.0") == !goes)
        }
    }

    /// Runs a command on a terminal and types an answer.
    private static let terminal = """
        import os, pty, sys
        process, terminal = pty.fork()
        if process == 0:
            os.execv(sys.argv[2], sys.argv[2:])
        said = b""
        while b"[y/N] " not in said:
            said += os.read(terminal, 1000)
        os.write(terminal, sys.argv[1].encode() + b"\\n")
        try:
            while block := os.read(terminal, 1000):
                said += block
        except OSError:
            pass
        print(said.decode())
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
        """

    @Test func `what others have installed needs its packages, too`() throws {
        try run { distribution in
            var wheel = WheelBuilder("foreign", "1.0")
            wheel.metadata = ["Requires-Dist: Helper (>=1)"]
            let path = try wheel.write(in: distribution.root)
            try distribution.expectDone("wheel", "install", path.string)
            #expect(try distribution.spkg("autoremove", "--dry-run").stdout == "")
        }
    }

    @Test func `while the recipe of a package that stays is gone, nothing goes`() throws {
        try run { distribution in
            try distribution.removeRecipe("top")
            let said = try distribution.spkg("autoremove", "--yes")
            #expect(said.status == 1)
            #expect(said.stderr.contains("their recipes are gone: top\n"), "\(said)")
            #expect(try distribution.records().count == 3)
        }
    }
}
