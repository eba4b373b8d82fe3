internal import Changes
internal import Glibc
public import Locks
internal import Platform
public import SystemPackage
public import Trees
internal import Wheels

extension Tree {
    /// The same for one tree. Costs one system call when there is none.
    public func requireNoOpenChanges(
        _ timeout: Duration?, _ announce: (LockWait) -> Void
    ) throws {
        guard try hasOpenChanges(in: self) else { return }
        // Who makes one holds the lock for milliseconds. Who may not write here can't take it, and
        // looks again.
        do { _ = try Lock(pipLock).take(.shared, timeout: timeout, announce: announce) } catch {
            guard case .unopened = error else { throw error }
            let end = ContinuousClock.now + .seconds(2)
            while try hasOpenChanges(in: self), ContinuousClock.now < end { usleep(5000) }
        }
        let titles = try openChanges(in: self)
        if !titles.isEmpty { throw InstallError.changesOpen(titles, tree: root) }
    }
}

extension Settings {
    /// Each tree once.
    public var allTrees: [Tree] { venv == local ? [venv] : [venv, local] }

    /// The titles of changes that are open in any tree; waits for none.
    public func openChangeTitles() throws -> [String] {
        try allTrees.flatMap { try openChanges(in: $0) }
    }

    /// Absolute paths of an installed package's files, sorted.
    ///
    /// - Throws: `InstallError.notInstalled`.
    public func filesByTree(of package: String) throws -> [FilePath] {
        var found: Set<FilePath> = []
        for tree in allTrees {
            let owned = try OwnedByPackage(package, in: tree)
            found.formUnion(owned.files.map { tree.path($0) })
        }
        if found.isEmpty { throw InstallError.notInstalled(package) }
        return found.sorted { $0.string < $1.string }
    }

    /// The packages and distributions that a file belongs to; several where they brought the same.
    ///
    /// - Parameter path: absolute.
    public func owners(of path: FilePath) throws -> [String] {
        for tree in allTrees {
            var relative = path
            guard relative.removePrefix(tree.root), try status(tree.root) != nil else { continue }
            let real = try TreeLinks(of: Directory(opening: tree.root)).real(relative)
            let owners = try Owners(of: tree).owners(of: real)
            if !owners.isEmpty { return owners }
        }
        return []
    }

    /// For commands that only look: waits while changes are being made, and doesn't look at a tree
    /// that is in between two states.
    ///
    /// - Throws: `InstallError.changesOpen` when the process that made a change has died.
    public func requireNoOpenChanges(_ announce: (LockWait) -> Void) throws {
        for tree in allTrees { try tree.requireNoOpenChanges(lockTimeout, announce) }
    }
}
