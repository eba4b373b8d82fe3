// Recipe files are ASCII in all that matters, so they are cut by byte: some ten times quicker than
// by character. A line ends where Python's readers think so: at `\n`, `\r\n` or `\r`.

extension UInt8 {
    /// Space, tab, line feed, vertical tab, form feed or carriage return.
    var isBlank: Bool { self == UInt8(ascii: " ") || (9...13).contains(self) }

    /// Line feed or carriage return.
    var endsLine: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }

    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without white space at both ends.
    var trimmed: Substring {
        guard let first = utf8.firstIndex(where: { !$0.isBlank }) else { return self[endIndex...] }
        var last = first
        var at = first
        while at < endIndex {
            let next = utf8.index(after: at)
            if !utf8[at].isBlank { last = next }
            at = next
        }
        return self[first..<last]
    }

    /// Up to the first line end, without it.
    var firstLine: Substring {
        self[..<(utf8.firstIndex(where: \.endsLine) ?? endIndex)]
    }

    /// Up to the first `#`, without it.
    var withoutComment: Substring {
        self[..<(utf8.firstIndex(of: UInt8(ascii: "#")) ?? endIndex)]
    }

    /// Each line without its end; empty lines are left out.
    var lines: [Substring] {
        cut(where: \.endsLine)
    }

    /// What white space separates.
    var words: [Substring] {
        cut { $0.isBlank }
    }

    private func cut(where separates: (UInt8) -> Bool) -> [Substring] {
        var pieces: [Substring] = []
        var start = startIndex
        var at = startIndex
        while at < endIndex {
            let next = utf8.index(after: at)
            if separates(utf8[at]) {
                if start < at { pieces.append(self[start..<at]) }
                start = next
            }
            at = next
        }
        if start < endIndex { pieces.append(self[start..<endIndex]) }
        return pieces
    }

    /// Whether the text starts with these bytes; cheaper than comparing characters.
    func startsWith(_ prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { utf8.starts(with: $0) }
    }

    func endsWith(_ suffix: String) -> Bool {
        utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
}

extension String {
    /// Every occurrence of `old`, from left to right, replaced by `new`.
    func replacing(bytes old: String, with new: String) -> String {
        let pattern = Array(old.utf8)
        guard let head = pattern.first, utf8.contains(head) else { return self }
        let text = Array(utf8)
        var result: [UInt8] = []
        result.reserveCapacity(text.count + new.utf8.count)
        var at = 0
        while at < text.count {
            if text[at] == head, text[at...].starts(with: pattern) {
                result.append(contentsOf: new.utf8)
                at += pattern.count
            } else {
                result.append(text[at])
                at += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// Whether one text comes before another by byte, as with `LC_ALL=C`.
func precedesByByte(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
}

extension Substring {
    /// The beginning whose bytes are all like this.
    func prefix(of isLikeThis: (UInt8) -> Bool) -> Substring {
        self[..<(utf8.firstIndex { !isLikeThis($0) } ?? endIndex)]
    }

    /// What follows the first occurrence of a text; nil when it doesn't occur.
    func rest(after mark: StaticString) -> Substring? {
        var at = startIndex
        while at < endIndex {
            if self[at...].startsWith(mark) {
                return self[utf8.index(at, offsetBy: mark.utf8CodeUnitCount)...]
            }
            at = utf8.index(after: at)
        }
        return nil
    }
}
