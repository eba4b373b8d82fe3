public import Locks
internal import Platform
internal import Synchronization
public import SystemPackage
internal import Trees

/// The only way in which anything in an installation tree is ever changed.
///
/// Content is staged without a lock, and a first plan made (`prepare`). Under the pip lock `commit`
/// looks again (`Planner`), opens the change by moving its journal to `changes/`, takes the steps
/// (`Mover`) and puts the journal away. Whatever ends the program in between, the next command that
/// writes finishes or drops the change (`recover`), so the tree is exactly old or exactly new.
public struct TreeChange: Sendable {
    /// For people: `install numpy 2.4.6`.
    public let title: String
    /// The files of the installed version: replaced without asking, and removed when the stage
    /// doesn't bring them again.
    public let owned: OwnedFiles
    /// What of `owned` leaves when the stage doesn't bring it again; nil: all of it.
    let leaving: OwnedFiles?
    /// Who else owns a file, relative to the tree's root, that the stage would replace; by names for
    /// people. A file of the same content is shared with them.
    let ownersOf: @Sendable (FilePath) throws -> [String]
    /// Whether this owner's files of other content are taken over, instead of refused.
    let mayTake: @Sendable (String) -> Bool
    /// Files that come with just the content that their other owners list, too: where the tree's is
    /// another, it is damaged for all of them.
    let restored: Set<FilePath>
    /// What to type to take them over, for messages.
    let advice: String?

    public init(
        title: String, owned: OwnedFiles, leaving: OwnedFiles? = nil,
        ownersOf: @escaping @Sendable (FilePath) throws -> [String] = { _ in [] },
        mayTake: @escaping @Sendable (String) -> Bool = { _ in false },
        restoring restored: Set<FilePath> = [], advice: String? = nil
    ) {
        self.title = title
        self.owned = owned
        self.leaving = leaving
        self.ownersOf = ownersOf
        self.mayTake = mayTake
        self.restored = restored
        self.advice = advice
    }

    /// Changes what is staged, where it depends on the plan: records of packages whose files are
    /// taken over. Whether it changed anything, and a new plan is needed.
    public typealias Revision = (ChangePlan) throws -> Bool

    /// Makes everything ready that can be made ready without the lock: the plan, its journal, copies
    /// for parts of the tree on other mounts, and, if `durable`, waits until it is on disk.
    ///
    /// Waiting for the disk takes up to seconds where others write much, so it must not happen under
    /// the lock. What is seen here may be in between two states of somebody else's change: nothing
    /// is refused, `commit` decides.
    ///
    /// - Returns: the plan; nil when there could be none.
    public func prepare(
        _ stage: borrowing Stage, durable: Bool, revising revise: Revision = { _ in false }
    ) throws(ChangeError) -> ChangePlan? {
        do {
            let places = try stage.places(isDurable: durable)
            // What makes a plan impossible `commit` meets again, or it is gone by then.
            let plan = try? plan(places, Planner.Abilities(), revise)
            if let plan {
                try places.prepare(Journal(title: title, steps: plan.steps), durable: durable)
            } else if durable {
                try places.sync()
            }
            if durable {
                stage.isOnDisk.store(true, ordering: .relaxed)
            }
            return plan
        } catch {
            throw ChangeError(error)
        }
    }

    /// Brings the stage into the tree.
    ///
    /// If what `prepare` planned still holds, nothing here waits for the disk: the journal is there
    /// already, and every journaling file system keeps the order of renames. Otherwise the journal is
    /// written here, and all of the stage waited for again, under the lock.
    ///
    /// - Parameter history: gets a line when it is done.
    /// - Returns: what was done.
    /// - Throws: `ChangeError`. Except for `.stuck`, the tree is as it was.
    public func commit(
        _ stage: borrowing Stage, durable: Bool, holding lock: borrowing HeldLock,
        noting history: HistoryWriter, revising revise: Revision = { _ in false }
    ) throws(ChangeError) -> ChangePlan {
        do {
            let places = try stage.places(isDurable: durable)
            var abilities = Planner.Abilities()
            while true {
                let plan = try plan(places, abilities, revise)
                if plan.isEmpty { return plan }
                let journal = Journal(title: title, steps: plan.steps)
                if try !places.has(journal) || (durable && !places.isOnDisk) {
                    try places.prepare(journal, durable: durable)
                }
                let open = try OpenChange(journal, of: stage, places)
                guard let failure = try open.run(history) else { return plan }
                // The way back succeeded. Plan again with what was learnt, if anything was.
                let before = abilities
                abilities.learn(from: failure)
                if abilities == before { throw failure.error }
            }
        } catch {
            throw ChangeError(error)
        }
    }

    private func plan(
        _ places: StagePlaces, _ abilities: Planner.Abilities, _ revise: Revision
    ) throws -> ChangePlan {
        var plan = try plan(places, abilities)
        while try revise(plan) {
            places.isOnDisk = false
            plan = try self.plan(places, abilities)
        }
        for entry in plan.inheriting { try entry.apply(in: places) }
        return plan
    }

    private func plan(_ places: StagePlaces, _ abilities: Planner.Abilities) throws -> ChangePlan {
        while true {
            var planner = Planner(change: self, places: places, abilities: abilities)
            try planner.plan()
            if let missing = planner.missingSide {
                try places.add(beside: missing.part, staged: missing.staged)
                continue
            }
            guard planner.conflicts.isEmpty else {
                throw ChangeError.conflicts(planner.conflicts, advice: advice)
            }
            return ChangePlan(
                steps: planner.steps, replacedUnowned: planner.unowned,
                takenOver: planner.takenOver, shared: planner.shared,
                redirected: planner.redirected, inheriting: planner.inheriting)
        }
    }
}

extension Stage {
    borrowing func places(isDurable: Bool = false) throws(PlatformError) -> StagePlaces {
        try StagePlaces(
            opening: folder, id: id, in: Directory(opening: tree.root), isDurable: isDurable,
            isOnDisk: isOnDisk.load(ordering: .relaxed))
    }
}

extension StagePlaces {
    /// Whether just this journal lies ready.
    fileprivate func has(_ journal: Journal) throws(PlatformError) -> Bool {
        guard try folder.status("journal") != nil else { return false }
        return try folder.file("journal", .read).readToEnd() == journal.bytes()
    }
}

extension Planner.Abilities {
    /// What a failed step tells of the file system: `EINVAL`, `ENOSYS`: no rename flags;
    /// `EXDEV`, `EBUSY`: this folder can't be moved (rename(2); overlayfs; mount points).
    fileprivate mutating func learn(from failure: OpenChange.Failure) {
        guard let step = failure.step else { return }
        switch (failure.error.errno, step) {
        case (.invalidArgument, .swap), (.noFunction, .swap): exchanges = false
        case (.improperLink, _), (.resourceBusy, _): immovable.insert(step.path)
        default: break
        }
    }
}
