import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Installing

/// Random layouts of links, files and folders, over two versions and two packages, against a model: a
/// tree holds just what its packages have staged, links lead where they say, and nothing goes through
/// them.
///
/// SPKG_TEST_LAYOUTS is the number of rounds.
@Suite struct LayoutTests {
    private static let rounds = Int(inherited("SPKG_TEST_LAYOUTS") ?? "") ?? 6

    /// What a package stages: path → what it is.
    private typealias Layout = [FilePath: Entry]

    private enum Entry: Hashable {
        case file(String)
        case link(FilePath)
        case emptyFolder
    }

    @Test func `one package's layout replaces another of its own exactly`() throws {
        var dice = SeededGenerator(for: "layouts of one package")
        for round in 0..<Self.rounds {
            let versions = (0..<3).map { Self.layout(&dice, of: "v\($0)", in: "") }
            try World.run { world in
                for layout in versions + [[:]] {
                    try world.merge(layout, as: "pico")
                    try world.expect([layout], "round \(round)")
                }
            }
        }
    }

    @Test func `what others own behind a package's links is untouched`() throws {
        var dice = SeededGenerator(for: "layouts beside another package")
        for round in 0..<Self.rounds {
            var other = Self.layout(&dice, of: "other", in: "q")
            var versions = (0..<3).map { Self.layout(&dice, of: "v\($0)", in: "p") }
            // Files that both bring, and the same, and folders that both bring empty.
            for name in ["s/one", "s/two"] {
                other[FilePath(name)] = .file(name)
                for index in versions.indices where !dice.oneIn(3) {
                    versions[index][FilePath(name)] = .file(name)
                }
            }
            other["s/empty"] = .emptyFolder
            versions[0]["s/empty"] = .emptyFolder
            try World.run { world in
                let isFirst = dice.oneIn(2)
                if isFirst { try world.merge(other, as: "other") }
                try world.merge(versions[0], as: "pico")
                if !isFirst { try world.merge(other, as: "other") }
                for layout in versions + [[:]] {
                    try world.merge(layout, as: "pico")
                    try world.expect([layout, other], "round \(round)")
                }
                try world.merge([:], as: "other")
                try world.expect([], "round \(round)")
            }
        }
    }

    @Test func `packages that get into each other's way are refused, or both are whole`() throws {
        var dice = SeededGenerator(for: "layouts in each other's way")
        var refused = 0
        for round in 0..<Self.rounds {
            let names = ["pico", "other"]
            let steps = (0..<6).map { step in
                let name = dice.pick(names)
                return (
                    name, dice.oneIn(5) ? [:] : Self.layout(&dice, of: "\(name)\(step)", in: "")
                )
            }
            try World.run { world in
                try world.tree.root.write("mine", "a user's")
                for (name, layout) in steps {
                    let before = try world.listing()
                    do { try world.merge(layout, as: name) } catch {
                        refused += 1
                        #expect(try world.listing() == before, "round \(round): \(error)")
                    }
                    let found = try Verification.findings(
                        in: world.tree, of: nil, settings: TreeSettings(environment: [:]))
                    #expect(found == [], "round \(round), \(name): \(layout)")
                }
                for name in names { try world.merge([:], as: name) }
                #expect(try world.listing().keys.sorted() == ["mine"], "round \(round)")
            }
        }
        print("layouts: \(refused) of \(Self.rounds * 6) refused")
        #expect(refused < Self.rounds * 4)
    }

    /// A few names, so that they often meet. Nothing is below a file or link.
    private static func layout(_ dice: inout SeededGenerator, of version: String, in folder: String)
        -> Layout
    {
        var layout: Layout = [:]
        let names = ["a", "b", "c"]
        for _ in 0..<dice.number(0...6) {
            let depth = dice.number(1...3)
            var path = FilePath(folder)
            for _ in 0..<depth { path.append(dice.pick(names)) }
            let isBelow = layout.keys.contains { path.starts(with: $0) || $0.starts(with: path) }
            if isBelow { continue }
            switch dice.number(0...5) {
            case 0...2: layout[path] = .file(version)
            case 3: layout[path] = .emptyFolder
            default:
                let up = FilePath(String(repeating: "../", count: path.components.count - 1))
                let target = [
                    "a", "b/c", "p/a", "q", "q/a", "q/b/c", "nowhere", "../outside", "mine",
                ]
                layout[path] = .link(up.pushing(FilePath(dice.pick(target))))
            }
        }
        return layout
    }

    /// A tree, and merges into it.
    private struct World {
        let tree: Tree
        let stage: FilePath

        static func run(_ body: (World) throws -> Void) throws {
            try withTemporaryFolder { folder in
                try folder.write("outside/keep", "keep")
                try makeDirectories(folder.appending("tree"))
                try body(
                    World(tree: Tree(folder.appending("tree")), stage: folder.appending("stage")))
                #expect(try folder.text("outside/keep") == "keep")
                #expect(try folder.appending("outside").listing().count == 1)
            }
        }

        /// Stages a layout with its record; nothing for an uninstall.
        func merge(_ layout: Layout, as package: String) throws {
            try removeTree(stage)
            try makeDirectories(stage)
            var record = InstalledRecord(
                name: package, version: "1", installDate: "", systemUname: "")
            for (path, entry) in layout {
                let place = stage.pushing(path)
                try makeDirectories(place.removingLastComponent())
                switch entry {
                case .file(let text): try stage.write(path, text)
                case .link(let text): try stage.link(path, to: text)
                case .emptyFolder:
                    try makeDirectories(place)
                    record.folders = (record.folders ?? []) + [path.string]
                }
                let parent = try Directory(opening: place.removingLastComponent())
                if let entry = try ManifestEntry(path, reading: path.lastComponent!, in: parent) {
                    record.manifest = (record.manifest ?? []) + [entry]
                    record.files.append(path.string)
                }
            }
            if !layout.isEmpty {
                let folder = stage.pushing(Tree.Place.installed)
                try makeDirectories(folder)
                try writeFile(folder.appending(record.fileName), record.json())
            }
            _ = try Merge(
                into: tree, settings: TreeSettings(environment: ["SPKG_DURABLE": "no"]),
                reporting: Reporting(event: { _ in })
            ).run(stage, package: package)
        }

        /// The tree without our own places.
        func listing() throws -> [String: String] {
            try tree.root.listing { ["var", "mine/x"].contains($0.string) }
        }

        /// Expects just these layouts in the tree.
        func expect(_ layouts: [Layout], _ what: String) throws {
            var expected: [String: String] = [:]
            for (path, entry) in layouts.flatMap({ $0 }) {
                var above = path
                while above.removeLastComponent(), !above.isEmpty {
                    expected[above.string] = "folder"
                }
                expected[path.string] =
                    switch entry {
                    case .file(let text): "file \(Digest(of: text.utf8).hex.prefix(16))"
                    case .link(let text): "link to \(text)"
                    case .emptyFolder: "folder"
                    }
            }
            let found = try listing().mapValues { text in
                let words = text.split(separator: " ")
                return switch words[0] {
                case "folder": "folder"
                case "file": "file \(words[2])"
                default: text
                }
            }
            let same = found == expected
            #expect(same, "\(what): \(found) instead of \(expected), packages \(layouts)")
            #expect(
                try Verification.findings(
                    in: tree, of: nil, settings: TreeSettings(environment: [:])) == [], "\(what)")
        }
    }
}
