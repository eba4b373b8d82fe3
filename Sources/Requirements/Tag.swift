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
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .invalidTag(text) }
        var lists: [[String]] = []
        for part in parts {
            let words = part.split(separator: ".", omittingEmptySubsequences: false)
            guard words.allSatisfy(isWord) else { throw .invalidTag(text) }
            lists.append(words.map { $0.lowercased() })
        }
        if lists.allSatisfy({ $0.count == 1 }) {
            return [Tag(lowercased: lists[0][0], lists[1][0], lists[2][0])]
        }
        // A file name of 255 bytes can stand for some hundred thousand tags; none that is meant
        // in earnest comes near this.
        guard lists.reduce(1, { $0 * $1.count }) <= 10_000 else { throw .invalidTag(text) }
        var tags: [Tag] = []
        var seen: Set<Tag> = []
        for interpreter in lists[0] {
            for abi in lists[1] {
                for platform in lists[2] {
                    let tag = Tag(lowercased: interpreter, abi, platform)
                    if seen.insert(tag).inserted { tags.append(tag) }
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
