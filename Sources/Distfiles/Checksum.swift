public import Platform

internal import enum Crypto.Insecure

/// A sum that a recipe names, or that a file has.
public enum Checksum: Sendable, Hashable, CustomStringConvertible {
    case sha256(Digest)
    /// Lower case, 40 hexadecimal digits.
    case sha1(String)

    public var description: String {
        switch self {
        case .sha256(let digest): "sha256 \(digest.hex)"
        case .sha1(let hex): "sha1 \(hex)"
        }
    }
}

/// The sums of bytes as they pass by.
struct Sums {
    /// Always: an index may name it where the recipe doesn't.
    private var sha256 = Hashing()
    private var sha1: Insecure.SHA1?
    private(set) var size = 0

    init(for distfile: Distfile) {
        sha1 = distfile.sha1 == nil ? nil : Insecure.SHA1()
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        size += bytes.count
        sha256.update(bytes)
        sha1?.update(bufferPointer: bytes)
    }

    /// The first sum that is not the recipe's; nil when all are right.
    ///
    /// - Parameter listed: a sha256 that must be right, too, if the recipe has none.
    func difference(from distfile: Distfile, listed: Digest? = nil) -> ChecksumDifference? {
        if let expected = distfile.sha256 ?? listed {
            let found = sha256.digest()
            if found != expected {
                return ChecksumDifference(expected: .sha256(expected), found: .sha256(found))
            }
        }
        if let expected = distfile.sha1, let sha1 {
            let found = sha1.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
                .joined()
            if found != expected {
                return ChecksumDifference(expected: .sha1(expected), found: .sha1(found))
            }
        }
        return nil
    }
}

/// A file is not the one that the recipe means.
public struct ChecksumDifference: Sendable, Hashable, CustomStringConvertible {
    public let expected: Checksum
    public let found: Checksum

    public init(expected: Checksum, found: Checksum) {
        self.expected = expected
        self.found = found
    }

    public var description: String { "expected \(expected), found \(found)" }
}
