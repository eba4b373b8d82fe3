internal import CArchive
internal import Glibc
internal import Platform
internal import SystemPackage

/// A tar archive behind any compression, or a zip; told apart by content, read as a stream.
///
/// Only these formats are linked in: see `linkerSettings` in Package.swift.
final class ArchiveReader {
    let path: FilePath
    private let file: File
    private let archive: OpaquePointer

    init(_ path: FilePath) throws(DistfileError) {
        self.path = path
        file = try platform { () throws(PlatformError) in try File(reading: path) }
        archive = archive_read_new()
        archive_read_support_filter_gzip(archive)
        archive_read_support_filter_bzip2(archive)
        archive_read_support_filter_xz(archive)
        archive_read_support_filter_lzma(archive)
        archive_read_support_filter_zstd(archive)
        archive_read_support_filter_compress(archive)
        archive_read_support_format_tar(archive)
        // The seekable reader knows modes, which stand in the central directory only.
        archive_read_support_format_zip_seekable(archive)
        guard archive_read_open_fd(archive, file.descriptor, 1 << 18) == ARCHIVE_OK else {
            let reason = message
            throw .notAnArchive(path, reason: reason)
        }
    }

    deinit { archive_read_free(archive) }

    /// The next entry; nil at the end.
    ///
    /// - Parameter last: the entry before it, for the message.
    func next(after last: String?) throws(DistfileError) -> ArchiveEntry? {
        var entry: OpaquePointer?
        switch archive_read_next_header(archive, &entry) {
        case ARCHIVE_OK, ARCHIVE_WARN: return ArchiveEntry(entry!)
        case ARCHIVE_EOF: return nil
        default:
            guard let last else { throw .notAnArchive(path, reason: message) }
            throw .damagedArchive(path, entry: last, reason: "after it, \(message)")
        }
    }

    /// Reads the current entry's bytes; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer, of entry: String) throws(DistfileError)
        -> Int
    {
        let got = archive_read_data(archive, buffer.baseAddress, buffer.count)
        if got >= 0 { return got }
        if got == Int(ARCHIVE_RETRY) { return try read(into: buffer, of: entry) }
        throw .damagedArchive(path, entry: entry, reason: message)
    }

    private var message: String {
        archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
    }
}

/// What an archive says of one of its files.
struct ArchiveEntry {
    /// The name as it stands there, nothing checked yet.
    let name: FilePath
    let mode: UInt32
    let kind: Kind

    enum Kind {
        case file, directory, pipe, device, socket, unknown
        case link(FilePath)
        case hardLink(FilePath)
    }

    fileprivate init(_ entry: OpaquePointer) {
        name = archive_entry_pathname(entry).map { FilePath(platformString: $0) } ?? ""
        mode = UInt32(archive_entry_perm(entry))
        if let target = archive_entry_hardlink(entry) {
            kind = .hardLink(FilePath(platformString: target))
            return
        }
        kind =
            switch archive_entry_filetype(entry) {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK:
                .link(archive_entry_symlink(entry).map { FilePath(platformString: $0) } ?? "")
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            case S_IFCHR, S_IFBLK: .device
            default: .unknown
            }
    }

    /// The name taken apart: no `.`, no `..`, no root, at least one component.
    func place(in archive: FilePath) throws(DistfileError) -> [FilePath.Component] {
        try Self.place(name, of: self, in: archive)
    }

    /// As `place(in:)`, for the name of another entry that this one mentions.
    static func place(_ name: FilePath, of entry: ArchiveEntry, in archive: FilePath)
        throws(DistfileError) -> [FilePath.Component]
    {
        func refused(_ reason: UnsafeEntry) -> DistfileError {
            .unsafeEntry(archive: archive, entry: entry.name.string, reason)
        }
        if name.isAbsolute { throw refused(.absoluteName) }
        var place: [FilePath.Component] = []
        for component in name.components {
            switch component.kind {
            case .regular: place.append(component)
            case .parentDirectory: throw refused(.climbingName)
            case .currentDirectory: continue
            }
        }
        if name.length > 4096 || place.count > 256 { throw refused(.nameTooLong) }
        return place
    }
}

/// Runs `body` with names read as UTF-8, on this thread only.
///
/// libarchive converts the names of pax headers into the locale's encoding, and in the C locale
/// it would drop those that are not ASCII.
func withUTF8Names<Value>(_ body: () throws(DistfileError) -> Value) throws(DistfileError) -> Value
{
    guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return try body() }
    let before = uselocale(locale)
    defer {
        uselocale(before)
        freelocale(locale)
    }
    return try body()
}
