/// The start tags of an HTML page, one after the other. Comments are skipped.
///
/// Enough for pages of links; scripts and the like are no concern of an index.
struct HTMLTags: Sequence, IteratorProtocol {
    struct Tag {
        /// Lower case.
        let name: String
        let attributes: [(name: String, value: String)]

        subscript(_ name: String) -> String? {
            attributes.first { $0.name == name }?.value
        }
    }

    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    mutating func next() -> Tag? {
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[rest.index(after: open)...]
            if rest.starts(with: "!--".utf8) {
                skipComment()
                continue
            }
            let name = take { !Self.endsName($0) }
            guard let first = name.utf8.first, Self.isLetter(first) else { continue }
            return Tag(name: name.lowercased(), attributes: takeAttributes())
        }
        return nil
    }

    private mutating func skipComment() {
        while let dash = rest.firstIndex(of: UInt8(ascii: "-")) {
            rest = rest[dash...]
            if rest.starts(with: "-->".utf8) { return }
            rest.removeFirst()
        }
    }

    private mutating func takeAttributes() -> [(name: String, value: String)] {
        var attributes: [(name: String, value: String)] = []
        while true {
            _ = take { Self.isSpace($0) || $0 == UInt8(ascii: "/") }
            guard let next = rest.first, next != UInt8(ascii: ">") else { return attributes }
            let name = take { !Self.endsName($0) && $0 != UInt8(ascii: "=") }
            _ = take(Self.isSpace)
            guard rest.first == UInt8(ascii: "=") else {
                if name.isEmpty { rest.removeFirst() }
                continue
            }
            rest.removeFirst()
            _ = take(Self.isSpace)
            var value: Substring
            if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                rest.removeFirst()
                value = take { $0 != quote }
                rest = rest.dropFirst()
            } else {
                value = take { !Self.isSpace($0) && $0 != UInt8(ascii: ">") }
            }
            attributes.append((name.lowercased(), Self.unescaped(value)))
        }
    }

    private mutating func take(_ belongs: (UInt8) -> Bool) -> Substring {
        let end = rest.firstIndex { !belongs($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return Substring(rest[..<end])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
    }

    /// Character references that a URL may hold.
    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var result = ""
        var rest = text
        while let sign = rest.firstIndex(of: "&") {
            result += rest[..<sign]
            rest = rest[sign...].dropFirst()
            guard let end = rest.prefix(10).firstIndex(of: ";"),
                let character = character(rest[..<end])
            else {
                result += "&"
                continue
            }
            result.append(character)
            rest = rest[end...].dropFirst()
        }
        return result + rest
    }

    private static func character(_ reference: Substring) -> Character? {
        switch reference {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard reference.hasPrefix("#") else { return nil }
            let digits = reference.dropFirst()
            let isHex = digits.hasPrefix("x") || digits.hasPrefix("X")
            let number = UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10)
            return number.flatMap { Unicode.Scalar($0) }.map { Character($0) }
        }
    }
}
