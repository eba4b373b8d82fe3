import Locks
import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Changes

/// A tree in a temporary folder, and what a test does to it.
struct Sample {
    let tree: Tree
    var root: FilePath { tree.root }

    static func run(_ body: (Sample) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let tree = Tree(folder.appending("tree"))
            try makeDirectories(tree.installed)
            try makeDirectories(tree.changes)
            try body(Sample(tree: tree))
        }
    }

    /// What a person sees of the tree: not the journals, locks and stages.
    func listing() throws -> [String: String] {
        try root.listing { $0 == "var" }
    }

    func litter() throws -> [String] {
        try tree.stages.listing().keys.sorted() + tree.changes.listing().keys.sorted()
    }

    func lock() throws -> HeldLock { try Lock(tree.pipLock).take { _ in } }

    /// Stages files (path → text) and commits them.
    @discardableResult
    func commit(
        _ files: [FilePath: String], owned: [FilePath] = [],
        shared: [FilePath] = [],
        ownersOf: @escaping @Sendable (FilePath) throws -> [String] = { _ in [] },
        preparing prepare: (FilePath) throws -> Void = { _ in }
    ) throws -> ChangePlan {
        let stage = try Stage(in: tree, label: "sample")
        for (path, text) in files { try stage.path.write(path, text) }
        try prepare(stage.path)
        let links = TreeLinks(of: try Directory(opening: root))
        let owned = OwnedFiles(try owned.map { try links.real($0) }, shared: shared)
        let change = TreeChange(title: "sample", owned: owned, ownersOf: ownersOf)
        return try change.commit(stage, durable: false, holding: lock(), noting: .none)
    }
}

func conflicts(_ body: () throws -> Void) throws -> [Conflict] {
    do {
        try body()
        return []
    } catch ChangeError.conflicts(let found, _) {
        return found
    }
}
