public import SystemPackage

/// The version of a recipe, with the patch level that the distribution added.
///
/// Rule: build/recipes.md, 2. Whatever text, then `.p` and digits: `8.2.p13` is `8.2` at patch level
/// 13, `1.0.4p2.p2` is `1.0.4p2` at 2, and `4.4.1p5` has no patch level, for want of the dot.
public struct RecipeVersion: Sendable, Hashable, CustomStringConvertible {
    /// The whole text: it names the record, the build directory and the log.
    ///
    /// Text after the patch level's digits belongs to it, so that no change of the file is missed.
    public let full: String
    /// Without the patch level: what `VERSION` means in the names of archives.
    public let upstream: String
    public let patchLevel: Int?

    public var description: String { full }

    /// What stands for the version of a recipe that has none, in the names of files and for people.
    public static let absent = "none"

    /// - Parameter file: where the text comes from; only the message uses it.
    /// - Throws: `RecipeError.invalidVersion` for a text that can't be part of a file's name.
    public init(_ text: some StringProtocol, in file: FilePath) throws(RecipeError) {
        let isUsable =
            !text.isEmpty
            && text.utf8.allSatisfy { !$0.isBlank && $0 != UInt8(ascii: "/") && $0 != 0 }
        guard isUsable else { throw .invalidVersion(String(text), file: file) }
        full = String(text)
        let bytes = Array(text.utf8)
        // From the right, because the text before the patch level is as long as it can be. It has
        // at least one character.
        let mark = bytes.indices.dropLast(2).dropFirst().last {
            bytes[$0] == UInt8(ascii: ".") && bytes[$0 + 1] == UInt8(ascii: "p")
                && bytes[$0 + 2].isDigit
        }
        if let mark {
            let digits = bytes[(mark + 2)...].prefix(while: \.isDigit)
            upstream = String(decoding: bytes[..<mark], as: UTF8.self)
            patchLevel = Int(String(decoding: digits, as: UTF8.self))
        } else {
            upstream = full
            patchLevel = nil
        }
    }
}
