public import Platform
public import Requirements
public import SystemPackage
public import Trees

/// A `site-packages` of a tree: who is installed there, and which files of the tree are theirs.
public struct SitePackages: Sendable {
    /// Relative to the tree's root.
    public let path: FilePath
    public let folder: Directory
    let tree: Tree

    /// Every `lib/pythonX.Y/site-packages` of a tree: usually one, none in a new tree, more after
    /// the interpreter was exchanged.
    public static func all(in tree: Tree) throws(WheelError) -> [SitePackages] {
        do {
            return try find(in: tree)
        } catch  where error.errno == .noSuchFileOrDirectory {
            return []
        } catch {
            throw .platform(error)
        }
    }

    private static func find(in tree: Tree) throws(PlatformError) -> [SitePackages] {
        var found: [SitePackages] = []
        for (name, _) in try Directory(opening: tree.path("lib")).entries()
        where name.string.hasPrefix("py") {
            let path = FilePath("lib").appending(name).appending("site-packages")
            if try targetStatus(tree.path(path))?.kind == .directory {
                let folder = try Directory(opening: tree.path(path))
                found.append(SitePackages(path: path, folder: folder, tree: tree))
            }
        }
        return found.sorted { $0.path.string < $1.path.string }
    }

    public func distributions() throws(WheelError) -> [InstalledDistribution] {
        try installedDistributions(in: folder)
    }

    public func distributions(named name: DistributionName) throws(WheelError)
        -> [InstalledDistribution]
    {
        try installedDistributions(named: name, in: folder)
    }

    /// What belongs to a distribution, relative to the tree's root: what its list of files names,
    /// and everything in its metadata folder.
    ///
    /// Rows that lead out of the tree are left out. Without a list (a killed pip leaves that) the
    /// metadata alone is known to be the distribution's.
    public func files(of distribution: InstalledDistribution) throws(WheelError) -> [FilePath] {
        let listed = try distribution.files(in: folder, at: path, of: tree.root)
        var files = listed?.files.map { FilePath($0.path) } ?? []
        let metadata = path.appending(distribution.entry)
        do {
            guard try folder.status(distribution.entry)?.kind == .directory else {
                return files + [metadata]
            }
            try collect(folder.directory(distribution.entry), metadata, into: &files)
        } catch {
            throw .platform(error)
        }
        return files
    }

    private func collect(_ folder: Directory, _ path: FilePath, into files: inout [FilePath])
        throws(PlatformError)
    {
        for (name, kind) in try folder.entries() {
            if kind == .directory {
                try collect(folder.directory(name), path.appending(name), into: &files)
            } else {
                files.append(path.appending(name))
            }
        }
    }
}
