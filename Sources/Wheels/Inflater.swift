internal import CZlib
internal import Platform

/// Gives the content of entries in blocks, and proves size and checksum on the way.
///
/// One is used for many entries, one after another; its memory is one block and zlib's window.
struct Inflater: ~Copyable {
    static let blockSize = 256 << 10
    private let stream: UnsafeMutablePointer<z_stream>
    private let block: UnsafeMutableRawBufferPointer
    private var pages = PagesInUse()

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        block = .allocate(byteCount: Self.blockSize, alignment: 64)
        let result = inflateInit2_(
            stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib can't start: out of memory, or not the zlib built with")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        block.deallocate()
    }

    /// Calls `body` with each block of an entry's content; never with more than the size that the
    /// directory gives.
    mutating func read(
        _ entry: ZipEntry, of archive: WheelArchive,
        _ body: (UnsafeRawBufferPointer) throws(WheelError) -> Void
    ) throws(WheelError) {
        let bytes = archive.file.bytes
        let data = bytes.part(entry.dataOffset..<entry.dataOffset + entry.compressedSize)
        let sum: UInt
        switch entry.method {
        case .stored: sum = try copy(data, entry, archive, body)
        case .deflated: sum = try inflate(data, entry, archive, body)
        }
        if sum != UInt(entry.crc) { throw archive.error(.wrongCRC, entry) }
    }

    private mutating func copy(
        _ data: UnsafeRawBufferPointer, _ entry: ZipEntry, _ archive: WheelArchive,
        _ body: (UnsafeRawBufferPointer) throws(WheelError) -> Void
    ) throws(WheelError) -> UInt {
        var sum: UInt = 0
        var at = 0
        while at < data.count {
            let part = data.part(at..<min(at + Self.blockSize, data.count))
            sum = Self.sum(part, sum)
            try body(part)
            at += part.count
            let end = entry.dataOffset + at
            pages.used(end - part.count..<end, of: archive.file)
        }
        return sum
    }

    private mutating func inflate(
        _ data: UnsafeRawBufferPointer, _ entry: ZipEntry, _ archive: WheelArchive,
        _ body: (UnsafeRawBufferPointer) throws(WheelError) -> Void
    ) throws(WheelError) -> UInt {
        inflateReset(stream)
        var sum: UInt = 0
        var produced = 0
        var consumed = 0
        var result = Z_OK
        while result == Z_OK {
            // avail_in has 32 bits.
            let input = data.part(consumed..<min(consumed + 1 << 30, data.count))
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            stream.pointee.next_out = block.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(block.count)
            result = CZlib.inflate(stream, Z_NO_FLUSH)
            let taken = input.count - Int(stream.pointee.avail_in)
            consumed += taken
            let part = UnsafeRawBufferPointer(block).part(
                0..<block.count - Int(stream.pointee.avail_out))
            produced += part.count
            let end = entry.dataOffset + consumed
            pages.used(end - taken..<end, of: archive.file)
            if produced > entry.size { throw archive.error(.sizeDiffers, entry) }
            if !part.isEmpty {
                sum = Self.sum(part, sum)
                try body(part)
            } else if result == Z_OK, consumed == data.count {
                break
            }
        }
        guard result == Z_STREAM_END, consumed == data.count else {
            throw archive.error(.badDeflate, entry)
        }
        if produced != entry.size { throw archive.error(.sizeDiffers, entry) }
        return sum
    }

    private static func sum(_ part: UnsafeRawBufferPointer, _ before: UInt) -> UInt {
        crc32_z(before, part.bindMemory(to: UInt8.self).baseAddress, part.count)
    }
}

/// Gives pages of mapped files back as they have been read: until then they count as this process's
/// memory, however large the files are.
struct PagesInUse {
    private static let room = 4 << 20
    private var file: MappedFile?
    private var range = 0..<0
    private var bytes = 0

    /// A part was read. Another thread that still reads near it finds it in the system's cache.
    mutating func used(_ part: Range<Int>, of file: MappedFile) {
        if file !== self.file {
            giveBack()
            self.file = file
        }
        let low = bytes == 0 ? part.lowerBound : min(range.lowerBound, part.lowerBound)
        range = low..<max(bytes == 0 ? 0 : range.upperBound, part.upperBound)
        // The kernel maps some pages around each one that is touched.
        bytes += part.count + 4096
        if bytes > Self.room { giveBack() }
    }

    private mutating func giveBack() {
        if bytes > 0 { file?.forget(range) }
        bytes = 0
    }
}

extension WheelArchive {
    func error(_ rule: ZipRule, _ entry: ZipEntry) -> WheelError {
        .zip(wheel: path, entry: entry.name, rule: rule)
    }

    /// A whole small file.
    ///
    /// - Throws: `WheelError.wheel` with `.textTooLong` beyond `limit` bytes.
    func content(of entry: ZipEntry, limit: Int) throws(WheelError) -> [UInt8] {
        if entry.size > limit {
            throw .wheel(wheel: path, entry: entry.name, rule: .textTooLong)
        }
        var inflater = Inflater()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entry.size)
        try inflater.read(entry, of: self) { part throws(WheelError) in
            bytes.append(contentsOf: part)
        }
        return bytes
    }
}
