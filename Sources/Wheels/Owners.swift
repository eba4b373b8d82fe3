public import SystemPackage
public import Trees

/// Who owns a file of a tree: asked rarely, when something new is in the way of something old.
public struct Owners: Sendable {
    let tree: Tree

    public init(of tree: Tree) { self.tree = tree }

    /// The package whose record, or the distribution whose RECORD, lists a file; nil if none does.
    ///
    /// - Parameter path: relative to the tree's root.
    /// - Throws: `WheelError` or `TreeError` when a record can't be read: then nobody can tell.
    public func owner(of path: FilePath) throws -> String? {
        for file in try tree.recordFiles() {
            let record = try InstalledRecord(reading: tree.installed.appending(file.name))
            if record.files.contains(path.string) { return record.name }
        }
        for site in try SitePackages.all(in: tree) {
            for distribution in try site.distributions()
            where try site.files(of: distribution).contains(path) {
                return distribution.name
            }
        }
        return nil
    }
}
