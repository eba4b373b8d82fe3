/// The headers of `METADATA`, `PKG-INFO` or `WHEEL`, and the text after them.
///
///     Name: value            a header; names ignore case
///     Name: first line       the same header many times: many values
///         second line        white space at the start: the header goes on
///                            an empty line ends the headers
///     any text               the body, kept as it is
///
/// Rule: core metadata specification, which takes its form from e-mail (RFC 822); PEP 427 for
/// `WHEEL`.
public struct MetadataHeaders: Hashable, Sendable {
    public struct Header: Hashable, Sendable {
        /// As it was written.
        public let name: String
        /// Without white space at both ends; lines of a folded value are kept apart by `\n`, with
        /// their own white space.
        public let value: String
    }

    /// In the order of the file.
    public let headers: [Header]
    /// Everything after the first empty line.
    public let body: String

    /// - Parameter bytes: UTF-8, with or without a byte order mark; lines end in `\n` or `\r\n`.
    ///   Bytes that are not UTF-8, as old files have them, become U+FFFD.
    /// - Throws: `RequirementError.malformedHeader`.
    public init(_ bytes: some Sequence<UInt8>) throws(RequirementError) {
        try self.init(text: String(decoding: Array(bytes), as: UTF8.self))
    }

    /// - Throws: `RequirementError.malformedHeader`.
    public init(text: String) throws(RequirementError) {
        var rest = text.unicodeScalars.first == "\u{FEFF}" ? text.utf8.dropFirst(3) : text.utf8[...]
        var headers: [(name: String, value: String)] = []
        var number = 0
        while !rest.isEmpty {
            let end = rest.firstIndex(of: .ascii("\n")) ?? rest.endIndex
            var line = rest[..<end]
            rest = rest[end...].dropFirst()
            number += 1
            if line.last == .ascii("\r") { line = line.dropLast() }
            guard let first = line.first else { break }
            if first.isBlank {
                guard !headers.isEmpty else {
                    throw .malformedHeader(line: number, text: String(Substring(line)))
                }
                headers[headers.count - 1].value += "\n" + Substring(line)
                continue
            }
            guard let colon = line.firstIndex(of: .ascii(":")), colon > line.startIndex,
                line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { throw .malformedHeader(line: number, text: String(Substring(line))) }
            headers.append(
                (
                    String(Substring(line[..<colon])),
                    String(Substring(line[line.index(after: colon)...]))
                ))
        }
        self.headers = headers.map { Header(name: $0.name, value: trimmed($0.value)) }
        body = String(Substring(rest))
    }

    /// Every value of the header, in the order of the file.
    public func values(of name: String) -> [String] {
        headers.filter { Self.same($0.name, name) }.map(\.value)
    }

    /// The first value of the header.
    public subscript(name: String) -> String? {
        headers.first { Self.same($0.name, name) }?.value
    }

    private static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { a, b in
                a == b || (a.isLetter && b.isLetter && a.lowercasedLetter == b.lowercasedLetter)
            }
    }
}
