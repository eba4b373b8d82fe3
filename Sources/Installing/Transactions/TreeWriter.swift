internal import Changes
internal import Glibc
internal import Locks
internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// The last step of every command that changes a tree: what is staged goes in, under the pip lock.
struct TreeWriter {
    let tree: Tree
    let isDurable: Bool
    /// How long to wait for the pip lock; nil: as long as it takes.
    let lockTimeout: Duration?
    let event: @Sendable (Reporting.Event) -> Void
    /// Of the tree, by this command.
    let history: HistoryWriter
    private let settings: TreeSettings
    private let reporting: Reporting

    init(of tree: Tree, _ settings: TreeSettings, _ reporting: Reporting) {
        self.tree = tree
        self.settings = settings
        self.reporting = reporting
        history = HistoryWriter(of: tree, by: settings.command) { error in
            let text = "warning: the change is made, but not noted in the history: \(error)"
            reporting.event(.note(package: tree.root.string, text))
        }
        isDurable = settings.isDurable
        lockTimeout = settings.lockTimeout
        event = reporting.event
    }

    init(of tree: Tree, _ workspace: Workspace) {
        self.init(of: tree, workspace.settings.trees, workspace.reporting)
    }

    /// Makes the change ready, takes the lock, settles what others left open, and makes the change.
    ///
    /// - Parameters:
    ///   - label: the package, for messages.
    ///   - keepsOld: files of the old version stay that the stage doesn't bring; but see
    ///     `OwnedByPackage.leaving`.
    ///   - takeover: whose files of other content are taken over.
    ///   - owned: what is there of the package now; asked again under the lock, because it may have
    ///     changed since the stage was made.
    /// - Returns: what was done.
    /// - Throws: what makes the change impossible once the lock is held; before, it may pass.
    @discardableResult
    func commit(
        _ stage: borrowing Stage, title: String, label: String, keepsOld: Bool = false,
        takeover: Takeover = Takeover(), owned: () throws -> OwnedByPackage
    ) throws -> ChangePlan {
        try makeRepository(label)
        // Written straight into the tree by a script: ours, and there already.
        let written = try filesClaimed(by: stage)
        let owners = Owners(of: tree)
        let request = Request(
            title: title, keepsOld: keepsOld, takeover: takeover, written: written, owners: owners)
        let records = try StagedRecords(in: stage, of: tree, by: label, owners)
        // Without the lock this may read what is just being exchanged; what counts comes below.
        var early: ChangePlan?
        var rootPage = RootPage(of: WheelStore(of: tree))
        if let change = try? change(request, owned(), stage, &rootPage) {
            early = try change.prepare(stage, durable: isDurable, revising: records.revise(for:))
        } else if isDurable {
            try stage.sync()
        }
        let plan: ChangePlan
        let before: OwnedByPackage
        do {
            let lock = try takeLock()
            try settle(holding: lock)
            owners.renew()
            before = try owned()
            plan = try change(request, before, stage, &rootPage)
                .commit(
                    stage, durable: isDurable, holding: lock, noting: history,
                    revising: records.revise(for:))
        }
        try warnOfUnlisted(before.unlisted, label)
        if !plan.isEmpty { finish(stage, label) }
        let known = Set((early ?? plan).replacedUnowned)
        warn(
            of: plan.replacedUnowned.filter(known.contains),
            "belonged to no package and was replaced", label)
        warn(
            of: plan.replacedUnowned.filter { !known.contains($0) },
            "appeared while this was made ready, and was replaced: another program writes here",
            label
        )
        return plan
    }

    /// A store that the old machinery has filled has no pages. All come before the first change, as one of
    /// their own; later ones keep them right.
    private func makeRepository(_ label: String) throws {
        guard try status(tree.path(Tree.Place.simple)) == nil,
            try !WheelStore(of: tree).wheels().isEmpty
        else { return }
        do {
            _ = try StoreRepository(of: tree, settings: settings, reporting: reporting).update()
        } catch let error as WheelError {
            event(
                .note(
                    package: label,
                    "warning: the package index lacks what was in \(tree.wheels) before: \(error)"))
        }
    }

    /// Of thousands of files the first few tell enough; `spkg merge --json` has them all.
    private func warn(of files: [FilePath], _ text: String, _ label: String) {
        for path in files.prefix(20) {
            event(.note(package: label, "warning: \(tree.path(path)) \(text)"))
        }
        if files.count > 20 {
            event(.note(package: label, "warning: \(files.count - 20) more files, too"))
        }
    }

