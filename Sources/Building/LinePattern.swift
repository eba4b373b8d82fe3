internal import CPlatform
internal import Glibc

/// The form of a line: literal texts in order, with `…` between them for anything. `^` before them stands
/// for the line's start, after blanks and words in brackets, for some programs indent what others say or
/// put `[NAME] ` before it; `$` stands for its end.
struct LinePattern {
    private let parts: [[UInt8]]
    private let isAtStart: Bool
    private let isAtEnd: Bool

    init(_ text: String) {
        var text = text[...]
        isAtStart = text.first == "^"
        if isAtStart { text = text.dropFirst() }
        isAtEnd = text.last == "$"
        if isAtEnd { text = text.dropLast() }
        parts = text.split(separator: "…", omittingEmptySubsequences: false).map { Array($0.utf8) }
    }

    /// Calls `body` with where each line that has this form starts.
    ///
    /// - Parameter text: whole lines, each with its newline.
    func forEachMatch(in text: UnsafeRawBufferPointer, _ body: (Int) -> Void) {
        var from = 0
        while let found = find(parts[0], in: text, from..<text.count) {
            let start = lineStart(text, found)
            let end = lineEnd(text, found)
            let isInPlace = !isAtStart || isPrefix(text[start..<found])
            if isInPlace, matchesRest(text, (found + parts[0].count)..<end) { body(start) }
            from = end
        }
    }

    private func matchesRest(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        guard range.lowerBound <= range.upperBound else { return false }
        var rest = range
        for (index, part) in parts.enumerated().dropFirst() {
            if isAtEnd, index == parts.count - 1 {
                let start = rest.upperBound - part.count
                return start >= rest.lowerBound
                    && text[start..<rest.upperBound].elementsEqual(part)
            }
            guard let found = find(part, in: text, rest) else { return false }
            rest = (found + part.count)..<rest.upperBound
        }
        return !isAtEnd || rest.isEmpty
    }
}

/// Whether these are blanks, or begin with a word in brackets and end in one or in blanks.
private func isPrefix(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
    let rest =
        text.first == UInt8(ascii: "[") ? text.drop { $0 != UInt8(ascii: "]") }.dropFirst() : text
    if rest.first == UInt8(ascii: " "), rest.dropFirst().first == UInt8(ascii: "[") {
        return isPrefix(rest.dropFirst())
    }
    return rest.allSatisfy { $0 == UInt8(ascii: " ") }
}

private func find(_ part: [UInt8], in text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    if range.isEmpty { return part.isEmpty ? range.lowerBound : nil }
    let found = spkg_find(text.baseAddress! + range.lowerBound, range.count, part, part.count)
    return found < 0 ? nil : range.lowerBound + found
}

/// Where the line that `index` is in starts.
private func lineStart(_ text: UnsafeRawBufferPointer, _ index: Int) -> Int {
    spkg_find_last(text.baseAddress!, index, CInt(UInt8(ascii: "\n"))) + 1
}

/// Where its newline is.
private func lineEnd(_ text: UnsafeRawBufferPointer, _ index: Int) -> Int {
    let newline = memchr(text.baseAddress! + index, CInt(UInt8(ascii: "\n")), text.count - index)
    return newline.map { UnsafeRawPointer($0) - text.baseAddress! } ?? text.count
}
