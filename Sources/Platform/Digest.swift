internal import Crypto

/// A SHA-256 sum: 32 bytes.
public struct Digest: Sendable, Hashable {
    public let bytes: [UInt8]

    /// Lower case, 64 characters.
    public var hex: String {
        var text = ""
        text.reserveCapacity(64)
        for byte in bytes {
            text.unicodeScalars.append(Self.hexDigits[Int(byte >> 4)])
            text.unicodeScalars.append(Self.hexDigits[Int(byte & 15)])
        }
        return text
    }

    /// URL-safe base 64 without padding, as RECORD files write it.
    public var base64URL: String { Platform.base64URL(bytes) }

    /// Reads 64 hexadecimal digits, in either case; nil for anything else.
    public init?(hex text: some StringProtocol) {
        let digits = text.utf8.map { (digit: UInt8) -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        guard digits.count == 64, !digits.contains(nil) else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { digits[$0]! << 4 | digits[$0 + 1]! }
    }

    /// The sum of bytes in memory.
    public init(of bytes: some Sequence<UInt8>) {
        var hashing = Hashing()
        Array(bytes).withUnsafeBytes { hashing.update($0) }
        self = hashing.digest()
    }

    /// The sum of mapped memory, without copying it.
    public init(of bytes: UnsafeRawBufferPointer) {
        var hashing = Hashing()
        hashing.update(bytes)
        self = hashing.digest()
    }

    /// The sum of a file's content, read in blocks of 1 MiB.
    public init(ofFile file: borrowing File) throws(PlatformError) {
        var hashing = Hashing()
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        try file.read(through: block) { hashing.update($0) }
        self = hashing.digest()
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private static let hexDigits = Array("0123456789abcdef".unicodeScalars)
}

/// A SHA-256 sum in the making.
public struct Hashing {
    private var state = SHA256()

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state.update(bufferPointer: bytes)
    }

    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { state.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    public consuming func digest() -> Digest { Digest(Array(state.finalize())) }
}
