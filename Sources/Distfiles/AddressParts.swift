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
        encoded(
            text,
            keepingOnly: { byte in
                switch byte {
                case ...0x20, 0x7f...: false
                case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"): false
                case UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"): false
                case UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"): false
                case UInt8(ascii: "?"), UInt8(ascii: "#"): !alsoQuerySigns
                default: true
                }
            })
    }

    /// Percent-encodes every byte but those that `isKept` takes.
    static func encoded(_ text: some StringProtocol, keepingOnly isKept: (UInt8) -> Bool) -> String
    {
        var result: [UInt8] = []
        for byte in text.utf8 {
            if isKept(byte) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result.append(hexDigits[Int(byte >> 4)])
                result.append(hexDigits[Int(byte & 15)])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Characters that mean only themselves everywhere (RFC 3986, 2.3).
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
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
}

/// Text of others that may hold addresses, without users, passwords and queries in them.
func withoutCredentials(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while !rest.isEmpty {
        let end = rest.firstIndex(where: \.isWhitespace) ?? rest.endIndex
        result += withoutCredentials(address: rest[..<end])
        let next = rest[end...].firstIndex { !$0.isWhitespace } ?? rest.endIndex
        result += rest[end..<next]
        rest = rest[next...]
    }
    return result
}

/// What is meant as an address, perhaps is none, and may hold a secret all the same: what stands
/// before the last `@`, and a query, are left out. Passwords have slashes and signs of all kinds when
/// they aren't encoded as they should be.
func withoutCredentials(address text: some StringProtocol) -> String {
    var shown = String(text)
    let sign = shown.firstRange(of: "://")
    if let at = shown.lastIndex(of: "@") {
        let start = sign.map { $0.upperBound <= at ? $0.upperBound : at } ?? shown.startIndex
        shown.replaceSubrange(start..<at, with: "…")
    }
    if sign != nil, let query = shown.firstIndex(of: "?") {
        shown.replaceSubrange(query..., with: "?…")
    }
    return shown
}
