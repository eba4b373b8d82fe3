public import Building
public import Locks
public import SystemPackage

/// What happens, as it happens, for whoever watches. Nothing here changes what is done.
public struct Reporting: Sendable {
    public enum Event: Sendable {
        /// A package enters a phase.
        case phase(package: String, Phase)
        /// Bytes there so far, and of the whole file if known.
        case progress(package: String, received: Int, total: Int?)
        /// A sentence that somebody should read: a warning, a retry.
        case note(package: String, String)
        case waiting(LockWait)
        /// So many of the packages of a run are done.
        case planned(done: Int, of: Int)
        /// A package can't be installed; why is said at the end of the run.
        case failed(package: String, took: Duration)
        /// A package is done, or was already.
        case finished(package: String, Outcome)
    }

    public enum Phase: String, Sendable {
        case fetching, unpacking, preparing, building, checking, installing, uninstalling
    }

    public enum Outcome: Sendable, Equatable {
        case installed(took: Duration)
        case alreadyInstalled
        /// pip did it; it may have been there already.
        case installedByPip
        /// Built and staged, in this directory.
        case built(FilePath)
        /// Its tests passed.
        case checked
        /// The system provides it.
        case system
        case uninstalled
        case notInstalled
        case downloaded(FilePath)
    }

    public let event: @Sendable (Event) -> Void
    private let output: @Sendable (_ package: String, _ isWhole: Bool) -> TerminalLines?

    /// - Parameter output: where the output of a package's build goes besides its log; nil for silence.
    ///   With `isWhole` all of it must be shown, because the log gets it that way alone.
    public init(
        event: @escaping @Sendable (Event) -> Void,
        output: @escaping @Sendable (_ package: String, _ isWhole: Bool) -> TerminalLines? = {
            _, _ in nil
        }
    ) {
        self.event = event
        self.output = output
    }

    /// Where the output of commands goes besides this log of theirs.
    func output(besides log: BuildLog) -> TerminalLines? {
        output(log.package, log.isKeptByCaller)
    }
}
