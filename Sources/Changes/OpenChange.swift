internal import CPlatform
internal import Glibc
internal import Platform
internal import SystemPackage
internal import Trees

/// A change whose journal is in `changes/`: from here on it is made, or taken back.
struct OpenChange {
    let file: FilePath
    let journal: Journal
    private let places: StagePlaces
    /// Held from before the first step: the way back needs it.
    private let changes: Directory
    private let mover: Mover
    /// Whether another process began it.
    private let isRecovered: Bool

    struct Failure: Error {
        let step: Step?
        let error: PlatformError
    }

    /// Opens the change: `journal` has been written to the stage's folder, and moves to `changes/`.
    init(_ journal: Journal, of stage: borrowing Stage, _ places: StagePlaces)
        throws(PlatformError)
    {
        file = stage.tree.changes.appending(stage.id)
        self.journal = journal
        isRecovered = false
        self.places = places
        changes = try Directory(opening: stage.tree.changes)
        mover = try Mover(places)
        try stage.folder.rename("journal", to: file.lastComponent!, in: changes, .replacing)
    }

    /// Finds the change of a dead process.
    ///
    /// - Throws: `damagedJournal` when its stage is gone.
    init(recovering file: FilePath, _ journal: Journal, in tree: Tree) throws(ChangeError) {
        self.file = file
        self.journal = journal
        isRecovered = true
        let id = file.lastComponent!
        do {
            changes = try Directory(opening: tree.changes)
            places = try StagePlaces(
                opening: Directory(opening: tree.stages.appending(id)), id: id.string,
                in: Directory(opening: tree.root))
            mover = try Mover(places)
        } catch  where error.errno == .noSuchFileOrDirectory {
            throw .damagedJournal(path: file, reason: "its stage is gone: \(error)")
        } catch {
            throw .platform(error)
        }
    }

    /// Takes every step and puts the journal away, which is the commit; or takes them all back.
    ///
    /// Signals that would end the program wait meanwhile: milliseconds. One that comes before the
    /// last step turns the change round.
    ///
    /// - Parameter history: gets a line when every step is taken.
    /// - Returns: nil after a commit; why not, after the tree was put back as it was.
    func run(_ history: HistoryWriter) throws(ChangeError) -> Failure? {
        var before = sigset_t()
        spkg_block_ending_signals(&before)
        defer { spkg_restore_signals(&before) }
        let id = file.lastComponent!.string
        var isNoted = false
        var failure: Failure?
        for step in journal.steps where failure == nil {
            if spkg_ending_signal_pending() != 0 {
                try undo(because: .call("signal", path: file, errno: .interrupted))
                throw .interrupted
            }
            do { try mover.take(step) } catch { failure = Failure(step: step, error: error) }
        }
        if failure == nil {
            history.add(journal.title, id, isRecovered)
            isNoted = true
            do {
                try changes.rename(file.lastComponent!, to: "done", in: places.folder, .replacing)
                // Two names of one file, as a power cut left them on btrfs: a rename did nothing.
                if isRecovered, try changes.status(file.lastComponent!) != nil {
                    try changes.removeFile(file.lastComponent!)
                }
            } catch {
                failure = Failure(step: nil, error: error)
            }
        }
        if let failure {
            try undo(because: failure.error)
            if isNoted { history.add("take back: \(journal.title)", "\(id)-back", isRecovered) }
        }
        return failure
    }

    private func undo(because cause: PlatformError) throws(ChangeError) {
        do {
            for step in journal.steps.reversed() { try mover.takeBack(step) }
            try changes.removeFile(file.lastComponent!)
        } catch {
            throw .stuck(journal: file, cause: cause, undoing: error)
        }
    }
}
