internal import Glibc

/// The text without control characters, the sequences that they begin, and what changes the direction
/// of writing: what programs say is shown beside words of ours, and must not move or paint over them.
///
/// A tab is a blank. Where a program has returned to the start of its line, as progress bars do, its
/// last state counts. Bytes that are no UTF-8 are repaired.
public func plainText(_ bytes: some Sequence<UInt8>) -> String {
    var bytes = Array(bytes)
    let count = bytes.withUnsafeMutableBytes { removeControls($0) }
    var plain = String.UnicodeScalarView()
    for scalar in String(decoding: bytes[..<count], as: UTF8.self).unicodeScalars {
        switch scalar.value {
        case 0x09: plain.append(" ")
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: break
        default: plain.append(scalar)
        }
    }
    return String(plain)
}

public func plainText(_ text: String) -> String { plainText(text.utf8) }

/// Lines as a terminal may get them: with colours, and nothing else that has an effect.
public func terminalText(_ text: String) -> String {
    if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 || $0 == UInt8(ascii: "\n") }) { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        // Between colours, which end with the line.
        let parts = line.split(separator: "\u{1b}[", omittingEmptySubsequences: false)
        var shown = plainText(String(parts[0]))
        var isColoured = false
        for part in parts.dropFirst() {
            let numbers = part.prefix { $0.isASCII && $0.isNumber || $0 == ";" || $0 == ":" }
            if part.dropFirst(numbers.count).first == "m" {
                isColoured = numbers != "0" && !numbers.isEmpty
                shown += "\u{1b}[\(numbers)m" + plainText(String(part.dropFirst(numbers.count + 1)))
            } else {
                shown += plainText("\u{1b}[" + part)
            }
        }
        return isColoured ? shown + "\u{1b}[0m" : shown
    }.joined(separator: "\n")
}

/// Removes control sequences (ECMA-48, section 5.4; xterm's of title and colour), and what a carriage
/// return lets be written over. Newlines stay.
///
/// - Returns: how many bytes of the buffer remain, from its start.
func removeControls(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress,
        memchr(base, 0x1B, bytes.count) != nil || memchr(base, 0x0D, bytes.count) != nil
    else { return bytes.count }
    var to = 0
    var lineStart = 0
    var from = 0
    while from < bytes.count {
        let byte = bytes[from]
        switch byte {
        case 0x1B:
            from = endOfSequence(bytes, from)
            continue
        case UInt8(ascii: "\r"):
            // Several may stand before a newline.
            var next = from + 1
            while next < bytes.count, bytes[next] == UInt8(ascii: "\r") { next += 1 }
            if next < bytes.count, bytes[next] != UInt8(ascii: "\n") { to = lineStart }
            from = next
            continue
        default:
            bytes[to] = byte
            to += 1
            if byte == UInt8(ascii: "\n") { lineStart = to }
        }
        from += 1
    }
    return to
}

/// Where the sequence that begins with the escape at `start` ends; at the latest with its line.
private func endOfSequence(_ bytes: UnsafeMutableRawBufferPointer, _ start: Int) -> Int {
    var index = start + 1
    func skip(while isPart: (UInt8) -> Bool) {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), isPart(bytes[index]) {
            index += 1
        }
    }
    func skipOne(_ isPart: (UInt8) -> Bool) {
        if index < bytes.count, isPart(bytes[index]) { index += 1 }
    }
    guard index < bytes.count else { return index }
    switch bytes[index] {
    case UInt8(ascii: "["):
        index += 1
        skip { (0x20..<0x40).contains($0) }
        skipOne { (0x40..<0x7F).contains($0) }
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
        UInt8(ascii: "_"):
        // Up to BEL or ESC \.
        index += 1
        skip { $0 != 0x07 && $0 != 0x1B }
        if index < bytes.count, bytes[index] == 0x1B {
            index += 1
            skipOne { $0 == UInt8(ascii: "\\") }
        } else {
            skipOne { $0 == 0x07 }
        }
    default:
        skip { (0x20..<0x30).contains($0) }
        skipOne { (0x30..<0x7F).contains($0) }
    }
    return index
}
