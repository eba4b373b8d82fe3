internal import Dispatch
internal import Locks
internal import Synchronization

/// A package's lock: one process at a time builds, installs or uninstalls it. Held as long as this
/// value lives.
final class PackageLock: Sendable {
    private let held: HeldLock

    private init(_ held: consuming HeldLock) { self.held = held }

    /// Takes the lock; a wait for it stands in no other package's way, and ends when the task is
    /// cancelled.
    ///
    /// - Throws: `LockError`, `CancellationError`.
    static func take(
        _ lock: Lock, timeout: Duration?, announce: @escaping @Sendable (LockWait) -> Void
    ) async throws -> PackageLock {
        if let held = try lock.takeIfFree() { return PackageLock(held) }
        let turn = Turn()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                turn.begin(continuation)
                DispatchQueue.global().async {
                    // Whoever was cancelled meanwhile lets it go at once.
                    turn.end(
                        Result { PackageLock(try lock.take(timeout: timeout, announce: announce)) })
                }
            }
        } onCancel: {
            turn.end(.failure(CancellationError()))
        }
    }

    /// What comes first, the lock or the cancellation, ends the wait.
    private final class Turn: Sendable {
        private enum State {
            case new
            case waiting(CheckedContinuation<PackageLock, any Error>)
            case ended(Result<PackageLock, any Error>?)
        }
        private let state = Mutex(State.new)

        func begin(_ continuation: CheckedContinuation<PackageLock, any Error>) {
            let result = state.withLock { state -> Result<PackageLock, any Error>? in
                guard case .ended(let result) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                return result
            }
            if let result { continuation.resume(with: result) }
        }

        func end(_ result: Result<PackageLock, any Error>) {
            let continuation = state.withLock { state in
                switch state {
                case .new:
                    state = .ended(result)
                    return nil as CheckedContinuation<PackageLock, any Error>?
                case .waiting(let continuation):
                    state = .ended(nil)
                    return continuation
                case .ended: return nil
                }
            }
            continuation?.resume(with: result)
        }
    }
}
