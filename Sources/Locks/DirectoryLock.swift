internal import CPlatform
internal import Glibc
internal import Platform
public import SystemPackage

/// `flock(2)` on a directory that is there anyway: for places where no lock file may stay.
///
/// Shared by all that work there; the last one may be alone with it. Over NFS nobody can be alone: an
/// exclusive lock needs a file that is open for writing.
public struct DirectoryLock: ~Copyable, Sendable {
    private let file: File
    private let path: FilePath

    private init(_ file: consuming File, of path: FilePath) {
        self.file = file
        self.path = path
    }

    /// Waits for those who are alone with the directory: they only tidy up.
    ///
    /// - Throws: `LockError.refused` where the file system has no such locks.
    public static func sharing(_ path: FilePath) throws(LockError) -> DirectoryLock {
        let file = try open(path)
        var result: CInt
        repeat { result = spkg_flock(file.descriptor, LOCK_SH) } while result == -EINTR
        if result < 0 { throw .refused(path: path, errno: Errno(rawValue: -result)) }
        return DirectoryLock(file, of: path)
    }

    private static func open(_ path: FilePath) throws(LockError) -> File {
        do { return try File(reading: path) } catch { throw .unopened(error) }
    }

    /// Whether nobody else works there, and nobody begins to as long as this value lives.
    ///
    /// - Throws: `LockError.refused` where that can't be told.
    public func isAlone() throws(LockError) -> Bool {
        let result = spkg_flock(file.descriptor, LOCK_EX | LOCK_NB)
        if result < 0, result != -EWOULDBLOCK {
            throw .refused(path: path, errno: Errno(rawValue: -result))
        }
        return result == 0
    }
}
