internal import CPlatform
internal import Glibc
public import SystemPackage

/// An open directory: everything in it is named relative to this handle, so that no path is
/// resolved twice and nobody can swap a parent for a link in between.
///
/// A name is one component. No call follows a link in the last component, unless it says so.
/// `path` is what the directory was called when it was opened; only messages use it.
public final class Directory: Sendable {
    public let path: FilePath
    let descriptor: CInt

    init(descriptor: CInt, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = spkg_close(descriptor) }

    /// Opens a directory by path, following links.
    public convenience init(opening path: FilePath) throws(PlatformError) {
        let descriptor = path.withPlatformString {
            spkg_openat(AT_FDCWD, $0, O_RDONLY | O_DIRECTORY, 0)
        }
        self.init(descriptor: try check(descriptor, "open", path), path: path)
    }

    /// Opens a directory inside this one; a link in its place is an error (`ENOTDIR`, `ELOOP`).
    public func directory(_ name: FilePath.Component) throws(PlatformError) -> Directory {
        let descriptor = name.withPlatformString {
            spkg_openat(self.descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        }
        return Directory(
            descriptor: try check(descriptor, "open", path.appending(name)),
            path: path.appending(name))
    }

    /// A directory below this one; no link is followed on the way.
    public func descend(_ path: FilePath) throws(PlatformError) -> Directory {
        var folder = self
        for name in path.components { folder = try folder.directory(name) }
        return folder
    }

    /// The directory inside this one, made if it is not there.
    public func directory(makingIfAbsent name: FilePath.Component, mode: UInt32 = 0o777)
        throws(PlatformError) -> Directory
    {
        do { return try directory(name) } catch  where error.errno == .noSuchFileOrDirectory {}
        do { try makeDirectory(name, mode: mode) } catch  where error.errno == .fileExists {}
        return try directory(name)
    }

    // MARK: Looking

    /// What is at `name`; nil when nothing is.
    public func status(_ name: FilePath.Component) throws(PlatformError) -> FileStatus? {
        var raw = stat()
        let result = name.withPlatformString {
            spkg_fstatat(descriptor, $0, &raw, AT_SYMLINK_NOFOLLOW)
        }
        if result == -ENOENT { return nil }
        try check(result, "lstat", path.appending(name))
        return FileStatus(raw)
    }

    /// What this directory itself is.
    public func status() throws(PlatformError) -> FileStatus {
        var raw = stat()
        try check(spkg_fstat(descriptor, &raw), "fstat", path)
        return FileStatus(raw)
    }

    /// Which mount this directory is on. Renames between two mounts fail (`EXDEV`), also where both
    /// show the same file system.
    public func mount() throws(PlatformError) -> Int64 {
        let found = spkg_mount(descriptor)
        if found < 0 { throw .call("statx", path: path, errno: Errno(rawValue: CInt(-found))) }
        return found
    }

    /// The names in the directory, in no order, without `.` and `..`.
    ///
    /// The kind is `.unknown` on file systems that don't tell it here.
    public func entries() throws(PlatformError) -> [(name: FilePath.Component, kind: FileKind)] {
        var found: [(name: FilePath.Component, kind: FileKind)] = []
        try forEachEntry { name, kind in
            if let component = FilePath.Component(platformString: name) {
                found.append((component, kind))
            }
        }
        return found
    }

    /// The same names as text, for folders with thousands of them: that takes half the time.
    public func names() throws(PlatformError) -> [String] {
        var found: [String] = []
        try forEachEntry { name, _ in found.append(String(cString: name)) }
        return found
    }

    private func forEachEntry(_ body: (UnsafePointer<CChar>, FileKind) -> Void)
        throws(PlatformError)
    {
        // A handle of its own: the position of a shared one would be shared too.
        let own = try check(
            spkg_openat(descriptor, ".", O_RDONLY | O_DIRECTORY, 0), "open", path)
        defer { _ = spkg_close(own) }
        let size = 32768
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
        defer { buffer.deallocate() }
        while true {
            let got = try check(spkg_entries(own, buffer, size), "getdents", path)
            if got == 0 { return }
            var at = 0
            while at < got {
                let kind = FileKind(entryType: UInt8(bitPattern: buffer[at]))
                let name = buffer + at + 1
                body(name, kind)
                at += 2 + strlen(name)
            }
        }
    }

    /// The text of a symbolic link.
    public func linkText(_ name: FilePath.Component) throws(PlatformError) -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let got = name.withPlatformString {
            spkg_readlinkat(descriptor, $0, &buffer, Int(PATH_MAX))
        }
        try check(got, "readlink", path.appending(name))
        return FilePath(platformString: buffer)
    }

