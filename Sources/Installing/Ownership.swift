internal import Changes
internal import Platform
public import SystemPackage
public import Trees
internal import Wheels

extension Settings {
    /// Each tree once.
    public var allTrees: [Tree] { venv == local ? [venv] : [venv, local] }

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

    /// What is being changed at this moment, or was when its process died.
    public func openChangeTitles() throws -> [String] {
        try allTrees.flatMap { try openChanges(in: $0) }
    }
}
