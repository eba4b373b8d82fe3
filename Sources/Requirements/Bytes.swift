// The ASCII classes that the grammars are written in.

extension UInt8 {
    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always) var isAlphanumeric: Bool { isDigit || isLetter }
    /// `-`, `_` or `.`
    @inline(__always) var isSeparator: Bool { self == 0x2D || self == 0x2E || self == 0x5F }
    /// Valid for letters only.
    @inline(__always) var lowercasedLetter: UInt8 { self | 0x20 }
    /// ASCII members of what Python's `\s` matches in a `str`.
    @inline(__always) var isSpace: Bool {
        self == 0x20 || self &- 0x09 < 5 || self &- 0x1C < 4
    }
    @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
    @inline(__always) static func ascii(_ scalar: Unicode.Scalar) -> UInt8 {
        UInt8(truncatingIfNeeded: scalar.value)
    }
}

extension Substring {
    /// What stands between the separators, empty pieces included.
    func pieces(between separator: UInt8) -> [Substring] {
        utf8.split(separator: separator, omittingEmptySubsequences: false).map(Substring.init)
    }
}

/// The text without white space at both ends, in the sense of Python's `str.strip`.
func trimmed(_ text: Substring) -> Substring {
    let scalars = text.unicodeScalars
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? UInt8(scalar.value).isSpace : scalar.properties.isWhitespace
    }
    guard let first = scalars.firstIndex(where: { !isSpace($0) }),
        let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return text[first...last]
}

func trimmed(_ text: String) -> String {
    let result = trimmed(text[...])
    return result.utf8.count == text.utf8.count ? text : String(result)
}

/// A whole number of any size: its decimal digits without leading zeros.
///
/// Local version segments and build numbers are dates and hashes as often as they are counters,
/// so they do not fit an `Int`. Up to 15 digits are stored without an allocation.
struct Numeral: Hashable, Comparable, Sendable, CustomStringConvertible {
    let digits: String

    init(digits: some StringProtocol) {
        let significant = digits.drop { $0 == "0" }
        self.digits = significant.isEmpty ? "0" : String(significant)
    }

    var description: String { digits }

    static func < (left: Numeral, right: Numeral) -> Bool {
        let (a, b) = (left.digits.utf8.count, right.digits.utf8.count)
        return a == b ? left.digits < right.digits : a < b
    }
}
