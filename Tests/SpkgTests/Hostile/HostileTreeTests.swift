import Platform
import Support
import SystemPackage
import Testing

/// Stages, trees and journals that nobody made with care. Nothing is guessed: one error that names
/// what is wrong, and nothing touched.
@Suite struct HostileTreeTests {
    private func withStage(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.local.write("share/old", "old")
            try distribution.root.write("stage/bin/tool", "tool", mode: 0o755)
            try body(distribution)
        }
    }

    private func merge(_ distribution: Distribution, _ more: String...) throws -> Distribution.Said
    {
        try distribution.said(
            [Distribution.program.string, "merge", "stage", "local"] + more, [:])
    }

    /// Refused: the words are said, and tree and stage are what they were.
    private func expectRefusal(
        _ distribution: Distribution, saying words: [String], _ more: String...
    ) throws {
        func content() throws -> [String: String] {
            try distribution.snapshot().filter { !$0.key.hasPrefix("var") }
        }
        let before = try content()
        let said = try distribution.said(
            [Distribution.program.string, "merge", "stage", "local"] + more, [:])
        #expect(said.status == 1)
        for word in words { #expect(said.stderr.contains(word), "\(said.stderr)") }
        #expect(said.stderr.split(separator: "\n").filter { $0.hasPrefix("error:") }.count == 1)
        let after = try content()
        #expect(after == before, "\(differences(after, before))")
        #expect(try distribution.litter() == [])
    }

    // MARK: The stage

    @Test func `a socket, a device and a pipe in the stage: all are named`() throws {
        try withStage { distribution in
            let made = try distribution.said(
                [
                    "sh", "-c",
                    """
                    mkdir -p stage/share/x && mkfifo stage/share/x/pipe && mkfifo stage/top &&
                    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("stage/share/x/s")'
                    """,
                ], [:])
            try #require(made.status == 0, "\(made.stderr)")
            var words = ["share/x/pipe", "share/x/s", "top"]
            if try distribution.said(["mknod", "stage/null", "c", "1", "3"], [:]).status == 0 {
                words.append("null")
            }
            try expectRefusal(distribution, saying: words)
        }
    }

    @Test(arguments: ["/etc", "../../outside", "../outside"])
    func `a link in the stage that leads out is moved as it is, never followed`(text: String) throws
    {
        try withStage { distribution in
            try distribution.root.write("outside/keep", "keep")
            try distribution.root.link("stage/share/out", to: FilePath(text))
            let before = try distribution.root.appending("outside").listing()
            let said = try merge(distribution)
            #expect(said.status == 0, "\(said.stderr)")
            let share = try Directory(opening: distribution.local.appending("share"))
            #expect(try share.linkText("out") == FilePath(text))
            #expect(try distribution.root.appending("outside").listing() == before)
            // And the next stage with a folder there doesn't go through it.
            try distribution.root.write("stage/share/out/keep", "overwritten")
            try expectRefusal(distribution, saying: ["share/out", text])
            #expect(try distribution.root.appending("outside").listing() == before)
        }
    }

    @Test func `every conflict is reported at once, and JSON doesn't hide one`() throws {
        try withStage { distribution in
            try distribution.root.write("stage/share/old/file", "a folder where a file is")
            try distribution.local.write("bin/tool/file", "a file where a folder is")
            try expectRefusal(distribution, saying: ["share/old", "bin/tool"], "--json")
        }
    }

    @Test func `paths of 4,000 bytes, and names with newlines`() throws {
        try withStage { distribution in
            // Part of the way is there, so that the plan goes down and journals what is below.
            func fill(_ top: FilePath, depth: Int, _ name: Character) throws {
                var folder = try Directory(opening: top)
                for _ in 0..<depth {
                    folder = try folder.directory(
                        makingIfAbsent: FilePath.Component(String(repeating: "d", count: 200))!)
                }
                let file = FilePath.Component(String(repeating: name, count: 180))!
                try folder.file(file, .create(mode: 0o644)).write("\(name)".utf8)
            }
            try fill(distribution.root.appending("stage"), depth: 19, "n")
            try fill(distribution.local, depth: 8, "o")
            try distribution.root.write("stage/two\nlines/and\nmore", "x")
            try distribution.local.write("two\nlines/old", "kept")
            let staged = try distribution.root.appending("stage").listing()
            let said = try merge(distribution)
            #expect(said.status == 0, "\(said.stderr)")
            let tree = try distribution.snapshot()
            for (path, what) in staged { #expect(tree[path] == what) }
            #expect(tree.keys.contains { $0.utf8.count > 3900 })
            #expect(try distribution.litter() == [])
        }
    }

    // MARK: The tree

    @Test(arguments: ["/etc", "../outside", "nowhere"])
    func `a link in the tree that leads out is refused`(text: String) throws {
        try withStage { distribution in
            try distribution.root.write("outside/keep", "keep")
            try distribution.local.link("bin", to: FilePath(text))
            try expectRefusal(distribution, saying: ["bin", text])
            #expect(try distribution.root.appending("outside").listing().count == 1)
        }
    }

    @Test func `a record for a package whose files are gone`() throws {
        try withStage { distribution in
            try distribution.makeEnvironment()
            let before = try distribution.snapshot().filter { !$0.key.hasPrefix("var") }
            try distribution.fillWithGmp("1", in: "local")
            for path in try distribution.local.listing().keys.sorted().reversed()
            where path.contains("gmp") && !path.hasPrefix("var") {
                try removeTree(distribution.local.pushing(FilePath(path)))
            }
            let said = try distribution.spkg("uninstall", "gmp")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(!said.stderr.contains("warning"), "\(said.stderr)")
            #expect(try !distribution.local.exists("var/lib/sage/installed/gmp-1"))
            for path in before.keys where !path.hasPrefix("stage") {
                #expect(try status(distribution.local.pushing(FilePath(path))) != nil, "\(path)")
            }
        }
    }

    // MARK: Journals

    /// A change that is open because its process was killed in the middle.
    private func withOpenChange(
        _ body: (FaultHarness, _ journal: FilePath, _ stage: FilePath) throws -> Void
    ) throws {
        try Distribution.run { distribution in
            let workshop = try FaultHarness(.upgrade, in: distribution)
            let changes = distribution.local.pushing("var/lib/sage/changes")
            #expect(try workshop.run(workshop.killInTheMiddle()).said.status == 137)
            let name = try #require(try Directory(opening: changes).entries().first).name
            try body(
                workshop, changes.appending(name),
                distribution.local.pushing("var/tmp/sage/stage").appending(name))
        }
    }

    private func expectStop(_ workshop: FaultHarness, saying words: [String]) throws {
        let distribution = workshop.distribution
        let before = try distribution.local.listing()
        for command in [["recover"], workshop.scenario.arguments(distribution)] {
            let said = try distribution.said([Distribution.program.string] + command, [:])
            #expect(said.status == 1, "\(command)")
            for word in words { #expect(said.stderr.contains(word), "\(said.stderr)") }
            let after = try distribution.local.listing()
            #expect(differences(after, before) == [], "\(command)")
        }
    }

    @Test func `a journal that was cut: nothing is guessed`() throws {
        try withOpenChange { workshop, journal, _ in
            let text = try readText(journal)
            let half = String(text.prefix(text.count / 2))
            try writeFile(journal, half.utf8)
            try expectStop(workshop, saying: [journal.string, "spkg verify"])
            // With its journal put right, the change is finished.
            try writeFile(journal, text.utf8)
            try workshop.expectOldOrNew(after: "a journal put right")
        }
    }

    @Test func `a journal whose stage is gone: nothing is guessed`() throws {
        try withOpenChange { workshop, journal, stage in
            try removeTree(stage)
            try expectStop(workshop, saying: [journal.string, stage.string])
        }
    }

    @Test func `a foreign file among the journals: nothing is guessed`() throws {
        try withOpenChange { workshop, journal, _ in
            let foreign = journal.removingLastComponent().appending("README")
            try writeFile(foreign, "keep out\n".utf8)
            try expectStop(workshop, saying: [foreign.string])
            try removeTree(foreign)
            try workshop.expectOldOrNew(after: "a foreign file taken away")
        }
    }

    // MARK: A command after a kill

    /// The killed install is in the tree as soon as it is recovered: an uninstall that looked before
    /// would find nothing to do, and leave what comes to light later.
    @Test(arguments: [Scenario.upgrade, .packageUpgrade])
    func `an uninstall after a killed install removes what the install brings`(scenario: Scenario)
        throws
    {
        try Distribution.run { distribution in
            let whole = scenario.description == Scenario.upgrade.description
            let workshop = try FaultHarness(scenario, in: distribution)
            // From nothing: there is no older version to be seen.
            let uninstall =
                whole
                ? ["wheel", "uninstall", "--tree", distribution.local.string, "spam"]
                : ["uninstall", "spam"]
            for number in stride(from: 1, to: 60, by: 2) {
                try workshop.restore()
                _ = try distribution.said([Distribution.program.string] + uninstall, [:])
                let (said, _) = try workshop.run(
                    Fault(.killBefore, at: number, from: Scenario.lock))
                if said.status != 137 { break }
                let removed = try distribution.said(
                    [Distribution.program.string] + uninstall, [:])
                #expect(removed.status == 0, "\(removed.stderr)")
                #expect(try distribution.spkg("recover").status == 0)
                let left = try distribution.site.listing().keys.filter { $0.contains("spam") }
                #expect(left == [], "killed before call \(number)")
                #expect(try distribution.litter() == [])
            }
        }
    }

    @Test func `a stage whose note of an adopted folder is empty, as after a power cut, is swept`()
        throws
    {
        try Distribution.run { distribution in
            let stage = distribution.local.pushing("var/tmp/sage/stage/merge-1-x")
            try makeDirectories(stage.appending("old"))
            try writeFile(stage.appending("from"), "".utf8)
            let recovered = try distribution.spkg("recover")
            #expect(recovered.status == 0, "\(recovered.stderr)")
            #expect(try status(stage) == nil)
        }
    }
}
