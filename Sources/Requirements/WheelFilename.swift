/// The name of a wheel's file, taken apart.
///
/// Rule: PEP 427, "File name convention"; binary distribution format, "File name convention".
public struct WheelFilename: Hashable, Sendable {
    /// The whole name, ending in `.whl`.
    public let raw: String
    public let name: DistributionName
    public let version: Version
    /// Breaks ties between wheels of one version.
    public let build: BuildTag?
    /// Each once.
    public let tags: [Tag]
    /// Name and version as the file spells them, such as `foo_bar-1.0`.
    ///
    /// Folders inside the wheel start like this; `.dist-info` and `.data` come after it.
    public let stem: String

    /// - Parameter raw: the name without any folder.
    /// - Throws: `RequirementError.invalidWheelFilename`.
    ///
    /// Refuses what `packaging.utils.parse_wheel_filename` refuses, and beyond that names that are
    /// no distribution names, white space, and empty or odd tags.
    public init(_ raw: String) throws(RequirementError) {
        func problem(_ problem: RequirementError.FilenameProblem) -> RequirementError {
            .invalidWheelFilename(raw, problem: problem)
        }
        guard raw.hasSuffix(".whl") else { throw problem(.suffix) }
        let parts = Substring(raw.utf8.dropLast(4)).pieces(between: .ascii("-"))
        if Self.isOfLaterStandard(parts) { throw problem(.laterStandard) }
        guard parts.count == 5 || parts.count == 6 else { throw problem(.numberOfParts) }

        // A run of separators is escaped to one underscore.
        guard !parts[0].utf8.adjacentBytes(.ascii("_")),
            let name = try? DistributionName(String(parts[0]))
        else { throw problem(.name) }
        guard !parts[1].utf8.contains(where: { $0.isSpace || $0 >= 0x80 }),
            let version = try? Version(String(parts[1]))
        else { throw problem(.version) }
        if parts.count == 6 {
            guard let build = BuildTag(parts[2]) else { throw problem(.build) }
            self.build = build
        } else {
            self.build = nil
        }
        guard let tags = Tag.parse(parts.suffix(3)) else { throw problem(.tags) }
        self.raw = raw
        self.name = name
        self.version = version
        self.tags = tags
        self.stem = "\(parts[0])-\(parts[1])"
    }

    /// Whether the parts are those of a wheel and one more at the end: the label of a variant, as in
    /// `demo-1.0-py3-none-any-x86_64_v3.whl` (PEP 825, a draft).
    private static func isOfLaterStandard(_ parts: [Substring]) -> Bool {
        guard parts.count == 6 || parts.count == 7, let label = parts.last, !label.isEmpty,
            label.utf8.allSatisfy({ $0.isAlphanumeric || $0 == .ascii("_") || $0 == .ascii(".") }),
            (try? DistributionName(String(parts[0]))) != nil,
            (try? Version(String(parts[1]))) != nil
        else { return false }
        if parts.count == 7 { return BuildTag(parts[2]) != nil && Tag.parse(parts[3...5]) != nil }
        // A bad build tag may look like Python's; but no platform is `none`.
        return BuildTag(parts[2]) == nil && parts[4] != "none" && Tag.parse(parts[2...4]) != nil
            && isPythonTag(parts[2])
    }

    /// `py3`, `cp311`, `py2.py3`: letters, and then digits.
    private static func isPythonTag(_ part: Substring) -> Bool {
        part.pieces(between: .ascii(".")).allSatisfy { tag in
            tag.utf8.first?.isLetter == true && tag.utf8.last?.isDigit == true
        }
    }
}

extension WheelFilename: CustomStringConvertible {
    public var description: String { raw }
}

/// The optional build part of a wheel's name: a number, and text after it.
///
/// Rule: PEP 427, "File name convention": sort as a pair of number and text; none sorts first.
public struct BuildTag: Hashable, Comparable, Sendable {
    let number: Numeral
    /// What stands after the digits; often empty.
    public let suffix: String

    /// - Returns: nil unless the text starts with a digit and has no white space.
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        let digits = bytes.prefix(while: \.isDigit)
        guard !digits.isEmpty, !bytes.contains(where: \.isSpace) else { return nil }
        number = Numeral(digits: String(decoding: digits, as: UTF8.self))
        suffix = String(decoding: bytes.dropFirst(digits.count), as: UTF8.self)
    }

    /// The digits without leading zeros; they may be more than an `Int` can hold.
    public var digits: String { number.digits }

    public static func < (left: BuildTag, right: BuildTag) -> Bool {
        left.number == right.number ? left.suffix < right.suffix : left.number < right.number
    }
}

extension BuildTag: CustomStringConvertible {
    public var description: String { number.digits + suffix }
}

extension Substring.UTF8View {
    fileprivate func adjacentBytes(_ byte: UInt8) -> Bool {
        zip(self, dropFirst()).contains { $0 == byte && $1 == byte }
    }
}
