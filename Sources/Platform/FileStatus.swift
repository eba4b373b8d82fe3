internal import CPlatform
internal import Glibc

/// What kind of thing a name in a directory is.
public enum FileKind: Sendable, Equatable {
    case file, directory, link, pipe, socket, device
    /// The file system didn't say; only `Directory.entries` gives this, never `status`.
    case unknown

    /// As in "it is a file".
    public var phrase: String {
        switch self {
        case .file: "a file"
        case .directory: "a directory"
        case .link: "a symbolic link"
        case .pipe: "a named pipe"
        case .socket: "a socket"
        case .device: "a device"
        case .unknown: "of an unknown kind"
        }
    }

    init(mode: UInt32) {
        switch mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .link
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        default: self = .device
        }
    }

    init(entryType: UInt8) {
        switch Int(entryType) {
        case Int(DT_REG): self = .file
        case Int(DT_DIR): self = .directory
        case Int(DT_LNK): self = .link
        case Int(DT_FIFO): self = .pipe
        case Int(DT_SOCK): self = .socket
        case Int(DT_CHR), Int(DT_BLK): self = .device
        default: self = .unknown
        }
    }
}

/// What `lstat` says of a file.
public struct FileStatus: Sendable, Equatable {
    public let kind: FileKind
    /// Permission bits only: `0o7777` at most.
    public let mode: UInt32
    public let identity: FileIdentity
    /// Bytes.
    public let size: Int
    public let modified: FileTime
    /// When content, mode, owner or name changed last; nobody can set it.
    public let changed: FileTime
    public let user: UInt32
    public let group: UInt32
    public let links: Int

    init(_ raw: stat) {
        kind = FileKind(mode: raw.st_mode)
        mode = raw.st_mode & 0o7777
        identity = FileIdentity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
        size = Int(raw.st_size)
        modified = FileTime(
            seconds: Int64(raw.st_mtim.tv_sec), nanoseconds: Int64(raw.st_mtim.tv_nsec))
        changed = FileTime(
            seconds: Int64(raw.st_ctim.tv_sec), nanoseconds: Int64(raw.st_ctim.tv_nsec))
        user = raw.st_uid
        group = raw.st_gid
        links = Int(raw.st_nlink)
    }
}

/// Which file it is, whatever it is called now.
public struct FileIdentity: Sendable, Hashable {
    public let device: UInt64
    public let inode: UInt64

    public init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// A file's time stamp, since 1970 in UTC.
public struct FileTime: Sendable, Hashable, Comparable {
    public let seconds: Int64
    public let nanoseconds: Int64

    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public static func < (one: FileTime, other: FileTime) -> Bool {
        (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
    }

    /// This second.
    public static var now: FileTime { FileTime(seconds: Int64(time(nil))) }

    /// `2026-11-21T09:10:17Z`
    public var text: String {
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
