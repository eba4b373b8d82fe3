/// A file or folder in an archive, its headers checked against each other.
struct ZipEntry: Sendable {
    enum Method: UInt16, Sendable {
        case stored = 0
        case deflated = 8
    }

    /// UTF-8; folders end in `/`.
    let name: String
    let method: Method
    let crc: UInt32
    let compressedSize: Int
    /// Bytes of content.
    let size: Int
    /// Of the local header, from the start of the file.
    let offset: Int
    /// General purpose bits, without those that only tell how hard the deflater tried.
    let flags: UInt16
    /// The mode says that it is a regular file which somebody may execute.
    let isExecutable: Bool
    /// Of the data; set when the local header has been read.
    var dataOffset = 0

    var isFolder: Bool { name.utf8.last == UInt8(ascii: "/") }
    var hasDescriptor: Bool { flags & Flag.descriptor != 0 }
    /// Without `/` at the end.
    var path: String { name.before(suffix: "/").map(String.init) ?? name }

    enum Flag {
        static let encrypted: UInt16 = 1
        static let deflateLevel: UInt16 = 0b110
        static let descriptor: UInt16 = 1 << 3
        static let strongEncryption: UInt16 = 1 << 6
        static let utf8: UInt16 = 1 << 11
        static let maskedHeaders: UInt16 = 1 << 13
    }

    /// Reads the header at `at`, and moves `at` behind it.
    ///
    /// Rule: APPNOTE.TXT 4.3.12, 4.4.
    init(directoryHeaderOf bytes: UnsafeRawBufferPointer, at: inout Int, end: Int)
        throws(ZipFault)
    {
        guard end - at >= 46, bytes.u32(at) == ZipSignature.directoryHeader else {
            throw ZipFault(.directoryHeader)
        }
        let nameEnd = at + 46 + Int(bytes.u16(at + 28))
        let extraEnd = nameEnd + Int(bytes.u16(at + 30))
        let comment = bytes.u16(at + 32)
        guard extraEnd <= end else { throw ZipFault(.directoryHeader) }
        let nameBytes = bytes.part(at + 46..<nameEnd)
        let allFlags = bytes.u16(at + 8)
        let name = try ZipName.read(nameBytes, isMarkedUTF8: allFlags & Flag.utf8 != 0)
        func fault(_ rule: ZipRule) -> ZipFault { ZipFault(rule, name) }
        if comment != 0 { throw fault(.directoryComment) }
        if bytes.u16(at + 34) != 0 { throw fault(.splitArchive) }

        self.name = name
        flags = try Self.checked(allFlags, name)
        // 63 is the newest version of the format; the other byte tells the maker's system.
        if bytes[at + 6] > 63 { throw fault(.unknownVersion) }
        guard let method = Method(rawValue: bytes.u16(at + 10)) else {
            throw fault(.unknownMethod)
        }
        self.method = method
        crc = bytes.u32(at + 16)

        let extra = try ZipExtra(bytes.part(nameEnd..<extraEnd), name: nameBytes)
        var large = Zip64Numbers(extra.zip64)
        guard let size = large.take(bytes.u32(at + 24)),
            let compressedSize = large.take(bytes.u32(at + 20)),
            let offset = large.take(bytes.u32(at + 42)), large.isUsedUp
        else { throw fault(.zip64Extra) }
        self.size = size
        self.compressedSize = compressedSize
        self.offset = offset
        if method == .stored && size != compressedSize { throw fault(.storedSizesDiffer) }

        let attributes = bytes.u32(at + 38)
        let mode = attributes >> 16
        isExecutable = mode & 0o170000 == 0o100000 && mode & 0o111 != 0
        try checkKind(mode: mode, madeOnDOS: bytes[at + 5] == 0, attributes: attributes)
        at = extraEnd
    }

    static func checked(_ flags: UInt16, _ name: String) throws(ZipFault) -> UInt16 {
        if flags & (Flag.encrypted | Flag.strongEncryption | Flag.maskedHeaders) != 0 {
            throw ZipFault(.encrypted, name)
        }
        let known = Flag.deflateLevel | Flag.descriptor | Flag.utf8
        if flags & ~known != 0 { throw ZipFault(.unknownFlags, name) }
        return flags & ~Flag.deflateLevel
    }

    private func checkKind(mode: UInt32, madeOnDOS: Bool, attributes: UInt32) throws(ZipFault) {
        switch mode & 0o170000 {
        case 0:
            if madeOnDOS && attributes & 0x10 != 0 && !isFolder {
                throw ZipFault(.kindContradicts, name)
            }
        case 0o100000: if isFolder { throw ZipFault(.kindContradicts, name) }
        case 0o040000: if !isFolder { throw ZipFault(.kindContradicts, name) }
        case 0o120000: throw ZipFault(.link, name)
        default: throw ZipFault(.specialFile, name)
        }
        // An empty deflate stream takes two bytes.
        if isFolder && (size != 0 || crc != 0 || compressedSize > 2) {
            throw ZipFault(.folderWithContent, name)
        }
    }
}

/// The numbers of a zip64 field, in their fixed order: those that did not fit the header.
///
/// Rule: APPNOTE.TXT 4.5.3.
struct Zip64Numbers {
    private let bytes: UnsafeRawBufferPointer?
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer?) { self.bytes = bytes }

    /// The header's number, or the next one of the field if the header's is all ones.
    mutating func take(_ number: UInt32) -> Int? {
        guard number == .max else { return Int(number) }
        guard let bytes, at + 8 <= bytes.count else { return nil }
        defer { at += 8 }
        return Int(exactly: bytes.u64(at))
    }

    /// Whether a field that no number needs says once more what a local header says: Bazel writes
    /// real wheels so (protobuf's), and every reader sees the same sizes.
    func repeats(_ size: Int, _ compressedSize: Int) -> Bool {
        guard let bytes, at == 0, bytes.count == 16 else { return false }
        return bytes.u64(0) == UInt64(size) && bytes.u64(8) == UInt64(compressedSize)
    }

    /// Nothing is left, and the field is not there in vain.
    var isUsedUp: Bool { bytes.map { at > 0 && at == $0.count } ?? true }
}
