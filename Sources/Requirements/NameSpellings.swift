/// Finds names of distributions in text, in whatever spelling (PEP 503), without taking the text apart:
/// of thousands of records and file names, few have to be.
public struct NameSpellings: Sendable {
    /// Normalized, not empty.
    private let names: [[UInt8]]

    public init(of normalized: some Sequence<String>) {
        names = normalized.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    /// Whether one of the names stands anywhere in the text, also as part of another word.
    public func occur(in text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { text in
            names.contains { name in
                let first = name[0] | 0x20
                return text.indices.contains {
                    text[$0] | 0x20 == first && Self.matches(name, text, at: $0)
                }
            }
        }
    }

    /// Whether the text begins with one of the names, and perhaps goes on.
    public func begin(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { text in names.contains { Self.matches($0, text, at: 0) } }
    }

    private static func matches(
        _ name: [UInt8], _ text: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> Bool {
        var at = start
        for byte in name {
            guard at < text.count else { return false }
            if byte == .ascii("-") {
                guard text[at].isSeparator else { return false }
                while at < text.count, text[at].isSeparator { at += 1 }
            } else {
                guard text[at] == byte || text[at].isLetter && text[at].lowercasedLetter == byte
                else { return false }
                at += 1
            }
        }
        return true
    }
}
