// The second copy of each entry's header, in front of its data. Readers that stream an archive
// believe this one, others the directory: both must say the same.

extension ZipEntry {
    /// Compares the local header and the data descriptor with this entry.
    ///
    /// - Parameter next: where the next local header, or the directory, starts.
    /// - Returns: where the data starts.
    ///
    /// Rule: APPNOTE.TXT 4.3.7, 4.3.9.
    func checkLocalHeader(in bytes: UnsafeRawBufferPointer, next: Int) throws(ZipFault) -> Int {
        func fault(_ rule: ZipRule) -> ZipFault { ZipFault(rule, name) }
        guard next - offset >= 30 else { throw fault(.overlap) }
        guard bytes.u32(offset) == ZipSignature.localHeader else {
            throw fault(.localHeaderMissing)
        }
        let nameEnd = offset + 30 + Int(bytes.u16(offset + 26))
        let start = nameEnd + Int(bytes.u16(offset + 28))
        guard start <= next else { throw fault(.overlap) }
        let nameBytes = bytes.part(offset + 30..<nameEnd)
        guard nameBytes.elementsEqual(name.utf8),
            try Self.checked(bytes.u16(offset + 6), name) == flags,
            bytes.u16(offset + 8) == method.rawValue
        else { throw fault(.localHeaderDiffers) }
        if bytes[offset + 4] > 63 { throw fault(.unknownVersion) }

        let extra = try ZipExtra(bytes.part(nameEnd..<start), name: nameBytes)
        var large = Zip64Numbers(extra.zip64)
        guard let size = large.take(bytes.u32(offset + 22)),
            let compressedSize = large.take(bytes.u32(offset + 18)),
            large.isUsedUp || large.repeats(size, compressedSize)
        else { throw fault(.zip64Extra) }
        // With a descriptor the numbers come after the data; here they may be zero.
        func agrees(_ here: Int, _ there: Int) -> Bool {
            here == there || (hasDescriptor && here == 0)
        }
        guard agrees(size, self.size), agrees(compressedSize, self.compressedSize),
            agrees(Int(bytes.u32(offset + 14)), Int(crc))
        else { throw fault(.localHeaderDiffers) }

        guard self.compressedSize <= next - start else { throw fault(.overlap) }
        let end = start + self.compressedSize
        if hasDescriptor {
            try checkDescriptor(bytes.part(end..<next), isZip64: extra.zip64 != nil)
        } else if end != next {
            throw fault(.unclaimedData)
        }
        return start
    }

    /// `[signature] │ crc u32 │ compressed size │ size`; sizes have 8 bytes after a zip64 field.
    private func checkDescriptor(_ bytes: UnsafeRawBufferPointer, isZip64: Bool) throws(ZipFault) {
        let width = isZip64 ? 8 : 4
        var bytes = bytes
        if bytes.count == 8 + 2 * width, bytes.u32(0) == ZipSignature.descriptor {
            bytes = bytes.part(4..<bytes.count)
        } else if bytes.count == 4 + 2 * width, crc == ZipSignature.descriptor {
            // Is it a signature or a checksum? Nobody can tell.
            throw ZipFault(.descriptor, name)
        }
        guard bytes.count == 4 + 2 * width else {
            throw ZipFault(bytes.count > 24 ? .unclaimedData : .descriptor, name)
        }
        func number(_ at: Int) -> UInt64 { isZip64 ? bytes.u64(at) : UInt64(bytes.u32(at)) }
        guard bytes.u32(0) == crc, number(4) == UInt64(compressedSize),
            number(4 + width) == UInt64(size)
        else { throw ZipFault(.descriptor, name) }
    }
}
