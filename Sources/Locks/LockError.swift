public import Platform
public import SystemPackage

/// Every way in which a lock can't be had. The command that needs it must stop.
public enum LockError: Error, Equatable {
    /// The lock file can't be made or opened.
    case unopened(PlatformError)
    /// The file system refuses to lock (NFS without a lock daemon: `ENOLCK`, `EBADF`, …).
    case refused(path: FilePath, errno: Errno)
    /// The holder waits, by what it has started, for this process; waiting for it would never end.
    case heldByAncestor(path: FilePath, holder: LockHolder)
    case timedOut(path: FilePath, holder: LockHolder?, after: Duration)
}

extension LockError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unopened(let error): "cannot open the lock file \(error)"
        case .refused(let path, let errno):
            """
            cannot lock \(path): \(errno)
            nothing was changed; the tree must be on a file system that supports flock
            """
        case .heldByAncestor(let path, let holder):
            """
            \(path) is held by \(holder), which waits for this command: neither would ever end
            nothing was changed; a script can't install its own package, nor one that needs it: \
            add what it needs to the recipe's dependencies
            """
        case .timedOut(let path, let holder, let after):
            """
            \(path) is still locked after \(after.components.seconds) s\
            \(holder.map { ", by \($0)" } ?? "")
            nothing was changed; wait for it to end and run the same command again
            """
        }
    }
}
