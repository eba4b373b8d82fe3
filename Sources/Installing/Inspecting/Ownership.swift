internal import Changes
internal import Glibc
public import Locks
internal import Platform
internal import Requirements
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
}

/// Questions about the files of trees, or of any other environment.
public struct FileQueries: Sendable {
    let trees: [Tree]
    let settings: TreeSettings

    public init(in trees: [Tree], settings: TreeSettings) {
        self.trees = trees
        self.settings = settings
    }

    /// Absolute paths of an installed package's files, sorted; where nothing is recorded, of the
    /// distribution of that name.
    ///
    /// - Throws: `InstallError.notInstalled`.
    public func files(of package: String) throws -> [FilePath] {
        try lookSteadily(at: trees, settings) {
            var found: Set<FilePath> = []
            for tree in trees {
                let owned =
                    try tree.hasRecords()
                    ? OwnedByPackage(package, in: tree)
                    : OwnedByPackage(distributions: [DistributionName(package)], in: tree)
                found.formUnion(owned.files.map { tree.path($0) })
            }
            if found.isEmpty { throw InstallError.notInstalled(package) }
            return found.sorted { $0.string < $1.string }
        }
    }

    /// The packages and distributions that a file belongs to; several where they brought the same.
    ///
    /// - Parameter path: absolute; perhaps by way of links that lead into a tree, as a distribution's
    ///   `venv` does.
    public func owners(of path: FilePath) throws -> [String] {
        let isFound: ([String]) -> Bool = { !$0.isEmpty }
        return try lookSteadily(at: trees, settings, isFine: isFound) {
            for tree in trees {
                guard try status(tree.root) != nil, let relative = try place(of: path, in: tree)
                else { continue }
                let real = try TreeLinks(of: Directory(opening: tree.root)).real(relative)
                let owners = try Owners(of: tree).owners(of: real)
                if !owners.isEmpty { return owners }
            }
            return []
        }
    }

    /// The path relative to the tree's root; nil if it is elsewhere.
    private func place(of path: FilePath, in tree: Tree) throws -> FilePath? {
        var relative = path
        if relative.removePrefix(tree.root) { return relative }
        let folder = path.removingLastComponent()
        guard let name = path.lastComponent, try targetStatus(folder) != nil else { return nil }
        relative = try realPath(folder).appending(name)
        return try relative.removePrefix(realPath(tree.root)) ? relative : nil
    }

    /// The titles of changes that are open in any of the trees; waits for none.
    public func openChangeTitles() throws -> [String] {
        try trees.flatMap { try openChanges(in: $0) }
    }

    /// For commands that only look: waits while changes are being made, and doesn't look at a tree
    /// that is in between two states.
    ///
    /// - Throws: `InstallError.changesOpen` when the process that made a change has died.
    public func requireNoOpenChanges(_ announce: (LockWait) -> Void) throws {
        for tree in trees { try tree.requireNoOpenChanges(settings.lockTimeout, announce) }
    }
}
