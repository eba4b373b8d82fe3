public import Changes
internal import Glibc
internal import Locks
internal import Platform
internal import Requirements
public import SystemPackage
public import Trees
internal import Wheels

/// Moves what somebody has staged into a tree: the last step of an install, by itself.
///
/// The stage is a folder in the layout of the tree. One of our own user on the tree's mount is moved,
/// not copied, and is empty afterwards; any other is copied and stays: root must not move what
/// another user can still write to.
public struct Merge: Sendable {
    public let tree: Tree
    let settings: TreeSettings
    let reporting: Reporting

    public init(into tree: Tree, settings: TreeSettings, reporting: Reporting) {
        self.tree = tree
        self.settings = settings
        self.reporting = reporting
    }

    /// - Parameters:
    ///   - path: absolute.
    ///   - package: what is in the tree of this package, by its records, is replaced, and removed
    ///     where the stage doesn't bring it again. Nil: nothing in the tree is the stage's own.
    ///   - owner: the user whose stage it must be, by number. Whoever runs this for somebody else says
    ///     so: that user may exchange the path for a link to what only we can read.
    ///   - keepsOld: leave what the stage doesn't bring again.
    ///   - overwrites: take over files of other packages.
    /// - Returns: what was done.
    public func run(
        _ path: FilePath, package: String? = nil, owner: UInt32? = nil, keepsOld: Bool = false,
        overwrites: Bool = false
    ) throws -> ChangePlan {
        let source = try Directory(opening: path)
        let status = try source.status()
        // From here on the handle counts, whatever becomes of the path.
        if let owner, status.user != owner {
            throw InstallError.stageOfAnother(path, owner: owner, found: status.user)
        }
        try makeDirectories(tree.root)
        let root = try Directory(opening: tree.root)
        let label = package ?? "merge"
        if try (owner ?? geteuid()) == geteuid() && status.user == geteuid() && isMovable(source) {
            try requireInstallable(source)
            let stage = try Stage(in: tree, label: label, adopting: realPath(path))
            return try commit(stage, package, keepsOld, overwrites)
        }
        let trees = try root.status()
        let handover = Handover(from: status.user, user: trees.user, group: trees.group)
        let stage = try Stage(in: tree, label: label)
        for entry in try source.entries() {
            try source.copyTree(
                entry.name, to: entry.name, in: stage.new,
                handover: geteuid() == 0 ? handover : nil)
        }
        return try commit(stage, package, keepsOld, overwrites)
    }

    private func commit(
        _ stage: borrowing Stage, _ package: String?, _ keepsOld: Bool, _ overwrites: Bool
    ) throws -> ChangePlan {
        // What was installed by other means under the same names is the package's too.
        let staged = try SitePackages.all(in: Tree(stage.path)).flatMap { try $0.distributions() }
        let names = Set(try staged.map { try DistributionName($0.name) })
        let committing = Committing(to: tree, settings, reporting)
        return try committing.commit(
            stage, title: "merge \(package ?? stage.path.string)",
            label: package ?? "merge", keepsOld: keepsOld, overwrites: overwrites
        ) { try package.map { try OwnedByPackage($0, names, in: tree) } ?? OwnedByPackage.nothing }
    }

    /// Whether entries can be renamed from there into the tree.
    private func isMovable(_ source: Directory) throws -> Bool {
        try makeDirectories(tree.stages)
        return try source.mount() == Directory(opening: tree.stages).mount()
    }

    /// Refuses sockets, devices and pipes, all of them by name: folders are moved whole, and the plan
    /// doesn't look into them.
    ///
    /// - Throws: `ChangeError.conflicts`.
    private func requireInstallable(_ source: Directory) throws {
        var odd: [Conflict] = []
        func look(_ folder: Directory, _ path: FilePath) throws {
            for (name, kind) in try folder.entries() {
                let kind = try kind == .unknown ? folder.status(name)?.kind ?? kind : kind
                switch kind {
                case .directory: try look(folder.directory(name), path.appending(name))
                case .file, .link: break
                default:
                    odd.append(
                        Conflict(path: path.appending(name), reason: .notInstallable(kind)))
                }
            }
        }
        try look(source, "")
        if !odd.isEmpty { throw ChangeError.conflicts(odd) }
    }
}
