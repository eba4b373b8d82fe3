import Foundation
import Platform
import Support
import SystemPackage

/// A distribution, and beside it a model of what its trees hold.
struct StatefulWorld {
    enum Layout: String, CaseIterable {
        /// SAGE_VENV is SAGE_LOCAL, or a tree of its own.
        case oneTree, twoTrees
    }

    /// The tree is not as the model says, or a command did what it should not.
    struct Wrong: Error, CustomStringConvertible {
        let description: String
        init(_ text: String) { description = text }
    }

    let distribution: Distribution
    let layout: Layout
    let user: StatefulUser
    /// A seed for each step.
    var seeds: SeededGenerator
    var random: SeededGenerator
    var model = StatefulModel()
    /// What was done, for the one who looks for the cause.
    var history: [String] = []
    /// Counts up, so that no two versions, and no two files of the user's, are the same.
    var number = 0
    let pristine: Set<String>

    var venv: String { layout == .oneTree ? "local" : "venv" }
    var site: String { "\(venv)/lib/python\(user.pythonVersion)/site-packages" }
    private var environment: [String: String] {
        // The same calls in the same order, each time: a fault is at one of them.
        var found = ["SWIFT_DETERMINISTIC_HASHING": "1"]
        if layout == .twoTrees { found["SAGE_VENV"] = distribution.root.appending("venv").string }
        return found
    }

    /// - Parameter user: whose commands they are; nil for one's own.
    init(_ layout: Layout, of user: String?, in distribution: Distribution, seed: UInt64) throws {
        self.distribution = distribution
        self.layout = layout
        self.user = try StatefulUser(user, in: distribution)
        seeds = SeededGenerator(seed: seed)
        random = seeds
        let root = distribution.root
        try makeDirectories(distribution.local)
        let venv = root.appending(layout == .oneTree ? "local" : "venv")
        let made = try self.user.run(
            [self.user.python, "-m", "venv", "--without-pip", venv.string], [:], in: distribution)
        guard made.status == 0 else { throw Wrong(made.stderr) }
        for package in StatefulPackage.allCases { try distribution.set(package, to: 1, patch: 0) }
        pristine = try Self.files(of: distribution)
    }

    // MARK: Commands

    func spkg(_ words: [String], _ more: [String: String] = [:]) throws -> Distribution.Said {
        try user.run(
            [user.program.string] + words, environment.merging(more) { $1 }, in: distribution)
    }

    func pip(_ words: [String]) throws {
        let python = distribution.root.pushing(FilePath("\(venv)/bin/python3")).string
        let said = try distribution.said(
            ["python3", "-m", "pip", "--python", python] + words, [:])
        guard said.status == 0 else { throw Wrong("pip \(words): \(said.stderr)") }
    }

    /// Whether packages and other distributions are those of a model.
    func has(_ model: StatefulModel) throws -> Bool {
        let zest = try distribution.root.pushing(FilePath(site)).listing {
            !$0.string.hasPrefix("zest")
        }
        .keys.filter { $0.hasSuffix(".dist-info") }
        return try listed() == model.list
            && zest == (model.others["zest"].map { ["zest-\($0.version).dist-info"] } ?? [])
    }

    /// The rows of `spkg list`, with single blanks.
    func listed() throws -> [String] {
        let said = try spkg(["list"])
        guard said.status == 0, said.stderr == "" else { throw Wrong("list: \(said)") }
        return said.stdout.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }.sorted()
    }

    /// What a package installs, as files of the distribution.
    func content(_ package: StatefulPackage, _ version: Int) -> [String: Entry] {
        var files: [String: Entry] = [:]
        let tree = package.isPython(version) ? venv : "local"
        for (path, entry) in package.files(version) { files["\(tree)/\(path)"] = entry }
        guard package.isPython(version) else { return files }
        let name = package.rawValue
        for (path, text) in package.modules(version) { files["\(site)/\(path)"] = .text(text) }
        files["\(site)/\(name)-\(version).0.dist-info/METADATA"] = .generated
        files["\(venv)/var/lib/sage/wheels/\(name)-\(version).0-py3-none-any.whl"] = .generated
        if package == .apple || package == .morph { files["\(venv)/bin/\(name)"] = .generated }
        return files
    }

    // MARK: What is there

    func found(_ path: String) throws -> Entry? {
        let full = distribution.root.pushing(FilePath(path))
        switch try status(full)?.kind {
        case nil: return nil
        case .link:
            let folder = try Directory(opening: full.removingLastComponent())
            return .link(try folder.linkText(full.lastComponent!).string)
        case .file: return .text(String(decoding: try readFile(full), as: UTF8.self))
        default: return .generated
        }
    }

    /// Everything in the trees but folders that hold something, locks and temporary files.
    static func files(of distribution: Distribution) throws -> Set<String> {
        var found: Set<String> = []
        for tree in ["local", "venv"] {
            let root = distribution.root.appending(tree)
            guard try status(root) != nil else { continue }
            let listing = try root.listing {
                ["var/lock", "var/tmp", "var/lib/sage/history"].contains($0.string)
            }
            let parents = Set(
                listing.keys.map { String($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.startIndex)) }
            )
            for (path, what) in listing
            where !what.hasPrefix("folder") || !parents.contains(path) {
                // Places of every tree stay.
                if what.hasPrefix("folder"),
                    path.hasPrefix("var") || ["bin", "lib", "lib64"].contains(path)
                {
                    continue
                }
                found.insert("\(tree)/\(path)")
            }
        }
        return found
    }

    /// What a command that does nothing leaves as it is: inode, size and time of change of every file.
    func stamps() throws -> String {
        let places = Set(["local", venv]).sorted()
        return try distribution.said(
            ["find"] + places + [
                "-path", "*/var/lock", "-prune", "-o", "-path", "*/var/tmp", "-prune", "-o",
                "-printf", "%p %i %s %C@ %T@\\n",
            ], [:]
        ).stdout.split(separator: "\n").sorted().joined(separator: "\n")
    }
}
