internal import CZlib

/// Builds zip archives in memory, good ones and any kind of broken ones: every field of every
/// structure can be replaced by a lie.
public struct ZipBuilder: Sendable {
    public var entries: [Entry] = []
    /// Bytes before the first local header; offsets don't count them unless `shiftsOffsets`.
    public var prefix: [UInt8] = []
    public var shiftsOffsets = true
    /// Bytes between the last entry and the directory.
    public var gap: [UInt8] = []
    /// Bytes after the directory's last header, counted as part of the directory.
    public var afterHeaders: [UInt8] = []
    /// Bytes after the directory, not counted.
    public var afterDirectory: [UInt8] = []
    public var comment: [UInt8] = []
    public var suffix: [UInt8] = []
    public var end = End()
    /// Also writes a zip64 end record and its locator.
    public var zip64: Zip64End?

    public struct End: Sendable {
        public var disk: UInt16 = 0
        public var directoryDisk: UInt16 = 0
        public var countOnDisk: UInt16?
        public var count: UInt16?
        public var size: UInt32?
        public var offset: UInt32?
        public var commentLength: UInt16?
    }

    public struct Zip64End: Sendable {
        public var recordSize: UInt64 = 44
        public var count: UInt64?
        public var size: UInt64?
        public var offset: UInt64?
        public var locatorOffset: UInt64?
        public var disks: UInt32 = 1
        public var writesLocator = true
        public var extensibleData: [UInt8] = []

        public init() {}
    }

    /// One of the two headers of an entry; nil fields are told truly.
    public struct Header: Sendable {
        public var signature: UInt32?
        public var version: UInt16 = 20
        public var name: [UInt8]?
        public var flags: UInt16?
        public var method: UInt16?
        public var crc: UInt32?
        public var compressedSize: UInt32?
        public var size: UInt32?
        public var extra: [UInt8] = []
        // In the directory only.
        public var madeBy: UInt16 = 3 << 8 | 20
        public var comment: [UInt8] = []
        public var disk: UInt16 = 0
        public var attributes: UInt32?
        public var offset: UInt32?

        public init() {}
    }

    public struct Descriptor: Sendable {
        public var hasSignature = true
        public var isZip64 = false
        public var crc: UInt32?
        public var compressedSize: UInt64?
        public var size: UInt64?

        public init() {}
    }

    public struct Entry: Sendable {
        public var name: [UInt8]
        public var content: [UInt8]
        public var isDeflated: Bool
        /// As `stat` gives it.
        public var mode: UInt32
        public var local = Header()
        public var directory = Header()
        public var descriptor: Descriptor?
        /// Replaces the compressed data.
        public var data: [UInt8]?
        /// Bytes after the data and descriptor.
        public var after: [UInt8] = []
        public var isInDirectory = true
        public var isInFile = true

        public init(
            _ name: String, _ content: [UInt8] = [], deflated: Bool = true, mode: UInt32 = 0o100644
        ) {
            self.name = Array(name.utf8)
            self.content = content
            isDeflated = deflated
            self.mode = mode
        }

        var compressed: [UInt8] { data ?? (isDeflated ? deflate(content) : content) }
        var flags: UInt16 {
            (descriptor == nil ? 0 : 8) | (name.contains { $0 >= 0x80 } ? 1 << 11 : 0)
        }
    }

    public init(_ entries: [Entry] = []) { self.entries = entries }

    public func bytes() -> [UInt8] {
        var file = prefix
        let base = shiftsOffsets ? 0 : prefix.count
        var offsets: [Int] = []
        for entry in entries {
            offsets.append(file.count - base)
            if entry.isInFile { append(entry, to: &file) }
        }
        file += gap
        let directory = file.count
        for (entry, offset) in zip(entries, offsets) where entry.isInDirectory {
            append(directoryHeaderOf: entry, at: offset, to: &file)
        }
        file += afterHeaders
        let size = file.count - directory
        let offset = directory - base
        let count = entries.count { $0.isInDirectory }
        file += afterDirectory
        if let zip64 { append(zip64, count, size, offset, to: &file) }
        file.add(0x0605_4B50 as UInt32)
        file.add(end.disk)
        file.add(end.directoryDisk)
        file.add(end.countOnDisk ?? UInt16(truncatingIfNeeded: count))
        file.add(end.count ?? UInt16(truncatingIfNeeded: count))
        file.add(end.size ?? UInt32(size))
        file.add(end.offset ?? UInt32(offset))
        file.add(end.commentLength ?? UInt16(comment.count))
        return file + comment + suffix
    }

