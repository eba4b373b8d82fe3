/// A rule of the archive format that a wheel broke.
///
/// The list is the one of the package index's upload check (duplicate names, headers that differ,
/// several end records, trailing data, comments in the directory, odd extra fields), and beyond it
/// whatever two readers of archives could understand in two ways. One thing is let through that
/// the index refuses: data descriptors, when they are there and say the same as the directory.
public enum ZipRule: String, Sendable, Hashable, CaseIterable {
    // The end record and the directory.
    case noEndRecord = "it has no end record: it is not a zip archive, or it was cut short"
    case severalEndRecords = "it has more than one end record"
    case trailingData = "data follows the end record"
    case splitArchive = "it says that it is spread over several disks"
    case zip64EndRecord =
        "its zip64 end record or locator is malformed or contradicts the end record"
    case directoryMisplaced = "its directory is not where the end record says"
    case directoryCount = "its directory has more or fewer entries than the end record says"
    case directoryHeader = "a header of its directory is malformed"
    case directoryComment = "its directory holds a comment"

    // Headers of entries.
    case localHeaderMissing = "there is no local header where the directory says"
    case localHeaderDiffers = "local header and directory contradict each other"
    case overlap = "entries overlap"
    case unclaimedData = "bytes belong to no entry"
    case descriptor = "its data descriptor contradicts the directory"
    case encrypted = "it is encrypted"
    case unknownFlags = "it uses flags other than those for deflate, descriptors and UTF-8 names"
    case unknownMethod = "it is neither stored nor deflated"
    case unknownVersion = "it needs a newer zip reader"
    case storedSizesDiffer = "it is stored, but its two sizes differ"
    case malformedExtra = "an extra field is malformed"
    case duplicateExtra = "an extra field is there twice"
    case zip64Extra = "its zip64 extra field is shorter or longer than what it must hold"
    case unicodeNameExtra = "an extra field gives it another name"

    // Names.
    case emptyName = "its name is empty"
    case nameNotUTF8 = "its name is not UTF-8, or not ASCII and not marked as UTF-8"
    case controlCharacter = "its name holds a control character"
    case backslash = "its name holds a backslash"
    case absoluteName = "its name is absolute"
    case traversal = "its name holds '.' or '..' as a folder"
    case emptyComponent = "its name holds an empty folder name"
    case nameTooLong = "its name is longer than file systems allow"
    case duplicateName = "the name is there twice"
    case fileIsFolder = "the same name is a file and a folder"

    // Kinds.
    case link = "it is a link"
    case specialFile = "it is a device, pipe or socket"
    case kindContradicts = "its name and its mode disagree whether it is a folder"
    case folderWithContent = "it is a folder, but has content"

    // Limits.
    case tooManyEntries = "it has more entries than any real wheel"
    case tooLarge = "its content is larger than that of any real wheel"
    case tooDense =
        """
        its content is over 64 MiB and 50 times its compressed size, as of a bomb; if you trust it, \
        pack the wheel without compression
        """

    // Content.
    case badDeflate = "its compressed data is damaged"
    case sizeDiffers = "its content has another size than the directory says"
    case wrongCRC = "its content has another checksum than the directory says"
}

/// Sizes beyond which a wheel is refused unread, far above what real wheels have.
///
/// The largest wheels on the index have some 30,000 files and 5 GB of content. The ratio is the
/// package index's own: what it refuses to host is a bomb, or mistaken for one everywhere.
public struct WheelLimits: Sendable {
    public var entries = 400_000
    /// Bytes of content, all entries together.
    public var content = 64 << 30
    /// Content bytes per compressed byte, of a file and of all; looked at beyond `ratioFloor` only.
    public var ratio = 50
    /// Bytes of content.
    public var ratioFloor = 64 << 20
    /// Bytes of a file that is read into memory: `METADATA`, `WHEEL`, `entry_points.txt`.
    public var text = 8 << 20
    /// Bytes of `RECORD`.
    public var record = 64 << 20

    public init() {}

    /// Whether so many bytes of content are too many for their compressed size.
    func areTooDense(_ content: Int, in compressed: Int) -> Bool {
        content > ratioFloor && (content - 1) / ratio >= compressed
    }

    /// UTF-8 bytes of a path, and of one of its parts: `PATH_MAX` less room for the tree, `NAME_MAX`.
    static let nameLength = 2048
    static let componentLength = 255
}
