public import Changes
internal import Glibc
internal import Locks
internal import Platform
public import Requirements
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
    ///   - others: packages whose place it takes: they are replaced with it.
    ///   - distributions: the same for Python distributions, by the lists of files in `site-packages`.
    ///   - owner: the user whose stage it must be, by number. Whoever runs this for somebody else says
    ///     so: that user may exchange the path for a link to what only we can read.
    ///   - restores: the stage is a repair's, see `Restoration`; without a package, of the tree's
    ///     interpreter.
    ///   - keepsOld: leave what the stage doesn't bring again.
    ///   - overwrites: take over files of other packages.
    ///   - yielding: packages whose files are taken over in any case.
    /// - Returns: what was done.
    /// - Throws: `InstallError.stageIsTree`, before anything is made.
    public func run(
        _ path: FilePath, package: String? = nil, replacing others: [String] = [],
        distributions: Set<DistributionName> = [],
        owner: UInt32? = nil, restores: Bool = false, keepsOld: Bool = false,
        overwrites: Bool = false,
        yielding: Set<String> = []
    ) throws -> ChangePlan {
        let source = try Directory(opening: path)
        try refuseOneInTheOther(source)
        let command = owner == nil || package == nil ? "the same command with" : "spkg install"
        let takeover = Takeover(
            isUnlimited: overwrites, packages: yielding,
            advice: """
                to take over files of other packages: \(command) --overwrite\
                \(owner == nil ? "" : package.map { " \($0)" } ?? "")
                """)
        let status = try source.status()
        // From here on the handle counts, whatever becomes of the path.
        if let owner, status.user != owner {
            throw InstallError.stageOfAnother(path, owner: owner, found: status.user)
        }
        try makeDirectories(tree.root)
        let root = try Directory(opening: tree.root)
        let label = package ?? "merge"
        let request = Request(
            package: package, others: others, distributions: distributions, restores: restores,
            keepsOld: keepsOld, takeover: takeover)
        let bringsRecord =
            try restores || package.map { try !needsRecord(source, of: $0) } ?? true
        if try bringsRecord && (owner ?? geteuid()) == geteuid() && status.user == geteuid()
            && isMovable(source)
        {
            try requireInstallable(source)
            let stage = try Stage(in: tree, label: label, adopting: realPath(path))
            return try commit(stage, request)
        }
        let trees = try root.status()
        let handover = Handover(from: status.user, user: trees.user, group: trees.group)
        let stage = try Stage(in: tree, label: label)
        let links = CopiedLinks()
        for entry in try source.entries() {
            try source.copyTree(
                entry.name, to: entry.name, in: stage.new,
                handover: geteuid() == 0 ? handover : nil, keeping: links)
        }
        if !bringsRecord, let package {
            try StagedRecord(of: package, in: tree, keepsOld: keepsOld).write(to: stage.new)
        }
        let done = try commit(stage, request)
        if try !bringsRecord && owner == nil && status.user == geteuid() && isMovable(source) {
            // Copied only because of the record: it is gone from here all the same.
            for entry in try source.entries() { try source.removeTree(entry.name) }
        }
        return done
    }

    private struct Request {
        let package: String?
        let others: [String]
        let distributions: Set<DistributionName>
        let restores: Bool
        let keepsOld: Bool
        let takeover: Takeover

        func owned(
            with staged: Set<DistributionName>, in tree: Tree, sparing records: RecordSearch
        ) throws -> OwnedByPackage {
            if let package {
                return try OwnedByPackage(
                    package, staged.union(distributions), replacing: others, sparing: records,
                    in: tree)
            }
            if distributions.isEmpty { return .nothing }
            return try OwnedByPackage(distributions: distributions, in: tree)
        }
    }

    /// Whether files are staged for an installed package, and no record of it.
    private func needsRecord(_ source: Directory, of package: String) throws -> Bool {
        if try tree.records(of: package).isEmpty { return false }
        if try !Tree(source.path).records(of: package).isEmpty { return false }
        return try !source.entries().isEmpty
    }

    private func commit(_ stage: borrowing Stage, _ request: Request) throws -> ChangePlan {
        // What was installed by other means under the same names is the package's too.
        let staged = try SitePackages.all(in: Tree(stage.path)).flatMap { try $0.distributions() }
        let names = Set(try staged.map { try DistributionName($0.name) })
        let writer = TreeWriter(of: tree, settings, reporting)
        let records = RecordSearch(of: tree)
        return try writer.commit(
            stage, title: "merge \(request.package ?? stage.path.string)",
            label: request.package ?? "merge", keepsOld: request.keepsOld,
            takeover: request.takeover
        ) {
            if request.restores {
                return try restoration(of: request.package).owned(staged: stage.new)
            }
            return try request.owned(with: names, in: tree, sparing: records)
        }
    }

    private func restoration(of package: String?) throws -> Restoration {
        guard let package else { return Restoration(tree: tree, record: nil) }
        guard let record = try tree.records(of: package).last else {
            throw InstallError.notInstalled(package)
        }
        return Restoration(tree: tree, record: record)
    }

    /// Refuses to merge a folder into itself, or into what it is part of: its content would end in the
    /// trash, or move into what moves. Folders are told by device and inode, however they are spelled.
    ///
    /// A folder in the tree's `var/tmp` is no part of what is installed.
    private func refuseOneInTheOther(_ source: Directory) throws {
        let identity = try source.status().identity
        // What is there already of the tree's path: the tree itself may not be made yet.
        var above = tree.root
        while try targetStatus(above) == nil, above.removeLastComponent() {}
        let isTree = above == tree.root
        let stage = source.path
        let root = try Directory(opening: above)
        if try root.isBelow(identity) { throw InstallError.stageIsTree(stage, tree: tree.root) }
        guard isTree, try source.isBelow(root.status().identity) else { return }
        let passing = try? Directory(opening: tree.path("var/tmp")).status().identity
        guard let passing, try source.isBelow(passing) else {
            throw InstallError.stageIsTree(stage, tree: tree.root)
        }
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
        if !odd.isEmpty { throw ChangeError.conflicts(odd, advice: nil) }
    }
}

extension Directory {
    /// Whether this directory is the one with an identity, or is somewhere in it.
    fileprivate func isBelow(_ identity: FileIdentity) throws -> Bool {
        var folder = self
        while true {
            let own = try folder.status().identity
            if own == identity { return true }
            let above = try folder.directory("..")
            if try above.status().identity == own { return false }
            folder = above
        }
    }
}
