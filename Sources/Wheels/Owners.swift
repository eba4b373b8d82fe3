internal import Synchronization
public import SystemPackage
public import Trees

/// Who owns the files of a tree: asked rarely, when something new is in the way of something old.
///
/// Every list is read at the first question, and once: one install may ask for many files.
public final class Owners: Sendable {
    private let tree: Tree
    private let known = Mutex<[FilePath: String]?>(nil)

    public init(of tree: Tree) { self.tree = tree }

    /// The package whose record, or the distribution whose RECORD, lists a file; nil if none does.
    ///
    /// - Parameter path: relative to the tree's root.
    /// - Throws: `WheelError` or `TreeError` when a record can't be read: then nobody can tell.
    public func owner(of path: FilePath) throws -> String? {
        try known.withLock { known in
            if known == nil { known = try read() }
            return known?[path]
        }
    }

    /// A package's record speaks before a distribution's RECORD.
    private func read() throws -> [FilePath: String] {
        var owners: [FilePath: String] = [:]
        let records = try tree.records()
        for record in records {
            for (path, package) in record.overwritten ?? [:] { owners[FilePath(path)] = package }
        }
        for record in records {
            for path in record.files.map({ FilePath($0) }) where owners[path] == nil {
                owners[path] = record.name
            }
        }
        for site in try SitePackages.all(in: tree) {
            for distribution in try site.distributions() {
                for path in try site.files(of: distribution) where owners[path] == nil {
                    owners[path] = distribution.name
                }
            }
        }
        return owners
    }
}
