/// A place in a text where its grammar was broken.
struct SyntaxProblem: Error {
    let offset: Int
    let expected: RequirementError.Expected
    var isTooDeep = false
}

/// Walks over the bytes of a requirement or marker.
struct Scanner {
    let bytes: [UInt8]
    var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// 0 beyond the end, which belongs to no class of the grammar.
    var next: UInt8 { byte(at: position) }

    /// One line feed at the end counts as the end, since requirements are read from lines.
    var isAtEnd: Bool {
        position == bytes.count || (position == bytes.count - 1 && next == .ascii("\n"))
    }

    func byte(at index: Int) -> UInt8 {
        index >= 0 && index < bytes.count ? bytes[index] : 0
    }

    func problem(_ expected: RequirementError.Expected) -> SyntaxProblem {
        SyntaxProblem(offset: position, expected: expected)
    }

    func text(from start: Int) -> String {
        String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Blanks and tabs: PEP 508 calls them `wsp`.
    @discardableResult
    mutating func skipBlanks() -> Bool {
        let start = position
        while next.isBlank { position += 1 }
        return position > start
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == .ascii(scalar), position < bytes.count else { return false }
        position += 1
        return true
    }

    /// Consumes the word if it stands here and does not go on.
    mutating func skipWord(_ word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, !isWordByte(at: end), !isWordByte(at: position - 1),
            (0..<word.utf8CodeUnitCount).allSatisfy({
                bytes[position + $0] == word.utf8Start[$0]
            })
        else { return false }
        position = end
        return true
    }

    /// Letters, digits, `_`, and everything beyond ASCII, which only quoted strings may hold.
    private func isWordByte(at index: Int) -> Bool {
        let byte = byte(at: index)
        return byte.isAlphanumeric || byte == .ascii("_") || byte >= 0x80
    }

    /// A name or the name of an extra: PEP 508, "Names".
    mutating func name(_ expected: RequirementError.Expected) throws(SyntaxProblem)
        -> DistributionName
    {
        let start = position
        while next.isAlphanumeric || next.isSeparator { position += 1 }
        guard position > start, let name = try? DistributionName(text(from: start)) else {
            position = start
            throw problem(expected)
        }
        return name
    }
}
