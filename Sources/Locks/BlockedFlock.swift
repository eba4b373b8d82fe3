internal import CPlatform
internal import Glibc

/// A `flock` call that waits in a thread of its own, because the kernel has no flock with a time
/// limit and polling would be unfair to whoever waits longest.
///
/// If it never returns, the thread ends with the process.
final class BlockedFlock: Sendable {
    private nonisolated(unsafe) let done: UnsafeMutablePointer<sem_t>
    private nonisolated(unsafe) let outcome: UnsafeMutablePointer<CInt>
    private let descriptor: CInt
    private let operation: CInt

    init(descriptor: CInt, mode: Lock.Mode) {
        self.descriptor = descriptor
        operation = mode.operation
        done = .allocate(capacity: 1)
        outcome = .allocate(capacity: 1)
        outcome.initialize(to: 0)
        sem_init(done, 0, 0)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                Unmanaged<BlockedFlock>.fromOpaque(context!).takeRetainedValue().wait()
                return nil
            }, context)
        pthread_detach(thread)
    }

    deinit {
        sem_destroy(done)
        done.deallocate()
        outcome.deallocate()
    }

    private func wait() {
        var result: CInt
        repeat { result = spkg_flock(descriptor, operation) } while result == -EINTR
        outcome.pointee = result
        sem_post(done)
    }

    /// What `flock` returned; nil if it is still waiting after `patience`.
    func result(within patience: Duration) -> CInt? {
        let (seconds, attoseconds) = max(patience, .zero).components
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += Int(seconds)
        deadline.tv_nsec += Int(attoseconds / 1_000_000_000)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        while sem_timedwait(done, &deadline) == -1 {
            if errno != EINTR { return nil }
        }
        return outcome.pointee
    }
}
