import Glibc
import Platform
import Support
import SystemPackage
import Testing

@testable import Building

/// Logs that say little, or nothing as it is expected.
@Suite struct OddLogTests {
    private func lines(_ text: String) -> [String] { LogExcerpt(of: text).lines }

    private let busy = (1...200).map { i in
        """
        gcc -Werror -Wno-error=unused -DERROR=1 -c error\(i).c -o errors/error\(i).o
        checking for error handling... yes
        -- errors: 0 errors, 0 failures, 0 failed
        tests/error_\(i).py::test_error PASSED
        copying lib/fatal/errors.py -> build/lib/fatal
        """
    }.joined(separator: "\n")

    @Test func `names of errors are no errors`() {
        #expect(lines(busy).count == LogExcerpt.limit)
        #expect(lines(busy).last == "copying lib/fatal/errors.py -> build/lib/fatal")
        let failed = lines("\(busy)\nconfigure: error: gmp is missing\n\(busy)")
        #expect(failed == ["configure: error: gmp is missing"])
    }

    @Test func `warnings are no reason`() {
        let warnings = (1...30).map { "a.c:\($0):1: warning: unused [-Wunused]\n" }.joined()
        #expect(lines("\(warnings)that's all\n").suffix(1) == ["that's all"])
        #expect(lines("\(warnings)b.c:9:1: error: no\n\(warnings)") == ["b.c:9:1: error: no"])
    }

    @Test func `colours and other sequences hide nothing, and none is shown`() {
        let log = """
            \u{1b}[1m../ring.c:2:48:\u{1b}[m\u{1b}[K \u{1b}[01;31m\u{1b}[Kerror: \u{1b}[m\u{1b}[Kno \u{202e}way
            \u{1b}]0;title\u{7}\u{1b}(B    2 | int\u{8}\u{9b}31m x
            ninja: build stopped\u{1b}[0m: subcommand failed.
            """
        #expect(
            lines(log) == [
                "../ring.c:2:48: error: no way", "    2 | int31m x",
                "ninja: build stopped: subcommand failed.",
            ])
    }

    @Test func `of a progress bar the last state counts`() {
        let bar = (0...100).map { "\r\($0) % of error: all" }.joined()
        #expect(lines("start\r\n\(bar)\r\ndone\r\n") == ["start", "100 % of error: all", "done"])
        #expect(lines("\(bar)\rcc: error: no input files\n") == ["cc: error: no input files"])
    }

    @Test func `bytes that are no text are repaired`() throws {
        try withTemporaryFolder { folder in
            let log = folder.appending("log")
            try writeFile(
                log,
                [0xFF, 0xC3, 0x0A] + Array("m.c:1:1: error: ‘\u{fc}’ ".utf8) + [
                    0xE2, 0x80, 0x0A, 0, 0x0A,
                ])
            #expect(
                try LogExcerpt(of: .file(log, from: 0)).lines == ["m.c:1:1: error: ‘ü’ \u{FFFD}"])
        }
    }

    @Test func `an empty log has no lines, and a line without end is cut`() {
        #expect(lines("") == [])
        #expect(lines("\n \n\n") == [])
        #expect(lines("no newline") == ["no newline"])
        let long = "x.c:1:1: error: " + String(repeating: "y", count: 3 << 20)
        let shown = lines(long)
        #expect(
            shown.count == 1 && shown[0].hasPrefix("x.c:1:1: error: yy") && shown[0].count < 500)
    }

    @Test func `a log of 50 MB is read in a few`() throws {
        try withTemporaryFolder { folder in
            let log = folder.appending("log")
            let folder = try Directory(opening: folder)
            let file = try folder.file("log", .append(mode: 0o600))
            let part = Array(busy.utf8) + [0x0A]
            for i in 0..<1200 {
                try file.write(part)
                if i == 500 {
                    try file.write("m.c:1:1: error: the reason\nmake: *** [m.o] Error 1\n".utf8)
                }
            }
            #expect(try file.status().size > 48 << 20)
            let before = peakMemory()
            let lines = try LogExcerpt(of: .file(log, from: 0)).lines
            #expect(lines == ["m.c:1:1: error: the reason", "make: *** [m.o] Error 1"])
            #expect(peakMemory() - before < 16 << 10)
        }
    }

    /// KiB.
    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    @Test func `many causes leave room for the first, the last and the verdict`() {
        let many = (1...500).map { "m\($0).c:1:1: error: no \($0)\n    1 | x\n      | ^\n" }
            .joined()
        let shown = lines("\(many)make: *** [Makefile:1: all] Error 1\n")
        #expect(shown.count <= LogExcerpt.limit)
        #expect(shown.first == "m1.c:1:1: error: no 1")
        #expect(shown.contains("m500.c:1:1: error: no 500"))
        #expect(shown.last == "make: *** [Makefile:1: all] Error 1")
    }

    @Test func `without a known word what stands before the failed target is shown`() {
        let log = """
            frobnicate --all
            the frobs are not nice
            make: *** [Makefile:7: frobs] Error 3
            make: *** Waiting for unfinished jobs....

            """ + (1...50).map { "cc -c \($0).c\n" }.joined()
        #expect(
            lines(log) == [
                "frobnicate --all", "the frobs are not nice",
                "make: *** [Makefile:7: frobs] Error 3",
            ])
    }
}
