extension Address {
    /// A URL reference taken apart, nothing decoded (RFC 3986, appendix B).
    struct Parts {
        var scheme: Substring?
        var authority: Substring?
        var path: Substring
        var query: Substring?
        var fragment: Substring?

        init(_ text: String) {
            var rest = text[...]
            if let hash = rest.firstIndex(of: "#") {
                fragment = rest[rest.index(after: hash)...]
                rest = rest[..<hash]
            }
            if let colon = rest.firstIndex(where: { ":/?".contains($0) }), rest[colon] == ":",
                rest.first?.isLetter == true
            {
                scheme = rest[..<colon]
                rest = rest[rest.index(after: colon)...]
            }
            if let mark = rest.firstIndex(of: "?") {
                query = rest[rest.index(after: mark)...]
                rest = rest[..<mark]
            }
            if rest.hasPrefix("//") {
                rest = rest.dropFirst(2)
                let end = rest.firstIndex(of: "/") ?? rest.endIndex
                authority = rest[..<end]
                rest = rest[end...]
            }
            path = rest
        }
    }

    /// Drops `.` and `..` from an encoded path (RFC 3986, 5.2.4).
    static func withoutDots(_ path: Substring) -> String {
        var kept: [Substring] = []
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let last = parts.popLast()
        for part in parts where part != "." {
            if part != ".." { kept.append(part) } else if kept.count > 1 { kept.removeLast() }
        }
        switch last {
        case nil, "."?: kept.append("")
        case ".."?:
            if kept.count > 1 { kept.removeLast() }
            kept.append("")
        case let name?: kept.append(name)
        }
        return kept.joined(separator: "/")
    }

    /// Percent-encodes what may stand nowhere in a URL; with `alsoQuerySigns`, `?` and `#` too.
    static func encoded(_ text: some StringProtocol, alsoQuerySigns: Bool = false) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            let forbidden =
                switch byte {
                case ...0x20, 0x7f...: true
                case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"): true
                case UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"): true
                case UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"): true
                case UInt8(ascii: "?"), UInt8(ascii: "#"): alsoQuerySigns
                default: false
                }
            if forbidden {
                result.append(UInt8(ascii: "%"))
                result.append(hexDigits[Int(byte >> 4)])
                result.append(hexDigits[Int(byte & 15)])
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func decoded(_ text: Substring) -> String {
        var result: [UInt8] = []
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%"), bytes.count >= 2,
                let value = UInt8(Substring(bytes.prefix(2)), radix: 16)
            {
                result.append(value)
                bytes.removeFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}

extension Address.Credentials {
    /// `user:password`, each percent-encoded; the password may be missing.
    init(_ text: Substring) {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        user = Address.decoded(text[..<colon])
        password = Address.decoded(text[colon...].dropFirst())
    }

    /// The value of an `Authorization` header (RFC 7617).
    var basic: String {
        let digits = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = Array("\(user):\(password)".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let three = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
            let value = three[0] << 16 | three[1] << 8 | three[2]
            for place in 0..<4 {
                let isPadding = start + place > bytes.count
                let digit = digits[Int(value >> UInt32(18 - 6 * place)) & 63]
                text.append(isPadding ? UInt8(ascii: "=") : digit)
            }
        }
        return "Basic " + String(decoding: text, as: UTF8.self)
    }
}

/// Text of someone else's, with `//user:password@` cut down to `//`.
func withoutCredentials(_ text: String) -> String {
    text.split(separator: "//", omittingEmptySubsequences: false).enumerated()
        .map { index, part in
            let end = part.firstIndex { "/ \n\t\"'".contains($0) } ?? part.endIndex
            guard index > 0, let at = part[..<end].lastIndex(of: "@") else { return part }
            return part[part.index(after: at)...]
        }
        .joined(separator: "//")
}
