internal import Crypto

/// A hash that a RECORD file may name.
public enum HashAlgorithm: String, Sendable {
    case sha256, sha384, sha512
}

/// A sum in the making whose kind is known only at run time.
public struct WideHashing {
    private var state: any HashFunction

    public init(_ algorithm: HashAlgorithm) {
        state =
            switch algorithm {
            case .sha256: SHA256()
            case .sha384: SHA384()
            case .sha512: SHA512()
            }
    }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state.update(bufferPointer: bytes)
    }

    /// URL-safe base 64 without padding.
    public consuming func base64URL() -> String { Platform.base64URL(Self.bytes(state)) }

    private static func bytes(_ state: some HashFunction) -> [UInt8] { Array(state.finalize()) }
}

/// URL-safe base 64 without padding.
func base64URL(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var pending: UInt32 = 0
    var bits = 0
    for byte in bytes {
        pending = pending << 8 | UInt32(byte)
        bits += 8
        while bits >= 6 {
            bits -= 6
            text.append(base64Digits[Int(pending >> UInt32(bits)) & 63])
        }
    }
    if bits > 0 { text.append(base64Digits[Int(pending << UInt32(6 - bits)) & 63]) }
    return String(decoding: text, as: UTF8.self)
}

private let base64Digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
