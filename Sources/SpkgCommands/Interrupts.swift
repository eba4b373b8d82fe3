internal import Dispatch
internal import Glibc
internal import Synchronization

/// What happens on Ctrl-C, `kill` and a closed terminal while builds run.
///
/// Builds are processes of groups of their own, so somebody must end them: the running task is
/// cancelled, which does that, and then this process dies of the signal as if nothing had been in
/// between. A second signal, or ten seconds, and it dies at once.
enum Interrupts {
    /// Whether we only wait for a lock: then there is nothing to end first.
    static let isWaiting = Atomic<Bool>(false)
    private static let caught = Atomic<Int32>(0)

    /// Runs `body` to its end, so that a signal cancels it.
    static func watched(_ body: @escaping @Sendable () async throws -> Void) throws {
        var signals = watchedSignals()
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let task = Task.detached {
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            done.signal()
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Box(task))
        pthread_create(
            &thread, nil,
            { context in
                let task = Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().task
                Interrupts.wait(for: task)
                return nil
            }, context.toOpaque())
        pthread_detach(thread)
        done.wait()
        dieIfInterrupted()
        try outcome.withLock { try $0?.get() }
    }

    /// Ends this process by the signal that came, if one came.
    static func dieIfInterrupted() {
        let signal = caught.load(ordering: .acquiring)
        if signal != 0 { endBySignal(signal) }
    }

    private static func wait(for task: Task<Void, Never>) {
        let signal = endingSignal()
        if isWaiting.load(ordering: .relaxed) { endBySignal(signal) }
        caught.store(signal, ordering: .releasing)
        Screen.shared.endRows()
        say("interrupted: ending what runs")
        task.cancel()
        var signals = endingSignals()
        let end = ContinuousClock.now + .seconds(10)
        // The end of each build interrupts the wait.
        while true {
            let left = max(.zero, end - .now).components
            var patience = timespec(
                tv_sec: Int(left.seconds), tv_nsec: Int(left.attoseconds / 1_000_000_000))
            if sigtimedwait(&signals, nil, &patience) != -1 || errno != EINTR { break }
        }
        endBySignal(signal)
    }

    /// Waits for a signal that ends us; rows give way to the others.
    private static func endingSignal() -> Int32 {
        var signals = watchedSignals()
        while true {
            var signal: Int32 = 0
            sigwait(&signals, &signal)
            switch signal {
            case SIGTSTP:
                Screen.shared.hideRows(isSuspending: true)
                stop()
                Screen.shared.redrawRows()
            case SIGCONT: Screen.shared.redrawRows()
            default: return signal
            }
        }
    }

    /// What Ctrl-Z does without us. Builds go on: they are of other groups.
    private static func stop() {
        var stopping = sigset_t()
        sigemptyset(&stopping)
        sigaddset(&stopping, SIGTSTP)
        pthread_sigmask(SIG_UNBLOCK, &stopping, nil)
        raise(SIGTSTP)
        pthread_sigmask(SIG_BLOCK, &stopping, nil)
        // What let us go on is known.
        sigemptyset(&stopping)
        sigaddset(&stopping, SIGCONT)
        var patience = timespec()
        sigtimedwait(&stopping, nil, &patience)
    }

    private static func watchedSignals() -> sigset_t {
        var signals = endingSignals()
        if Screen.shared.hasRows {
            for signal in [SIGTSTP, SIGCONT] { sigaddset(&signals, signal) }
        }
        return signals
    }

    private static func endingSignals() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        return signals
    }

    private final class Box: Sendable {
        let task: Task<Void, Never>
        init(_ task: Task<Void, Never>) { self.task = task }
    }
}
