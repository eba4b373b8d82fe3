internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees
internal import Wheels

// 29 real recipes install straight into the tree and stage nothing (recipe-facts, 7.11). What they
// write is found by its times of change, and recorded as theirs.

extension Installer {
    /// Notes the moment from which on changes in the tree count as the build's. Kept in the build
    /// directory, for a later `installBuilt`.
    func noteStart(of work: Work) throws {
        try makeDirectories(work.place.run)
        try writeFile(work.place.run.appending("started"), [])
    }

    /// Files and links in the tree that were changed since `noteStart` and that no other package
    /// owns, relative to the tree's root, sorted.
    func filesWritten(during work: Work) throws -> [FilePath] {
        guard let start = try status(work.place.run.appending("started"))?.changed else {
            return []
        }
        var found: [FilePath] = []
        func look(_ folder: Directory, _ path: FilePath) throws {
            for (name, _) in try folder.entries() {
                let inner = path.appending(name)
                // Gone again: others work here too.
                guard let status = try folder.status(name) else { continue }
                if status.kind == .directory {
                    if Self.isPassing(inner) { continue }
                    guard let deeper = try? folder.directory(name) else { continue }
                    try look(deeper, inner)
                } else if status.changed >= start {
                    found.append(inner)
                }
            }
        }
        guard try status(work.tree.root) != nil else { return [] }
        try look(Directory(opening: work.tree.root), "")
        if found.isEmpty { return [] }
        // Whoever is putting files in place just now will have a record of them when the lock is free.
        if settings.sudo.isEmpty { _ = try committing(to: work.tree).takeLock() }
        let owners = Owners(of: work.tree)
        return try found.filter { path in
            let owner = try owners.owner(of: path)
            return owner == nil || owner == work.recipe.name.text
        }.sorted { $0.string < $1.string }
    }

    /// Says so, because the recipe should be mended: what was written is not undone by a failure.
    func noteWritten(_ found: [FilePath], by work: Work) {
        if !found.isEmpty {
            let some = found.prefix(3).map(\.string).joined(separator: ", ")
            reporting.event(
                .note(
                    package: work.package,
                    "wrote straight into the tree, not into SAGE_DESTDIR: \(some)"
                        + (found.count > 3 ? " and \(found.count - 3) more" : "")
                        + "; recorded as its own"))
        }
    }

    /// Whether a folder holds nothing that a package could own: our own files, and byte code.
    private static func isPassing(_ path: FilePath) -> Bool {
        path.lastComponent == "__pycache__"
            || ["var/lib/sage", "var/tmp", "var/lock"].contains { path == FilePath($0) }
            || path.lastComponent!.string.hasPrefix(".spkg-")
    }
}
