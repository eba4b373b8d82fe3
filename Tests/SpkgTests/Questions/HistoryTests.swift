import FoundationEssentials
import Platform
import Support
import SystemPackage
import Testing

/// That a killed change has its line once is proved for every call by `KillSweepTests`.
@Suite struct HistoryTests {
    private struct Change: Decodable, Equatable {
        let change: String
        let command: String
        let interrupted: Bool
    }

    private func history(_ distribution: Distribution, _ words: String...) throws -> [Change] {
        let said = try distribution.said(
            [Distribution.program.string, "history", "--json"] + words, [:])
        #expect(said.status == 0, "\(said)")
        return try JSONDecoder().decode([Change].self, from: Data(said.stdout.utf8))
    }

    private func file(_ distribution: Distribution) -> FilePath {
        distribution.local.pushing("var/lib/sage/history")
    }

    @Test func `each change has its time and the command that made it`() throws {
        try Distribution.run { distribution in
            #expect(try distribution.spkg("history").stdout == "")
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.addWheelRecipe("ham", "1.0", dependencies: "spam")
            try distribution.expectDone("install", "ham")
            try distribution.expectDone("install", "ham")
            try distribution.expectDone("uninstall", "ham", "no_such")
            #expect(
                try history(distribution) == [
                    Change(
                        change: "install spam-1.0", command: "spkg install ham", interrupted: false),
                    Change(
                        change: "install ham-1.0", command: "spkg install ham", interrupted: false),
                    Change(
                        change: "uninstall ham", command: "spkg uninstall ham no_such",
                        interrupted: false),
                ])
            #expect(try history(distribution, "ham").count == 2)
            #expect(try history(distribution, "--last", "1").map(\.change) == ["uninstall ham"])
            let line = try distribution.spkg("history", "spam").stdout
            #expect(
                line.contains(
                    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  install spam-1.0  spkg install ham\n$/),
                "\(line)")
        }
    }

    @Test func `a change that another command finished is said to be that one's`() throws {
        try Distribution.run { distribution in
            let harness = try FaultHarness(.packageUpgrade, in: distribution)
            _ = try harness.run(harness.killInTheMiddle())
            try distribution.expectDone("recover")
            #expect(
                try history(distribution, "spam").last
                    == Change(
                        change: "install spam-2.0", command: "spkg recover", interrupted: true))
        }
    }

    @Test func `a line that was cut short is passed over, and doesn't spoil the next`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.expectDone("install", "spam")
            let cut = try readText(file(distribution)) + "2026-08-21T13:05:59Z ham-1 inst"
            try writeFile(file(distribution), cut.utf8)
            try distribution.expectDone("uninstall", "spam")
            #expect(
                try history(distribution).map(\.change) == ["install spam-1.0", "uninstall spam"])
        }
    }

    @Test func `it doesn't grow without end, and keeps the newest`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.expectDone("install", "spam")
            let line = "2026-08-21T13:05:59Z ham-1 install%20ham-1.0 spkg%20install%20ham\n"
            try writeFile(file(distribution), String(repeating: line, count: 20_000).utf8)
            try distribution.expectDone("uninstall", "spam")
            let text = try readText(file(distribution))
            #expect(text.utf8.count < 1 << 20)
            #expect(text.hasPrefix(line))
            #expect(try history(distribution, "-n", "1").map(\.change) == ["uninstall spam"])
        }
    }

    @Test func `where it can't be written the change is made all the same, with a warning`() throws
    {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.local.write("var/lib/sage/history/in-the-way")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0)
            #expect(said.stderr.contains("not noted in the history: "), "\(said)")
            #expect(try distribution.site.exists("spam.py"))
        }
    }

    @Test func `other environments get none`() throws {
        try Distribution.run { distribution in
            try distribution.installWheel("1.0")
            #expect(try !distribution.local.exists("var"))
        }
    }
}
