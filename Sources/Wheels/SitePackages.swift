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

    /// Folders of a tree that are no virtual environment's; those that are there.
    public static func some(_ paths: Set<FilePath>, in tree: Tree) throws(WheelError)
        -> [SitePackages]
    {
        var found: [SitePackages] = []
        do throws(PlatformError) {
            for path in paths where try targetStatus(tree.path(path))?.kind == .directory {
                let folder = try Directory(opening: tree.path(path))
                found.append(SitePackages(path: path, folder: folder, tree: tree))
            }
        } catch {
            throw .platform(error)
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
        return try (listed?.files.map { FilePath($0.path) } ?? []) + metadata(of: distribution)
    }

    /// Everything in a distribution's metadata folder, or the file that is all its metadata; relative
    /// to the tree's root.
    public func metadata(of distribution: InstalledDistribution) throws(WheelError) -> [FilePath] {
        let metadata = path.appending(distribution.entry)
        var files: [FilePath] = []
        do {
            guard try folder.status(distribution.entry)?.kind == .directory else {
                return [metadata]
            }
            try collect(folder.directory(distribution.entry), metadata, into: &files)
        } catch {
            throw .platform(error)
        }
        return files
    }

    /// RECORD of a distribution with new hashes and sizes of some files.
    ///
    /// - Parameter rows: by the file's path relative to the tree's root; their own path counts for
    ///   nothing.
    /// - Returns: nil when RECORD lists none of them.
    public func record(
        of distribution: InstalledDistribution, changing rows: [String: Record.Row]
    ) throws(WheelError) -> [UInt8]? {
        guard let text = try distribution.text("RECORD", in: folder),
            let fields = Record.fields(Array(text.utf8))
        else { return nil }
        let base = path.string.split(separator: "/")
        var isListed = false
        let new = fields.filter { $0[0] != "" }.map { field in
            if let file = treePath(field[0], from: base, root: tree.root), let row = rows[file] {
                isListed = true
                return Record.Row(path: field[0], hash: row.hash, size: row.size)
            }
            return Record.Row(
                path: field[0], hash: field.count > 1 ? field[1] : "",
                size: field.count > 2 ? field[2] : "")
        }
        return isListed ? Record.text(new) : nil
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