    /// Says what may be left of distributions whose files nothing tells any more: never done in silence.
    private func warnOfUnlisted(_ distributions: [InstalledDistribution], _ label: String) throws {
        if distributions.isEmpty { return }
        let names = distributions.map { "\($0.name) \($0.version ?? "")" }
        let recorded = Set(try tree.records().flatMap { $0.files.map { FilePath($0) } })
        let left = try SitePackages.all(in: tree).flatMap { try $0.unlisted(besides: recorded) }
        var text =
            "warning: the list of files (RECORD) of \(names.joined(separator: ", ")) was gone, and "
        text += "no wheel tells what it was: "
        if left.isEmpty {
            text += "what it had outside of site-packages stays"
        } else {
            text += "these belong to no package now, and may be left of it:\n"
            text += left.prefix(20).map { "  \(tree.path($0))" }.joined(separator: "\n")
            if left.count > 20 { text += "\n  and \(left.count - 20) more" }
        }
        event(.note(package: label, text))
    }

    /// Normalized names of the distributions that a stage brings.
    private func distributions(in stage: borrowing Stage) throws -> Set<String> {
        let sites = try SitePackages.all(in: Tree(stage.path))
        return Set(try sites.flatMap { try $0.distributions().map(\.normalizedName) })
    }

    /// Waits until the change itself is on disk: its renames come before this in every journaling file
    /// system's order. It is made, so a failure here is no failure of it. What it took out of the
    /// tree is removed meanwhile.
    func finish(_ stage: borrowing Stage, _ label: String) {
        let waiting = isDurable ? DirectorySync(of: tree.changes) : nil
        stage.discard()
        if let error = waiting?.failure() {
            event(
                .note(
                    package: label,
                    "warning: it is done, but a power cut may undo it: \(error)"))
        }
    }

    private struct Request {
        let title: String
        let keepsOld: Bool
        let takeover: Takeover
        let written: Set<FilePath>
        let owners: Owners
    }

    /// The change as it is in the tree's present state; stages what depends on that.
    private func change(
        _ request: Request, _ owned: OwnedByPackage, _ stage: borrowing Stage,
        _ rootPage: inout RootPage
    ) throws -> TreeChange {
        if try rootPage.stage(in: stage.new, without: owned.projects) { stage.noteAddition() }
        let (owners, takeover, exception) = (request.owners, request.takeover, owned.exception)
        let links = TreeLinks(of: try Directory(opening: tree.root))
        func real(_ files: [FilePath]) throws -> [FilePath] {
            try files.filter { !request.written.contains($0) }.map { try links.real($0) }
        }
        let files = try real(owned.files)
        let shared = try owners.shared(files, besides: exception)
        let coming = request.keepsOld ? try distributions(in: stage) : []
        let leaving = request.keepsOld ? try real(owned.leaving(before: coming)) : nil
        return TreeChange(
            title: request.title, owned: OwnedFiles(files, shared: shared),
            leaving: leaving.map { OwnedFiles($0, shared: shared) },
            ownersOf: { try owners.owners(of: $0, besides: exception) },
            mayTake: { takeover.includes($0, by: owners) }, restoring: owned.restored,
            advice: takeover.advice)
    }

    /// Files that a staged record names and the stage doesn't bring.
    private func filesClaimed(by stage: borrowing Stage) throws -> Set<FilePath> {
        let staged = Tree(stage.path)
        var claimed: Set<FilePath> = []
        for record in try staged.records() {
            for path in record.files.map({ FilePath($0) })
            where try status(staged.path(path)) == nil {
                claimed.insert(path)
            }
            guard let distribution = record.distribution,
                try status(staged.path(FilePath(distribution.metadata))) == nil
            else { continue }
            let name = try DistributionName(distribution.name)
            claimed.formUnion(try OwnedByPackage(distributions: [name], in: tree).files)
        }
        return claimed
    }

    func takeLock() throws -> HeldLock {
        try Lock(tree.pipLock).take(timeout: lockTimeout) { wait in
            // Another package of this very run holds it, for a moment.
            if wait.holder?.process != Int(getpid()) { event(.waiting(wait)) }
        }
    }

    /// Before anything is looked up in the tree: waits for a change that is being made, or settles what
    /// was left open. Else an uninstall could find nothing of what the next command brings back.
    func settleIfOpen() throws {
        if try hasOpenChanges(in: tree) { try settle(holding: takeLock()) }
    }

    /// Finishes or drops changes of dead processes, and says so.
    func settle(holding lock: borrowing HeldLock) throws {
        for change in try recover(tree, holding: lock, noting: history) {
            let ending =
                switch change.ending {
                case .completed: "was interrupted; it is finished now"
                case .takenBack(let why): "was interrupted; it was taken back: \(why)"
                }
            event(.note(package: change.title, ending))
        }
    }
}
