/// The bytes of a page in the making: UTF-8.
struct PageText {
    private(set) var bytes: [UInt8] = []

    /// Text that is markup already, or holds nothing to escape.
    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// Text for HTML, inside an element or a quoted attribute.
    mutating func addEscaped(_ text: String) {
        if Self.isPlain(text) { return add(text) }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): add("&amp;")
            case UInt8(ascii: "<"): add("&lt;")
            case UInt8(ascii: ">"): add("&gt;")
            case UInt8(ascii: "\""): add("&quot;")
            case UInt8(ascii: "'"): add("&#39;")
            default: bytes.append(byte)
            }
        }
    }

    /// A string for JSON, with its quotes: RFC 8259, section 7.
    mutating func addQuoted(_ text: String) {
        if Self.isPlain(text) {
            bytes.append(UInt8(ascii: "\""))
            add(text)
            bytes.append(UInt8(ascii: "\""))
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                add(byte < 16 ? "\\u000" : "\\u00")
                add(String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A name for an address, RFC 3986: everything but unreserved characters is written as `%XX`; a
    /// `+` in a local version must not be taken for a blank.
    mutating func addPercentEncoded(_ text: String) {
        if Self.isPlain(text) { return add(text) }
        for byte in text.utf8 {
            if Self.isUnreserved(byte) {
                bytes.append(byte)
            } else {
                add(byte < 16 ? "%0" : "%")
                add(String(byte, radix: 16, uppercase: true))
            }
        }
    }

    /// Whether a text stands for itself everywhere: nearly all names do.
    private static func isPlain(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { $0.allSatisfy(isUnreserved) }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// Text as part of an address; the slashes of a path stay.
public func percentEncoded(_ text: String) -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { part in
        var encoded = PageText()
        encoded.addPercentEncoded(String(part))
        return String(decoding: encoded.bytes, as: UTF8.self)
    }
    return parts.joined(separator: "/")
}
