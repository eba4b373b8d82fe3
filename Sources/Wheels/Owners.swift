internal import Platform
internal import Requirements
internal import Synchronization
public import SystemPackage
public import Trees

/// Who owns the files of a tree: packages by their records, distributions by their RECORDs. A file may
/// have several owners, and leaves with the last.
///
/// Lists are read when something is asked, and again only when they changed: one install asks for many
/// files, without the pip lock and again under it (`renew`).
public final class Owners: Sendable {
    /// Packages and distributions that a question is not about.
    public struct Exception: Sendable, Equatable {
        public let packages: Set<String>
        /// Normalized names.
        public let distributions: Set<String>
        /// For what can be nobody's: no list is read.
        fileprivate var isAboutNobody = false

        public static var everybody: Exception {
            var exception = Exception()
            exception.isAboutNobody = true
            return exception
        }

        public init(packages: Set<String> = [], distributions: Set<String> = []) {
            self.packages = packages
            self.distributions = distributions
        }
    }

    private let tree: Tree
    private let state = Mutex(State())

    public init(of tree: Tree) { self.tree = tree }

    /// What is known may have changed.
    public func renew() { state.withLock { $0.answers = nil } }

    /// The packages whose records, and the distributions whose RECORDs, list a file: sorted, packages
    /// first. A distribution that a listed package installed is left out.
    ///
    /// - Parameter path: relative to the tree's root, without links (`TreeLinks.real`).
    /// - Throws: `WheelError` or `TreeError` when a record can't be read: then nobody can tell.
    public func owners(of path: FilePath, besides exception: Exception = Exception()) throws
        -> [String]
    {
        if exception.isAboutNobody { return [] }
        return try state.withLock { state in
            if !state.answers(path) {
                state.lists = [:]
                state.questions = nil
                state.answers = nil
            }
            try state.read(tree, besides: exception)
            try state.requireLists(besides: exception)
            return state.owners(of: path, besides: exception)
        }
    }

    /// Of a package's files and empty folders, and the folders above them, those that others list too,
    /// or that are links by way of which others list files.
    public func shared(_ paths: [FilePath], besides exception: Exception) throws -> [FilePath] {
        if paths.isEmpty || exception.isAboutNobody { return [] }
        return try state.withLock { state in
            // Of all that is installed, as where one command removes it.
            if try !State.hasLists(in: tree, besides: exception) { return [] }
            let questions = State.Questions(Set(paths))
            if state.questions != questions {
                state.questions = questions
                state.lists = [:]
                state.answers = nil
            }
            try state.read(tree, besides: exception)
            try state.requireLists(besides: exception)
            return state.answers!.keys.filter {
                !state.owners(of: $0, besides: exception).isEmpty
            }
        }
    }

    /// The package that an owner is, or whose distribution it is; nil when no record is of it.
    public func record(of owner: String) throws -> InstalledRecord? {
        let records = try tree.records()
        return records.first { $0.name == owner }
            ?? records.first { $0.distribution?.name == owner }
            ?? records.first { $0.distributionName == DistributionName.normalize(owner) }
    }
}
