internal import CPlatform
internal import Glibc
public import SystemPackage

/// An open file, closed when it goes out of scope.
public struct File: ~Copyable, Sendable {
    public let descriptor: CInt
    /// What it was called when it was opened; only messages use it.
    public let path: FilePath

    init(descriptor: CInt, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = spkg_close(descriptor) }

    /// Opens for reading, following links.
    public init(reading path: FilePath) throws(PlatformError) {
        let descriptor = path.withPlatformString { spkg_openat(AT_FDCWD, $0, O_RDONLY, 0) }
        self.init(descriptor: try check(descriptor, "open", path), path: path)
    }

    /// Opens what is to be locked, following links: a file, made if nothing is there, or a directory.
    ///
    /// Writable where that is allowed: over NFS an exclusive lock needs it.
    public init(locking path: FilePath) throws(PlatformError) {
        func open(_ flags: CInt) -> CInt {
            path.withPlatformString { spkg_openat(AT_FDCWD, $0, flags | O_NOCTTY, 0o666) }
        }
        let writing = open(O_RDWR | O_CREAT)
        let reading = writing < 0 ? open(O_RDONLY) : writing
        // Of what isn't there, it is of interest why it can't be made.
        self.init(
            descriptor: try check(reading == -ENOENT ? writing : reading, "open", path), path: path)
    }

    /// A second handle for what this process has open already; not inherited by children.
    public init(duplicating descriptor: CInt) throws(PlatformError) {
        let path = FilePath("/dev/fd/\(descriptor)")
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        if copy < 0 { throw .call("dup", path: path, errno: Errno(rawValue: errno)) }
        self.init(descriptor: copy, path: path)
    }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(PlatformError) {
        try write(bytes.bytes)
    }

    public func write(_ bytes: some Sequence<UInt8>) throws(PlatformError) {
        let bytes = Array(bytes)
        try write(bytes.span.bytes)
    }

    public func write(_ bytes: RawSpan) throws(PlatformError) {
        var at = 0
        while at < bytes.byteCount {
            let rest = bytes.extracting(droppingFirst: at)
            let written = rest.withUnsafeBytes { spkg_write(descriptor, $0.baseAddress, $0.count) }
            if written == -Int(EINTR) { continue }
            at += try check(written, "write", path)
        }
    }

    /// Reads up to `buffer.count` bytes; 0 means the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(PlatformError) -> Int {
        while true {
            let got = spkg_read(descriptor, buffer.baseAddress, buffer.count)
            if got == -Int(EINTR) { continue }
            return try check(got, "read", path)
        }
    }

    /// Calls `body` with the rest of the file, part by part.
    ///
    /// - Parameter block: memory for a part.
    public func read(
        through block: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(PlatformError) -> Void
    ) throws(PlatformError) {
        while case let got = try read(into: block), got > 0 {
            try body(UnsafeRawBufferPointer(rebasing: block[..<got]))
        }
    }

    public func status() throws(PlatformError) -> FileStatus {
        var raw = stat()
        try check(spkg_fstat(descriptor, &raw), "fstat", path)
        return FileStatus(raw)
    }

    public func setMode(_ mode: UInt32) throws(PlatformError) {
        try check(spkg_fchmod(descriptor, mode), "fchmod", path)
    }

    /// Waits until the file's content is on disk.
    public func sync() throws(PlatformError) {
        try check(spkg_fsync(descriptor), "fsync", path)
    }

    /// Begins to write the file's content to disk, or waits until that is done. The content alone: its
    /// size and name may still be lost in a power cut; see `Directory.keepsOrder`.
    public func writeOut(waiting: Bool) throws(PlatformError) {
        try check(spkg_write_out(descriptor, waiting ? 1 : 0), "sync_file_range", path)
    }
}

extension Directory {
    /// Opens a new file without a name on this directory's file system, written at its end: it goes
    /// with the last process that has it open. `/dev/fd/N` is a path to it in this process.
    public func unnamedFile() throws(PlatformError) -> File {
        let descriptor = try check(spkg_unnamed_file(descriptor), "open", path)
        return File(descriptor: descriptor, path: FilePath("/dev/fd/\(descriptor)"))
    }

    public enum FileUse: Sendable {
        /// A pipe in its place is opened too, without waiting for a writer.
        case read
        /// The file must not be there yet; no link is followed.
        case create(mode: UInt32)
        /// Made if absent, kept if present; for lock files.
        case open(mode: UInt32)
        /// Made if absent, written at the end; for logs.
        case append(mode: UInt32)
    }

    /// Opens a file in this directory; a link in its place is an error (`ELOOP`).
    public func file(_ name: FilePath.Component, _ use: FileUse) throws(PlatformError) -> File {
        let (flags, mode): (CInt, UInt32) =
            switch use {
            case .read: (O_RDONLY | O_NONBLOCK, 0)
            case .create(let mode): (O_WRONLY | O_CREAT | O_EXCL, mode)
            case .open(let mode): (O_RDWR | O_CREAT, mode)
            case .append(let mode): (O_WRONLY | O_CREAT | O_APPEND, mode)
            }
        let descriptor = name.withPlatformString {
            spkg_openat(self.descriptor, $0, flags | O_NOFOLLOW, mode)
        }
        return File(
            descriptor: try check(descriptor, "open", path.appending(name)),
            path: path.appending(name))
    }
}
