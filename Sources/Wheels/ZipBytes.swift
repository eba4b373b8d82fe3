// Little-endian numbers at places that the caller has checked.

extension UnsafeRawBufferPointer {
    func u16(_ at: Int) -> UInt16 {
        UInt16(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt16.self))
    }

    func u32(_ at: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    func u64(_ at: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    /// The part in `range`, which must lie inside.
    func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }
}

/// The first bytes of each structure, read as a little-endian number: `PK` and two bytes.
enum ZipSignature {
    static let localHeader: UInt32 = 0x0403_4B50
    static let directoryHeader: UInt32 = 0x0201_4B50
    static let endRecord: UInt32 = 0x0605_4B50
    static let zip64EndRecord: UInt32 = 0x0606_4B50
    static let zip64Locator: UInt32 = 0x0706_4B50
    static let descriptor: UInt32 = 0x0807_4B50
}

/// A broken rule, before the wheel's path is added.
struct ZipFault: Error {
    let rule: ZipRule
    /// The entry's name, with bytes that are no UTF-8 repaired.
    let entry: String?

    init(_ rule: ZipRule, _ entry: String? = nil) {
        self.rule = rule
        self.entry = entry
    }
}
