internal import CPlatform
internal import Glibc
public import Locks
internal import Platform
public import SystemPackage
internal import Trees

/// The only way in which anything in an installation tree is ever changed.
///
/// Content is staged without a lock. `commit`, under the pip lock, finds the steps (`Planner`),
/// writes them down (`Journal`), takes them (`Mover`) and forgets them. Whatever ends the program
/// in between, the next command that writes finishes or drops the change (`recover`), so the tree
/// is exactly old or exactly new.
///
/// design.md, section 5.
public struct TreeChange: Sendable {
    /// For people: `install numpy 2.4.6`.
    public let title: String
    /// The files of the installed version: replaced without asking, and removed when the stage
    /// doesn't bring them again.
    public let owned: OwnedFiles
    /// Who owns a file, relative to the tree's root, that the stage would replace.
    let ownerOf: @Sendable (FilePath) throws -> String?

    public init(
        title: String, owned: OwnedFiles,
        ownerOf: @escaping @Sendable (FilePath) throws -> String? = { _ in nil }
    ) {
        self.title = title
        self.owned = owned
        self.ownerOf = ownerOf
    }

    /// What a change did, for people and for tests.
    public struct Outcome: Sendable, Equatable {
        /// Files that nobody owned and that were replaced, relative to the tree's root.
        public var replacedUnowned: [FilePath] = []
        /// Renames and other single changes.
        public var steps = 0
    }

    /// Brings the stage into the tree.
    ///
    /// The stage must be on disk before (`Stage.sync`) if the change is to survive a power cut;
    /// renames themselves are ordered by every journaling file system.
    ///
    /// - Throws: `ChangeError`. Except for `.stuck`, the tree is as it was.
    public func commit(
        _ stage: borrowing Stage, durable: Bool, holding lock: borrowing HeldLock
    ) throws(ChangeError) -> Outcome {
        do {
            let root = try Directory(opening: stage.tree.root)
            var abilities = Planner.Abilities()
            while true {
                var planner = Planner(
                    tree: root, stage: stage.new, owned: owned, abilities: abilities,
                    ownerOf: ownerOf)
                try planner.plan()
                guard planner.conflicts.isEmpty else {
                    throw ChangeError.conflicts(planner.conflicts)
                }
                let journal = Journal(title: title, steps: planner.steps)
                let outcome = Outcome(
                    replacedUnowned: planner.unowned, steps: planner.steps.count)
                if journal.steps.isEmpty { return outcome }
                let open = try OpenChange(journal, stage: stage, durable: durable)
                guard let failure = try open.run(Mover(tree: root, stage: stage.folder)) else {
                    return outcome
                }
                // The way back succeeded. Plan again with what was learnt, if anything was.
                let before = abilities
                abilities.learn(from: failure)
                if abilities == before { throw failure.error }
            }
        } catch {
            throw ChangeError(error)
        }
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

/// A change whose journal is on disk.
struct OpenChange {
    let file: FilePath
    let journal: Journal

    struct Failure: Error {
        let step: Step?
        let error: PlatformError
    }

    init(_ journal: Journal, stage: borrowing Stage, durable: Bool) throws(PlatformError) {
        file = stage.tree.changes.appending(stage.id)
        self.journal = journal
        try writeFile(file, journal.bytes(), mode: 0o644, durable: durable)
    }

    init(recovering file: FilePath, _ journal: Journal) {
        self.file = file
        self.journal = journal
    }

    /// Takes every step and removes the journal, which is the commit; or takes them all back.
    ///
    /// Signals that would end the program wait meanwhile: milliseconds. One that comes before the
    /// last step turns the change round.
    ///
    /// - Returns: nil after a commit; why not, after the tree was put back as it was.
    func run(_ mover: Mover) throws(ChangeError) -> Failure? {
        var before = sigset_t()
        spkg_block_ending_signals(&before)
        defer { spkg_restore_signals(&before) }
        var failure: Failure?
        for step in journal.steps where failure == nil {
            if spkg_ending_signal_pending() != 0 {
                try undo(mover, because: .call("signal", path: file, errno: .interrupted))
                throw .interrupted
            }
            do { try mover.take(step) } catch { failure = Failure(step: step, error: error) }
        }
        if failure == nil {
            do { try forget() } catch { failure = Failure(step: nil, error: error) }
        }
        if let failure { try undo(mover, because: failure.error) }
        return failure
    }

    private func undo(_ mover: Mover, because cause: PlatformError) throws(ChangeError) {
        do {
            for step in journal.steps.reversed() { try mover.takeBack(step) }
            try forget()
        } catch {
            throw .stuck(journal: file, cause: cause, undoing: error)
        }
    }

    private func forget() throws(PlatformError) {
        try Directory(opening: file.removingLastComponent()).removeFile(file.lastComponent!)
    }
}
