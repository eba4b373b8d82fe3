internal import CPlatform
internal import Glibc
public import Platform
public import SystemPackage

/// A lock that is held until this value goes out of scope, or the process ends, however it ends.
///
/// Functions that need the lock ask for `borrowing HeldLock`: only `Lock` makes one.
public struct HeldLock: ~Copyable, Sendable {
    public let path: FilePath
    public let mode: Lock.Mode
    let file: File

    /// Whether the file that is locked is the one at the path. Of lock files that are removed with what
    /// they stand for, one may be locked that nobody else will find.
    public borrowing func isInPlace() throws(PlatformError) -> Bool {
        try status(path)?.identity == file.status().identity
    }

    /// Said to the kernel, and not left to the closing: the supervisors of builds that other threads
    /// have started meanwhile have the file open too.
    deinit { _ = spkg_flock(file.descriptor, LOCK_UN) }
}

/// A lock file and `flock(2)`: the same lock that `flock(1)` and the old `sage-flock` take.
///
/// The file is opened close-on-exec, so that no child keeps the lock, and it is never deleted: a
/// deleted lock file lets two processes hold "the" lock.
public struct Lock: Sendable {
    public enum Mode: Sendable {
        case shared, exclusive
    }

    public let path: FilePath

    public init(_ path: FilePath) { self.path = path }

    /// Takes the lock, waiting as long as `timeout` allows.
    ///
    /// - Parameter announce: called when somebody else holds it, before waiting, and again every
    ///   30 seconds.
    /// - Throws: `LockError`; the caller must stop then, never go on unlocked.
    public func take(
        _ mode: Mode = .exclusive, timeout: Duration? = nil, announce: (LockWait) -> Void
    ) throws(LockError) -> HeldLock {
        if let held = try takeIfFree(mode) { return held }
        let file = try open()
        try waitForFlock(
            file.descriptor, mode, of: path, timeout: timeout, announce: announce)
        return HeldLock(path: path, mode: mode, file: file)
    }

    /// Takes the lock if nobody else holds it; nil if somebody does.
    public func takeIfFree(_ mode: Mode = .exclusive) throws(LockError) -> HeldLock? {
        let file = try open()
        let result = spkg_flock(file.descriptor, mode.operation | LOCK_NB)
        if result == -EWOULDBLOCK { return nil }
        try accept(result)
        return HeldLock(path: path, mode: mode, file: file)
    }

    private func accept(_ result: CInt) throws(LockError) {
        if result < 0 { throw .refused(path: path, errno: Errno(rawValue: -result)) }
    }

    /// Opened writable: over NFS an exclusive lock needs that.
    private func open() throws(LockError) -> File {
        do {
            let parent = path.removingLastComponent()
            try makeDirectories(parent)
            return try Directory(opening: parent).file(path.lastComponent!, .open(mode: 0o666))
        } catch {
            throw .unopened(error)
        }
    }
}

private func waitForFlock(
    _ descriptor: CInt, _ mode: Lock.Mode, of path: FilePath, timeout: Duration?,
    announce: (LockWait) -> Void
) throws(LockError) {
    // With a limit it ends, and the holder may do other things meanwhile.
    if timeout == nil, let holder = LockHolder.waitingForUs(path) {
        throw .heldByAncestor(path: path, holder: holder)
    }
    let start = ContinuousClock.now
    let waiting = BlockedFlock(descriptor: descriptor, mode: mode)
    while true {
        let waited = ContinuousClock.now - start
        announce(LockWait(path: path, holder: LockHolder(of: path), waited: waited))
        let patience = min(.seconds(30), timeout.map { $0 - waited } ?? .seconds(30))
        if let result = waiting.result(within: patience) {
            if result < 0 { throw .refused(path: path, errno: Errno(rawValue: -result)) }
            return
        }
        if let timeout, ContinuousClock.now - start >= timeout {
            throw .timedOut(path: path, holder: LockHolder(of: path), after: timeout)
        }
    }
}

extension Lock.Mode {
    var operation: CInt { self == .shared ? LOCK_SH : LOCK_EX }
}

/// A wait for a lock, for the person at the terminal.
public struct LockWait: Sendable {
    public let path: FilePath
    public let holder: LockHolder?
    public let waited: Duration
}

/// The lock of an open file, as `flock(1)` takes it: it belongs to the open file, so of one that was
/// handed down to us it stays when we end.
public struct InheritedLock: Sendable {
    public let descriptor: CInt
    /// What it was called when it was opened; only messages use it.
    public let path: FilePath

    public init(descriptor: CInt, path: FilePath?) {
        self.descriptor = descriptor
        self.path = path ?? FilePath("/dev/fd/\(descriptor)")
    }

    /// Takes the lock. Parameters and errors as of `Lock.take`.
    public func take(
        _ mode: Lock.Mode, timeout: Duration? = nil, announce: (LockWait) -> Void
    ) throws(LockError) {
        if try takeIfFree(mode) { return }
        try waitForFlock(descriptor, mode, of: path, timeout: timeout, announce: announce)
    }

    /// Takes the lock if nobody else holds it.
    ///
    /// - Returns: whether it was taken.
    public func takeIfFree(_ mode: Lock.Mode) throws(LockError) -> Bool {
        let result = spkg_flock(descriptor, mode.operation | LOCK_NB)
        if result == -EWOULDBLOCK { return false }
        if result < 0 { throw .refused(path: path, errno: Errno(rawValue: -result)) }
        return true
    }

    /// Hands the lock to the program that this process becomes: it is held until that one, and every
    /// child that it gives its descriptors to, has ended.
    public func surviveExec() throws(LockError) {
        // The lock belongs to the open file, whichever descriptor leads to it.
        let result = spkg_dup(descriptor)
        if result < 0 { throw .refused(path: path, errno: Errno(rawValue: -result)) }
    }

    public func release() throws(LockError) {
        let result = spkg_flock(descriptor, LOCK_UN)
        if result < 0 { throw .refused(path: path, errno: Errno(rawValue: -result)) }
    }
}
