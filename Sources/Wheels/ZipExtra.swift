internal import CZlib

/// The extra fields of a header.
///
///     id u16 │ length u16 │ length bytes │ id …
///
/// They must fill the space exactly. Only zip64 sizes (1) and the Unicode name (0x7075) have a
/// meaning here; others are kept out of the way. Rule: APPNOTE.TXT 4.5.
struct ZipExtra {
    /// The bytes of the zip64 field.
    let zip64: UnsafeRawBufferPointer?

    init(_ bytes: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) throws(ZipFault) {
        func fault(_ rule: ZipRule) -> ZipFault {
            ZipFault(rule, String(decoding: name, as: UTF8.self))
        }
        var zip64: UnsafeRawBufferPointer?
        var hasUnicodeName = false
        var at = 0
        while at < bytes.count {
            guard at + 4 <= bytes.count else { throw fault(.malformedExtra) }
            let id = bytes.u16(at)
            let end = at + 4 + Int(bytes.u16(at + 2))
            guard end <= bytes.count else { throw fault(.malformedExtra) }
            let value = bytes.part(at + 4..<end)
            switch id {
            case 0x0001:
                if zip64 != nil { throw fault(.duplicateExtra) }
                zip64 = value
            case 0x7075:
                if hasUnicodeName { throw fault(.duplicateExtra) }
                hasUnicodeName = true
                try Self.checkUnicodeName(value, name)
            default: break
            }
            at = end
        }
        self.zip64 = zip64
    }

    /// version u8 │ crc of the header's name u32 │ name: readers that know the field use its name,
    /// so it must be the same one.
    private static func checkUnicodeName(
        _ value: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) throws(ZipFault) {
        let entry = String(decoding: name, as: UTF8.self)
        guard value.count >= 5 else { throw ZipFault(.malformedExtra, entry) }
        let sum = crc32(0, name.bindMemory(to: UInt8.self).baseAddress, UInt32(name.count))
        guard value[0] == 1, UInt(value.u32(1)) == sum, value.dropFirst(5).elementsEqual(name)
        else { throw ZipFault(.unicodeNameExtra, entry) }
    }
}