    private func append(_ entry: Entry, to file: inout [UInt8]) {
        let header = entry.local
        let data = entry.compressed
        let name = header.name ?? entry.name
        let isLater = entry.descriptor != nil
        file.add(header.signature ?? 0x0403_4B50)
        file.add(header.version)
        file.add(header.flags ?? entry.flags)
        file.add(header.method ?? (entry.isDeflated ? 8 : 0))
        file.add(0x0021_0000 as UInt32)
        file.add(header.crc ?? (isLater ? 0 : sum(entry.content)))
        file.add(header.compressedSize ?? (isLater ? 0 : UInt32(data.count)))
        file.add(header.size ?? (isLater ? 0 : UInt32(entry.content.count)))
        file.add(UInt16(name.count))
        file.add(UInt16(header.extra.count))
        file += name + header.extra + data
        if let descriptor = entry.descriptor {
            if descriptor.hasSignature { file.add(0x0807_4B50 as UInt32) }
            file.add(descriptor.crc ?? sum(entry.content))
            let compressedSize = descriptor.compressedSize ?? UInt64(data.count)
            let size = descriptor.size ?? UInt64(entry.content.count)
            if descriptor.isZip64 {
                file.add(compressedSize)
                file.add(size)
            } else {
                file.add(UInt32(compressedSize))
                file.add(UInt32(size))
            }
        }
        file += entry.after
    }

    private func append(directoryHeaderOf entry: Entry, at offset: Int, to file: inout [UInt8]) {
        let header = entry.directory
        let name = header.name ?? entry.name
        file.add(header.signature ?? 0x0201_4B50)
        file.add(header.madeBy)
        file.add(header.version)
        file.add(header.flags ?? entry.flags)
        file.add(header.method ?? (entry.isDeflated ? 8 : 0))
        file.add(0x0021_0000 as UInt32)
        file.add(header.crc ?? sum(entry.content))
        file.add(header.compressedSize ?? UInt32(entry.compressed.count))
        file.add(header.size ?? UInt32(entry.content.count))
        file.add(UInt16(name.count))
        file.add(UInt16(header.extra.count))
        file.add(UInt16(header.comment.count))
        file.add(header.disk)
        file.add(0 as UInt16)
        file.add(header.attributes ?? entry.mode << 16)
        file.add(header.offset ?? UInt32(offset))
        file += name + header.extra + header.comment
    }

    private func append(
        _ zip64: Zip64End, _ count: Int, _ size: Int, _ offset: Int, to file: inout [UInt8]
    ) {
        let place = file.count
        file.add(0x0606_4B50 as UInt32)
        file.add(zip64.recordSize)
        file.add(45 as UInt16)
        file.add(45 as UInt16)
        file.add(0 as UInt64)
        file.add(zip64.count ?? UInt64(count))
        file.add(zip64.count ?? UInt64(count))
        file.add(zip64.size ?? UInt64(size))
        file.add(zip64.offset ?? UInt64(offset))
        file += zip64.extensibleData
        guard zip64.writesLocator else { return }
        file.add(0x0706_4B50 as UInt32)
        file.add(0 as UInt32)
        file.add(zip64.locatorOffset ?? UInt64(place))
        file.add(zip64.disks)
    }

    /// An extra field.
    public static func extra(_ id: UInt16, _ value: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.add(id)
        bytes.add(UInt16(value.count))
        return bytes + value
    }

    /// An extra field of 64-bit numbers.
    public static func zip64Extra(_ numbers: UInt64...) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in numbers { bytes.add(number) }
        return extra(1, bytes)
    }

    /// The extra field that gives an entry another name.
    public static func unicodeName(_ name: String, for original: String) -> [UInt8] {
        var bytes: [UInt8] = [1]
        bytes.add(sum(Array(original.utf8)))
        return extra(0x7075, bytes + Array(name.utf8))
    }
}

/// A raw deflate stream.
public func deflate(_ content: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        CInt(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))))
    var input = content
    let written = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            precondition(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
            return Int(stream.total_out)
        }
    }
    return Array(output[..<written])
}

private func sum(_ bytes: [UInt8]) -> UInt32 { UInt32(crc32(0, bytes, UInt32(bytes.count))) }

extension [UInt8] {
    fileprivate mutating func add(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
