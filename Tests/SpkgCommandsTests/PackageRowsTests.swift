import Building
import Installing
import Testing

@testable import SpkgCommands

@Suite struct PackageRowsTests {
    private let start = ContinuousClock.now

    private func rows(_ columns: Int, lines: Int = 24, coloured: Bool = false) -> [String] {
        var running = RunningPackages()
        running.note(done: 3, of: 22)
        running.enter("numpy-2.4.6", .fetching, at: start)
        running.note("numpy-2.4.6", detail: "3.1 MiB of 20.0 MiB")
        running.enter("libfoo-1.0.p1", .building, at: start + .seconds(60))
        running.note("libfoo-1.0.p1", line: "cc -O2 -c foo.c")
        return PackageRows(columns: columns, lines: lines, isColoured: coloured)
            .text(of: running, at: start + .seconds(3725))
    }

    @Test func `a row has the name, the phase, the time, and what comes last`() {
        #expect(
            rows(80) == [
                "[numpy-2.4.6] fetching 1:02:05 3.1 MiB of 20.0 MiB",
                "[libfoo-1.0.p1] building 1:01:05  cc -O2 -c foo.c", "3 of 22 done, 19 left",
            ])
        #expect(rows(200) == rows(80))
        #expect(
            rows(80, coloured: true)[1].hasSuffix(" 1:01:05\u{1b}[2m  cc -O2 -c foo.c\u{1b}[0m"))
    }

    @Test func `a narrow terminal cuts the right end, and never the name`() {
        #expect(
            rows(40) == [
                "[numpy-2.4.6] fetching 1:02:05 3.1 MiB ",
                "[libfoo-1.0.p1] building 1:01:05  cc -O", "3 of 22 done, 19 left",
            ])
        #expect(rows(10) == ["[numpy-2.4.6]", "[libfoo-1.0.p1]", "3 of 22 d"])
        #expect(rows(1)[0] == "[numpy-2.4.6]")
    }

    @Test func `a low terminal shows the first, and how many more there are`() {
        #expect(
            rows(80, lines: 4) == [
                "[numpy-2.4.6] fetching 1:02:05 3.1 MiB of 20.0 MiB",
                "3 of 22 done, 19 left, 1 more running",
            ])
    }

    @Test func `characters of two columns count twice`() {
        #expect(cut("パッケージ", to: 5) == "パッ")
        #expect(columnCount("für 包") == 6)
        #expect(columnCount("e\u{301}te\u{301}") == 3)
        #expect(columnCount("⌚👍🏽") == 6)
        #expect(cut("a\u{200d}b", to: 1) == "a\u{200d}")
    }

    @Test(arguments: [
        ("a\u{1b}[31mb\u{1b}[0m\tc\u{8}", "ab c"), ("\u{1b}]0;title\u{7}text", "text"),
        ("\u{1b}[", ""), ("\u{1b}", ""), ("grün", "grün"), ("\u{1b}(B\u{1b}[mx\u{9b}", "x"),
        ("\u{1b}P+q544e\u{1b}\\y\u{1b}c", "y"), ("1 %\r2 %", "2 %"), ("a\u{202e}b", "ab"),
    ])
    func `what would move the cursor or change colours is left out`(text: String, plain: String) {
        #expect(plainText(text) == plain)
        #expect(!terminalText(text).contains { $0 == "\u{8}" || $0 == "\u{7}" })
        #expect(
            lastLine(of: Array("first\n\(text)\n \n".utf8)) == (plain.isEmpty ? "first" : plain))
    }

    @Test func `a terminal gets colours, and nothing else that has an effect`() {
        #expect(terminalText("a\nb\n") == "a\nb\n")
        #expect(
            terminalText("\u{1b}[1merror:\u{1b}[0m no\n\u{1b}[31mred\u{1b}[2J\u{7}\nx\u{1b}[Ay")
                == "\u{1b}[1merror:\u{1b}[0m no\n\u{1b}[31mred\u{1b}[0m\nxy")
    }

    @Test func `of what takes long something is heard each minute`() {
        var running = RunningPackages()
        running.enter("a-1", .building, at: start)
        running.enter("b-1", .building, at: start + .seconds(30))
        #expect(running.reminders(at: start + .seconds(59)) == [])
        #expect(running.reminders(at: start + .seconds(60)) == ["[a-1] still building (1:00)"])
        #expect(running.reminders(at: start + .seconds(61)) == [])
        running.finish("a-1")
        running.enter("b-1", .installing, at: start + .seconds(80))
        #expect(running.reminders(at: start + .seconds(155)) == ["[b-1] still installing (2:05)"])
        #expect(running.reminders(at: start + .seconds(300)) == ["[b-1] still installing (4:30)"])
    }
}
