/// Reads a version from bytes in one pass, without a regular expression.
///
/// Each suffix is optional and tried once, in the order of PEP 440, Appendix B. No suffix can
/// start like the rest of another one, so nothing is ever tried twice.
struct VersionParser {
    enum Outcome {
        case parsed(Version)
        case invalid
        case numberTooLarge
    }

    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int
    private var overflowed = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// - Parameter text: white space at both ends is ignored, nothing else may surround it.
    static func parse(whole text: String) -> Outcome {
        var text = text
        let outcome = text.withUTF8 { bytes -> Outcome in
            var start = 0
            var end = bytes.count
            while start < end, bytes[start].isSpace { start += 1 }
            while end > start, bytes[end - 1].isSpace { end -= 1 }
            return parse(exactly: UnsafeBufferPointer(rebasing: bytes[start..<end]))
        }
        if case .invalid = outcome, text.utf8.contains(where: { $0 >= 0x80 }) {
            // Rare: white space beyond ASCII, such as U+00A0.
            var stripped = trimmed(text)
            if stripped.utf8.count < text.utf8.count {
                return stripped.withUTF8 { parse(exactly: $0) }
            }
        }
        return outcome
    }

    private static func parse(exactly bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
        var parser = VersionParser(bytes)
        guard let version = parser.version(), parser.position == bytes.count else {
            return .invalid
        }
        return parser.overflowed ? .numberTooLarge : .parsed(version)
    }

    /// Whether a number that was read did not fit.
    var hasOverflowed: Bool { overflowed }

    /// Reads the longest version that starts here, or nothing.
    mutating func version() -> Version? {
        guard var version = releasePart() else { return nil }
        publicSuffixes(of: &version)
        if peek() == .ascii("+") { localPart(of: &version) }
        return version
    }

    /// `v`, epoch and release.
    mutating func releasePart() -> Version? {
        if peek().lowercasedLetter == .ascii("v") { position += 1 }
        guard var number = number() else { return nil }
        var epoch = 0
        if peek() == .ascii("!") {
            position += 1
            guard let first = self.number() else { return nil }
            epoch = number
            number = first
        }
        var release = [number]
        while peek() == .ascii("."), peek(1).isDigit {
            position += 1
            release.append(self.number() ?? 0)
        }
        return Version(epoch: epoch, release: release)
    }

    /// Pre, post and development release.
    mutating func publicSuffixes(of version: inout Version) {
        let next = peek()
        guard next.isSeparator || next.isLetter else { return }
        if let phase = word(among: Self.phases) {
            version.pre = Version.PreRelease(phase: phase, number: optionalNumber())
        }
        if peek() == .ascii("-"), peek(1).isDigit {
            position += 1
            version.post = number()
        } else if word(among: Self.posts) != nil {
            version.post = optionalNumber()
        }
        if word(among: Self.developments) != nil { version.dev = optionalNumber() }
    }

    private mutating func localPart(of version: inout Version) {
        guard peek(1).isAlphanumeric else { return }
        repeat {
            position += 1
            let start = position
            var isNumber = true
            while peek().isAlphanumeric {
                if !peek().isDigit { isNumber = false }
                position += 1
            }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            version.localSegments.append(
                isNumber ? .number(Numeral(digits: text)) : .text(text.lowercased()))
        } while peek().isSeparator && peek(1).isAlphanumeric
    }

    // Longer spellings stand before their own beginnings.
    private static let phases: [(StaticString, Version.PreRelease.Phase)] = [
        ("alpha", .alpha), ("a", .alpha), ("beta", .beta), ("b", .beta), ("preview", .candidate),
        ("pre", .candidate), ("c", .candidate), ("rc", .candidate),
    ]
    private static let posts: [(StaticString, Bool)] = [
        ("post", true), ("rev", true), ("r", true),
    ]
    private static let developments: [(StaticString, Bool)] = [("dev", true)]

    /// One of the words after an optional separator; nothing is consumed if none is there.
    private mutating func word<Meaning>(among words: [(StaticString, Meaning)]) -> Meaning? {
        let start = peek().isSeparator ? position + 1 : position
        guard start < bytes.count, bytes[start].isLetter else { return nil }
        for (word, meaning) in words where isWord(word, at: start) {
            position = start + word.utf8CodeUnitCount
            return meaning
        }
        return nil
    }

    private func isWord(_ word: StaticString, at start: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard start + count <= bytes.count else { return false }
        for index in 0..<count {
            let byte = bytes[start + index]
            guard byte.isLetter, byte.lowercasedLetter == word.utf8Start[index] else {
                return false
            }
        }
        return true
    }

    /// The number after a word: a separator may stand before it, and both may be missing.
    private mutating func optionalNumber() -> Int {
        if peek().isSeparator { position += 1 }
        return number() ?? 0
    }

    private mutating func number() -> Int? {
        guard peek().isDigit else { return nil }
        var value = 0
        while peek().isDigit {
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, stillTooBig) = product.addingReportingOverflow(Int(peek() - 0x30))
            if tooBig || stillTooBig { overflowed = true }
            value = overflowed ? 0 : sum
            position += 1
        }
        return value
    }

    /// 0 beyond the end, which belongs to no class of the grammar.
    @inline(__always) private func peek(_ distance: Int = 0) -> UInt8 {
        let index = position + distance
        return index < bytes.count ? bytes[index] : 0
    }
}
