// Paths as text, byte by byte. A Swift character can hold a slash and the mark or sign beside it,
// and strings are equal when they look the same; to most file systems neither is so.

/// A path in a set or as the key of a dictionary: only one with the same bytes is equal.
struct PathKey: Hashable, Sendable {
    private let text: Substring

    init(_ text: Substring) { self.text = text }

    init(_ text: String) { self.text = text[...] }

    static func == (one: PathKey, other: PathKey) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension StringProtocol where SubSequence == Substring, UTF8View: BidirectionalCollection {
    /// The text after `prefix`; nil when it starts otherwise.
    func after(prefix: String) -> Substring? {
        guard utf8.starts(with: prefix.utf8) else { return nil }
        return self[utf8.index(startIndex, offsetBy: prefix.utf8.count)...]
    }

    /// The text before `suffix`; nil when it ends otherwise.
    func before(suffix: String) -> Substring? {
        guard utf8.count >= suffix.utf8.count else { return nil }
        let end = utf8.index(endIndex, offsetBy: -suffix.utf8.count)
        return utf8[end...].elementsEqual(suffix.utf8) ? self[..<end] : nil
    }

    /// The texts before and after the first slash; nil when there is none.
    var atFirstSlash: (Substring, Substring)? {
        guard let slash = utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return (self[..<slash], self[utf8.index(after: slash)...])
    }

    /// The texts before and after the last slash; nil when there is none.
    var atLastSlash: (Substring, Substring)? {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return (self[..<slash], self[utf8.index(after: slash)...])
    }
}
