/// A compatibility tag: which interpreter, binary interface and platform a wheel is made for.
///
/// Rule: PEP 425.
public struct Tag: Hashable, Sendable {
    /// Such as `cp312` or `py3`; lower case, like the other parts.
    public let interpreter: String
    /// Such as `cp312`, `abi3` or `none`.
    public let abi: String
    /// Such as `manylinux_2_17_x86_64` or `any`.
    public let platform: String

    public init(interpreter: String, abi: String, platform: String) {
        self.interpreter = interpreter.lowercased()
        self.abi = abi.lowercased()
        self.platform = platform.lowercased()
    }

    /// For parts known to be in lower case: `lowercased` copies.
    init(lowercased interpreter: String, _ abi: String, _ platform: String) {
        self.interpreter = interpreter
        self.abi = abi
        self.platform = platform
    }

    /// The tags that a text such as `py2.py3-none-any` stands for.
    ///
    /// - Returns: each tag once; interpreters vary slowest, in the order in which they stand.
    /// - Throws: `RequirementError.invalidTag` unless there are three parts, each of them words of
    ///   ASCII letters, digits and `_` between dots.
    ///
    /// Rule: PEP 425, "Compressed Tag Sets".
    public static func parse(_ text: String) throws(RequirementError) -> [Tag] {
        let parts = text[...].pieces(between: .ascii("-"))
        guard parts.count == 3, let tags = parse(parts[...]) else { throw .invalidTag(text) }
        return tags
    }

    /// - Parameter parts: three of them.
    static func parse(_ parts: ArraySlice<Substring>) -> [Tag]? {
        var lists: [[String]] = []
        for part in parts {
            let words = part.pieces(between: .ascii("."))
            guard words.count <= 1_000, words.allSatisfy(isWord) else { return nil }
            var list: [String] = []
            for word in words {
                let lower = word.lowercased()
                if !list.contains(lower) { list.append(lower) }
            }
            lists.append(list)
        }
        // A file name of 255 bytes can stand for some hundred thousand tags; none that is meant
        // in earnest comes near this.
        guard lists.reduce(1, { $0 * $1.count }) <= 10_000 else { return nil }
        var tags: [Tag] = []
        tags.reserveCapacity(lists.reduce(1) { $0 * $1.count })
        for interpreter in lists[0] {
            for abi in lists[1] {
                for platform in lists[2] {
                    tags.append(Tag(lowercased: interpreter, abi, platform))
                }
            }
        }
        return tags
    }

    private static func isWord(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0.isAlphanumeric || $0 == .ascii("_") }
    }
}

extension Tag: CustomStringConvertible {
    public var description: String { "\(interpreter)-\(abi)-\(platform)" }
}
