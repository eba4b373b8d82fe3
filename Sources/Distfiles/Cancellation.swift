internal import Glibc
internal import Synchronization

/// Tells blocking work that the task which waits for it was cancelled.
final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func check() throws(CancellationError) {
        if isCancelled { throw CancellationError() }
    }

    func cancel() {
        state.withLock {
            $0.isCancelled = true
            $0.wake?()
        }
    }

    /// Sets what ends a wait early; it isn't called any more once another one, or nil, is set.
    func setWake(_ wake: (@Sendable () -> Void)?) {
        state.withLock { $0.wake = wake }
    }
}

/// Runs blocking work on a thread of its own, so that none of those that tasks share is taken.
///
/// A cancelled task cancels the work, and waits until it has ended.
func onOwnThread<Value: Sendable>(
    _ body: @escaping @Sendable (Cancellation) throws -> Value
) async throws -> Value {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            startThread { continuation.resume(with: Result { try body(cancellation) }) }
        }
    } onCancel: {
        cancellation.cancel()
    }
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let failure = pthread_create(
        &thread, nil,
        { work in
            // A server that closes its connection must not end this process.
            var pipe = sigset_t()
            sigemptyset(&pipe)
            sigaddset(&pipe, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &pipe, nil)
            Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
            return nil
        }, work.toOpaque())
    precondition(failure == 0, "no thread could be started")
    pthread_detach(thread)
}
