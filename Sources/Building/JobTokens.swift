internal import CPlatform
internal import Dispatch
internal import Glibc
internal import Platform
internal import Synchronization
internal import SystemPackage

/// Tokens of a jobserver that this process holds: so many jobs may run here besides the one that it was
/// started as.
///
/// What was read is what is written back, byte for byte, and nothing is kept when this value goes (GNU
/// make manual, "POSIX Jobserver Interaction").
public final class JobTokens: Sendable {
    /// An opening of our own, so that only we don't block.
    private let descriptor: CInt
    /// Ends a wait.
    private let alarm: (read: CInt, write: CInt)
    private let held = Mutex<[UInt8]>([])

    public init(of jobserver: Jobserver) throws(BuildError) {
        descriptor = open(jobserver.path.string, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 {
            throw .platform(
                .call("open", path: jobserver.path, errno: Errno(rawValue: Glibc.errno)))
        }
        var ends: [CInt] = [-1, -1]
        let failure = spkg_pipe(&ends)
        alarm = (ends[0], ends[1])
        if failure < 0 {
            throw .platform(.call("pipe", path: "", errno: Errno(rawValue: -failure)))
        }
    }

    deinit {
        while giveBack() {}
        for descriptor in [descriptor, alarm.read, alarm.write] { _ = spkg_close(descriptor) }
    }

    public var count: Int { held.withLock { $0.count } }

    /// Takes one more if there is one.
    public func takeIfFree() -> Bool {
        var token: UInt8 = 0
        guard spkg_read(descriptor, &token, 1) == 1 else { return false }
        held.withLock { $0.append(token) }
        return true
    }

    /// Waits until there is one more.
    ///
    /// - Returns: false when there is none yet and the task was cancelled, or `stopWaiting` called.
    public func take() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async { continuation.resume(returning: self.wait()) }
            }
        } onCancel: {
            stopWaiting()
        }
    }

    public func stopWaiting() {
        var word: UInt8 = 0
        _ = spkg_write(alarm.write, &word, 1)
    }

    /// - Returns: false when none was held.
    @discardableResult
    public func giveBack() -> Bool {
        guard var token = held.withLock({ $0.popLast() }) else { return false }
        // As many as were there fit in; a signal may come.
        while spkg_write(descriptor, &token, 1) == -Int(EINTR) {}
        return true
    }

    private func wait() -> Bool {
        while true {
            if takeIfFree() { return true }
            var waiting = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: alarm.read, events: Int16(POLLIN), revents: 0),
            ]
            poll(&waiting, 2, -1)
            if waiting[1].revents != 0 {
                var word: UInt8 = 0
                _ = spkg_read(alarm.read, &word, 1)
                return false
            }
        }
    }
}
