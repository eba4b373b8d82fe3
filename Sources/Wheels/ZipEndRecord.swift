/// Where an archive's directory is, as its end says.
///
///     local headers and data │ directory │ [zip64 end record │ zip64 locator] │ end record
///
/// The end record is the last thing in the file; its comment may hold any text, but no second end
/// record. Rule: APPNOTE.TXT 4.3.14 to 4.3.16.
struct ZipEndRecord {
    /// Entries.
    let count: Int
    /// Bytes from the start of the file.
    let directory: Range<Int>

    init(of bytes: UnsafeRawBufferPointer) throws(ZipFault) {
        let end = try Self.find(in: bytes)
        let disk = bytes.u16(end + 4)
        let directoryDisk = bytes.u16(end + 6)
        let countOnDisk = bytes.u16(end + 8)
        let count = bytes.u16(end + 10)
        let size = bytes.u32(end + 12)
        let offset = bytes.u32(end + 16)
        if disk != 0 || directoryDisk != 0 || countOnDisk != count {
            throw ZipFault(.splitArchive)
        }

        let locator = end - 20
        if locator >= 0, bytes.u32(locator) == ZipSignature.zip64Locator {
            let large = try Zip64EndRecord(of: bytes, before: locator)
            let agrees =
                (count == .max || UInt64(count) == large.count)
                && (size == .max || UInt64(size) == large.size)
                && (offset == .max || UInt64(offset) == large.offset)
            guard agrees else { throw ZipFault(.zip64EndRecord) }
            try self.init(
                count: large.count, size: large.size, offset: large.offset, end: locator - 56)
        } else {
            // A count of 0xFFFF can be true without zip64; sizes of 4 GiB can't.
            if size == .max || offset == .max { throw ZipFault(.zip64EndRecord) }
            try self.init(
                count: UInt64(count), size: UInt64(size), offset: UInt64(offset), end: end)
        }
    }

    private init(count: UInt64, size: UInt64, offset: UInt64, end: Int) throws(ZipFault) {
        guard end >= 0, offset <= UInt64(end), size == UInt64(end) - offset else {
            throw ZipFault(.directoryMisplaced)
        }
        // A header takes 46 bytes at least.
        guard count <= size / 46 else { throw ZipFault(.directoryCount) }
        self.count = Int(count)
        directory = Int(offset)..<end
    }

    /// The place of the end record; its comment must reach the end of the file exactly.
    ///
    /// Readers differ on which one counts when there are two, so there must be one only.
    private static func find(in bytes: UnsafeRawBufferPointer) throws(ZipFault) -> Int {
        guard bytes.count >= 22 else { throw ZipFault(.noEndRecord) }
        var reaching: [Int] = []
        var isAny = false
        for at in max(0, bytes.count - 22 - 0xFFFF)...bytes.count - 22
        where bytes[at] == 0x50 && bytes.u32(at) == ZipSignature.endRecord {
            isAny = true
            if at + 22 + Int(bytes.u16(at + 20)) == bytes.count { reaching.append(at) }
        }
        guard let place = reaching.first else {
            throw ZipFault(isAny ? .trailingData : .noEndRecord)
        }
        if reaching.count > 1 || commentHidesRecord(bytes.part(place + 22..<bytes.count)) {
            throw ZipFault(.severalEndRecords)
        }
        return place
    }

    /// Also the beginning of one, shorter than a record, confuses readers that look for it.
    private static func commentHidesRecord(_ comment: UnsafeRawBufferPointer) -> Bool {
        guard comment.count >= 4 else { return false }
        return (0...comment.count - 4).contains { at in
            let signature = comment.u32(at)
            return signature == ZipSignature.endRecord || signature == ZipSignature.zip64EndRecord
                || signature == ZipSignature.zip64Locator
        }
    }
}

/// The end record of archives that are large or have many entries.
private struct Zip64EndRecord {
    let count: UInt64
    let size: UInt64
    let offset: UInt64

    /// Only the form of 56 bytes directly before the locator is known; nobody writes the
    /// extensible data that the format allows, and readers differ on where it ends.
    init(of bytes: UnsafeRawBufferPointer, before locator: Int) throws(ZipFault) {
        let at = locator - 56
        guard at >= 0, bytes.u32(at) == ZipSignature.zip64EndRecord, bytes.u64(at + 4) == 44,
            bytes.u32(locator + 4) == 0, bytes.u64(locator + 8) == UInt64(at),
            bytes.u32(locator + 16) == 1
        else { throw ZipFault(.zip64EndRecord) }
        count = bytes.u64(at + 32)
        size = bytes.u64(at + 40)
        offset = bytes.u64(at + 48)
        if bytes.u32(at + 16) != 0 || bytes.u32(at + 20) != 0 || bytes.u64(at + 24) != count {
            throw ZipFault(.splitArchive)
        }
    }
}
