internal import Changes
internal import Locks
internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees

/// A change of a tree: new content is staged, and committed as one.
///
/// Usually a stage in the tree. With SAGE_SUDO the tree is another user's: then a stage in a folder of
/// our own, from which a `spkg merge` with those rights takes it.
struct TreeTransaction {
    /// In the layout of the tree.
    var new: Directory { own.stage.new }
    private let own: OwnStage
    private let writer: TreeWriter
    /// Nil for a tree that is ours to change.
    private let sudo: SudoCommands?
    /// Of the packages of this run.
    private let commits: CommitQueue
    private let label: String
    private var tree: Tree { writer.tree }

    /// - Parameter label: the package's name.
    init(in tree: Tree, label: String, _ workspace: Workspace) throws {
        let isOurs = workspace.settings.sudo.isEmpty
        let place = isOurs ? tree : try Self.privatePlace(tree, workspace)
        own = OwnStage(try Stage(in: place, label: label))
        writer = TreeWriter(of: tree, workspace)
        sudo = isOurs ? nil : SudoCommands(workspace)
        commits = workspace.commits
        self.label = label
    }

    /// In an environment without a distribution.
    init(label: String, _ writer: TreeWriter) throws {
        own = OwnStage(try Stage(in: writer.tree, label: label))
        self.writer = writer
        sudo = nil
        commits = CommitQueue()
        self.label = label
    }

    /// For stages alone, so that they are swept like those of a tree when their process was killed.
    private static func privatePlace(_ tree: Tree, _ workspace: Workspace) throws -> Tree {
        let place = Tree(try workspace.settings.makeBuilds(of: tree).appending(".stage"))
        if let lock = try Lock(place.pipLock).takeIfFree() {
            try Changes.recover(place, holding: lock, noting: .none)
        }
        return place
    }

    /// Commits it, where it takes the place of what is there of the same package.
    func commit(
        _ title: String, _ options: InstallOptions, owned: () throws -> OwnedByPackage
    ) throws {
        try commits.inTurn {
            if let sudo {
                let owned = try owned()
                try sudo.merge(
                    new.path, into: tree, package: owned.packages.first,
                    replacing: Array(owned.packages.dropFirst()), options)
            } else {
                try writer.commit(
                    own.stage, title: title, label: label, keepsOld: options.keepsExisting,
                    takeover: options.takeover(by: label), owned: owned)
            }
            options.yielding?.remove(label)
        }
    }

    /// Commits it, where it takes the place of these distributions.
    func commit(_ title: String, distributions: Set<DistributionName>) throws {
        if let sudo {
            try sudo.merge(
                new.path, into: tree, package: nil,
                distributions: distributions.map(\.normalized).sorted())
        } else {
            try writer.commit(own.stage, title: title, label: label) {
                try OwnedByPackage(distributions: distributions, in: tree)
            }
        }
    }

    /// Commits it as what an installed package, or the tree itself, should have there.
    ///
    /// - Parameter record: the package's, as it is in the tree; nil for the tree's interpreter.
    func restore(_ title: String, _ record: InstalledRecord?) throws {
        if let sudo {
            try sudo.merge(new.path, into: tree, package: record?.name, isRestoring: true)
        } else {
            try writer.commit(own.stage, title: title, label: label) {
                try Restoration(tree: tree, record: record).owned(staged: new)
            }
        }
    }

    /// Commits it as nobody's: nothing there is taken for the stage's own.
    func commitUnowned(_ title: String) throws {
        if let sudo {
            try sudo.merge(new.path, into: tree, package: nil)
        } else {
            try writer.commit(own.stage, title: title, label: label) { .nothing }
        }
    }

    /// Exchanges a package's record, and nothing else of it.
    ///
    /// - Parameter title: of the change, for people.
    static func replace(
        _ record: InstalledRecord, in tree: Tree, _ title: String, _ workspace: Workspace
    ) throws {
        let transaction = try TreeTransaction(in: tree, label: record.name, workspace)
        try transaction.new.write(record)
        // Nothing else of the package takes part: what it owns stays, whatever that is.
        try transaction.commit(title, InstallOptions()) { .nothing }
    }

    /// A stage that ends with the last reference.
    private final class OwnStage {
        let stage: Stage

        init(_ stage: consuming Stage) { self.stage = stage }
    }
}
