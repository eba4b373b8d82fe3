/// The name of a distribution or of an extra.
///
/// Only a valid name can be made. Two names are equal when their normalized forms are, so
/// `Foo.Bar` and `foo_bar` find the same entry of a dictionary; the spelling is kept in `raw`.
/// Rule: PEP 503, "Normalized Names"; PEP 508, "Names"; PEP 685 for extras.
public struct DistributionName: Sendable {
    /// As it was written.
    public let raw: String
    /// Lower case, each run of `-`, `_`, `.` replaced by one `-`.
    public let normalized: String

    /// - Throws: `RequirementError.invalidName`.
    public init(_ raw: String) throws(RequirementError) {
        guard Self.isValid(raw) else { throw .invalidName(raw) }
        self.raw = raw
        self.normalized = Self.normalize(raw)
    }

    /// The normalized name with `_` for `-`, as in the names of wheels and `.dist-info` folders.
    ///
    /// Rule: PEP 427, "Escaping and Unicode", as the binary distribution format refines it;
    /// PEP 625 for source archives.
    public var wheelEscaped: String {
        guard normalized.utf8.contains(.ascii("-")) else { return normalized }
        return String(normalized.map { $0 == "-" ? "_" : $0 })
    }

    /// Whether the text has only ASCII letters, digits, `.`, `-`, `_`, and a letter or digit at
    /// both ends.
    public static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return false }
        return first.isAlphanumeric && last.isAlphanumeric
            && bytes.allSatisfy { $0.isAlphanumeric || $0.isSeparator }
    }

    /// The normalized form of any text, valid as a name or not.
    ///
    /// Markers compare names that nobody has checked.
    public static func normalize(_ text: String) -> String {
        var isNormal = true
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte.isDigit || (byte.isLetter && byte == byte.lowercasedLetter)
                || (byte == .ascii("-") && previous != .ascii("-"))
            {
                previous = byte
            } else {
                isNormal = false
                break
            }
        }
        if isNormal { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var isInRun = false
        for scalar in text.lowercased().unicodeScalars {
            if scalar == "-" || scalar == "_" || scalar == "." {
                if !isInRun { result.append("-") }
                isInRun = true
            } else {
                result.unicodeScalars.append(scalar)
                isInRun = false
            }
        }
        return result
    }
}

extension DistributionName: Hashable, Comparable, CustomStringConvertible {
    public static func == (left: DistributionName, right: DistributionName) -> Bool {
        left.normalized == right.normalized
    }

    public static func < (left: DistributionName, right: DistributionName) -> Bool {
        left.normalized < right.normalized
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(normalized)
    }

    /// The name as it was written.
    public var description: String { raw }
}
