internal import Glibc
internal import Platform
internal import SystemPackage

extension LockHolder {
    /// The holder that waits for this process to end, because it, or what it runs, has started this
    /// process: then neither would ever end. nil if there is none, as far as the kernel tells.
    static func waitingForUs(_ path: FilePath) -> LockHolder? {
        let holders = Self.all(of: path)
        if holders.isEmpty { return nil }
        if let own = holders.first(where: { $0.process == getpid() }), isInherited(path) {
            return own
        }
        var process = Int(getppid())
        while process > 1 {
            if let holder = holders.first(where: { $0.process == process }) { return holder }
            process = parent(of: process) ?? 0
        }
        return nil
    }

    /// Whether a program that became this one has handed the lock down: ours are close-on-exec.
    private static func isInherited(_ path: FilePath) -> Bool {
        guard let file = try? targetStatus(path)?.identity,
            let own = try? Directory(opening: "/proc/self/fd").entries()
        else { return false }
        return own.contains { entry in
            guard let descriptor = CInt(entry.name.string) else { return false }
            let flags = fcntl(descriptor, F_GETFD)
            var status = stat()
            return flags >= 0 && flags & FD_CLOEXEC == 0 && fstat(descriptor, &status) == 0
                && FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) == file
        }
    }

    /// 4242 (a name (with) blanks) S 4241 …
    private static func parent(of process: Int) -> Int? {
        guard let bytes = try? readFile(FilePath("/proc/\(process)/stat")),
            let name = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let words = bytes[(name + 1)...].split(separator: UInt8(ascii: " "))
        return words.count > 1 ? Int(String(decoding: words[1], as: UTF8.self)) : nil
    }
}
