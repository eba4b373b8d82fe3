/// One clause about versions, such as `>=1.2` or `==1.*`.
///
/// Rule: PEP 440, "Version specifiers".
public struct Specifier: Sendable {
    public enum Operator: String, Hashable, Sendable, CaseIterable {
        case compatible = "~="
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        case arbitrary = "==="
    }

    public let `operator`: Operator
    /// As it was written, without white space around it; it ends in `.*` for a prefix match.
    public let versionText: String
    /// Without the `.*`; nil for `===` only, whose text need not be a version.
    let version: Version?
    let isPrefix: Bool

    /// - Parameter text: white space is allowed at both ends and after the operator.
    /// - Throws: `RequirementError.invalidSpecifier`, `.versionNumberTooLarge`.
    public init(_ text: String) throws(RequirementError) {
        guard let (name, rest) = Self.split(trimmed(text[...])) else {
            throw .invalidSpecifier(text)
        }
        let versionText = String(trimmed(rest))
        self.operator = name
        self.versionText = versionText
        if name == .arbitrary {
            guard !versionText.unicodeScalars.contains(where: Self.endsArbitraryText) else {
                throw .invalidSpecifier(text)
            }
            version = nil
            isPrefix = false
            return
        }
        isPrefix = versionText.hasSuffix(".*")
        let bare = isPrefix ? String(versionText.dropLast(2)) : versionText
        switch VersionParser.parse(whole: bare) {
        case .parsed(let parsed): version = parsed
        case .invalid: throw .invalidSpecifier(text)
        case .numberTooLarge: throw .versionNumberTooLarge(bare)
        }
        guard bare.utf8.last.map({ !$0.isSpace }) == true, isAllowed else {
            throw .invalidSpecifier(text)
        }
    }

    private static func split(_ text: Substring) -> (Operator, Substring)? {
        for name in Operator.byLength where text.utf8.starts(with: name.rawValue.utf8) {
            return (name, text.dropFirst(name.rawValue.count))
        }
        return nil
    }

    /// The text after `===` reaches up to white space, `;` or `)`, as `packaging` has it.
    private static func endsArbitraryText(_ scalar: Unicode.Scalar) -> Bool {
        scalar == ";" || scalar == ")" || scalar.properties.isWhitespace
            || (scalar.isASCII && UInt8(scalar.value).isSpace)
    }

    /// Which forms of version each operator takes: PEP 440, one section per operator.
    private var isAllowed: Bool {
        guard let version else { return true }
        let isExact = self.operator == .equal || self.operator == .notEqual
        if isPrefix {
            return isExact && !version.isPrerelease && version.post == nil
                && version.localSegments.isEmpty
                && versionText.utf8.dropLast(2).last?.isDigit == true
        }
        if self.operator == .compatible && version.release.count < 2 { return false }
        return isExact || version.localSegments.isEmpty
    }

    /// Whether the clause itself names a pre-release, which makes a set of clauses accept them.
    ///
    /// Rule: PEP 440, "Handling of pre-releases".
    public var mentionsPrerelease: Bool {
        if self.operator == .notEqual { return false }
        return (version ?? (try? Version(versionText)))?.isPrerelease ?? false
    }
}

extension Specifier.Operator {
    /// So that no operator hides a longer one.
    static let byLength = allCases.sorted { $0.rawValue.count > $1.rawValue.count }
}

extension Specifier: Hashable, CustomStringConvertible {
    /// Trailing zeros and spelling do not matter, except for the count of `~=` and of prefixes.
    public static func == (left: Specifier, right: Specifier) -> Bool {
        guard left.operator == right.operator, left.isPrefix == right.isPrefix else { return false }
        guard let a = left.version, let b = right.version else {
            return left.versionText == right.versionText
        }
        let countMatters = left.isPrefix || left.operator == .compatible
        return a == b && (!countMatters || a.release.count == b.release.count)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.operator)
        if let version { hasher.combine(version) } else { hasher.combine(versionText) }
    }

    public var description: String { self.operator.rawValue + versionText }
}
