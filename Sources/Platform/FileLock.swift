internal import CPlatform
internal import Glibc
internal import SystemPackage

// For a file that several processes write in turn.

extension File {
    /// Takes the file's exclusive lock without waiting; false when someone else has it.
    ///
    /// The lock belongs to this open file: a second one in the same process has to wait as well.
    /// It ends when the file is closed, also by a crash.
    public func tryLock() throws(PlatformError) -> Bool {
        let result = spkg_flock(descriptor, LOCK_EX | LOCK_NB)
        if result == -EWOULDBLOCK || result == -EINTR { return false }
        try check(result, "flock", path)
        return true
    }

    /// Drops the content; the next write lands at the start.
    public func empty() throws(PlatformError) {
        try check(spkg_ftruncate(descriptor, 0), "ftruncate", path)
        if lseek(descriptor, 0, SEEK_SET) != 0 {
            throw .call("lseek", path: path, errno: .init(rawValue: Glibc.errno))
        }
    }
}