    // MARK: Changing

    public func makeDirectory(_ name: FilePath.Component, mode: UInt32 = 0o777)
        throws(PlatformError)
    {
        try change("mkdir", name) { spkg_mkdirat(descriptor, $0, mode) }
    }

    public func makeLink(_ name: FilePath.Component, to text: FilePath) throws(PlatformError) {
        try change("symlink", name) { name in
            text.withPlatformString { spkg_symlinkat($0, descriptor, name) }
        }
    }

    public func makeHardLink(
        _ name: FilePath.Component, to original: FilePath.Component, in source: Directory
    ) throws(PlatformError) {
        try change("link", name) { name in
            original.withPlatformString { spkg_linkat(source.descriptor, $0, descriptor, name) }
        }
    }

    /// Removes a file or link.
    public func removeFile(_ name: FilePath.Component) throws(PlatformError) {
        try change("unlink", name) { spkg_unlinkat(descriptor, $0, 0) }
    }

    /// Removes an empty directory.
    public func removeDirectory(_ name: FilePath.Component) throws(PlatformError) {
        try change("rmdir", name) { spkg_unlinkat(descriptor, $0, AT_REMOVEDIR) }
    }

    public enum RenameMode: UInt32, Sendable {
        /// A file at the target is replaced.
        case replacing = 0
        /// Anything at the target is an error (`EEXIST`).
        case notReplacing = 1
        /// Both exist, and change places in one step.
        case exchanging = 2
    }

    /// Moves an entry of this directory to `target` in `other`.
    public func rename(
        _ name: FilePath.Component, to target: FilePath.Component, in other: Directory,
        _ mode: RenameMode
    ) throws(PlatformError) {
        do {
            try other.change("rename", target) { target in
                name.withPlatformString {
                    spkg_renameat2(descriptor, $0, other.descriptor, target, mode.rawValue)
                }
            }
        } catch .call(let call, _, let errno) where errno == .permissionDenied {
            // Either folder may be the one that forbids it.
            let isOurs = faccessat(descriptor, ".", W_OK, AT_EACCESS) != 0
            throw .call(
                call, path: isOurs ? path.appending(name) : other.path.appending(target),
                errno: errno)
        }
    }

    public func setMode(_ name: FilePath.Component, _ mode: UInt32) throws(PlatformError) {
        try change("chmod", name) { spkg_fchmodat(descriptor, $0, mode) }
    }

    public func setModified(_ name: FilePath.Component, _ time: FileTime) throws(PlatformError) {
        try change("utimensat", name) {
            spkg_utimensat(descriptor, $0, time.seconds, time.nanoseconds)
        }
    }

    /// Of the entry itself, also where it is a link.
    public func setOwner(_ name: FilePath.Component, user: UInt32, group: UInt32)
        throws(PlatformError)
    {
        try change("chown", name) { spkg_fchownat(descriptor, $0, user, group) }
    }

    /// Waits until this directory's entries are on disk.
    public func sync() throws(PlatformError) {
        try check(spkg_fsync(descriptor), "fsync", path)
    }

    /// Whether this file system makes changes of names and sizes durable in the order in which they were
    /// made, so that whoever waits for one has waited for all before it, by whichever process.
    public func keepsOrder() throws(PlatformError) -> Bool {
        try check(spkg_keeps_order(descriptor), "fstatfs", path) == 1
    }

    /// Waits until everything on this directory's file system is on disk.
    public func syncFileSystem() throws(PlatformError) {
        try check(spkg_syncfs(descriptor), "syncfs", path)
    }

    func change(
        _ call: String, _ name: FilePath.Component, _ body: (UnsafePointer<CChar>) -> CInt
    ) throws(PlatformError) {
        try check(name.withPlatformString(body), call, path.appending(name))
    }
}
