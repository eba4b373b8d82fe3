internal import CPlatform
internal import Glibc
public import SystemPackage

/// A file's bytes, mapped into memory read-only: its size doesn't count as memory in use.
///
/// The file must not be shortened while it is mapped (the kernel would end the program), so map
/// only files that nobody writes any more: stored wheels, finished downloads.
public final class MappedFile: Sendable {
    public let path: FilePath
    public let count: Int
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer?

    public init(_ path: FilePath) throws(PlatformError) {
        // Before it is opened: to open a pipe is to wait for somebody who writes to it.
        if let kind = try targetStatus(path)?.kind, kind != .file {
            throw .wrongKind(path: path, wanted: "a file", found: kind)
        }
        let file = try File(reading: path)
        let status = try file.status()
        self.path = path
        count = status.size
        if count == 0 {
            base = nil
            return
        }
        let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
        if mapped == MAP_FAILED {
            throw .call("mmap", path: path, errno: Errno(rawValue: Glibc.errno))
        }
        base = mapped
    }

    deinit { if let base { munmap(base, count) } }

    /// The bytes; valid while this object lives.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Lets go of the memory behind a part of the bytes; it is read anew when it is looked at again.
    ///
    /// What was read of a mapped file counts as the process's memory until then.
    public func forget(_ range: Range<Int>) {
        let page = Int(sysconf(CInt(_SC_PAGESIZE)))
        let start = range.lowerBound / page * page
        guard let base, start < min(range.upperBound, count) else { return }
        madvise(base + start, min(range.upperBound, count) - start, MADV_DONTNEED)
    }
}
