/// The name of a recipe: lower-case ASCII letters, digits and `_`, at least one.
///
/// There is no `-`, because a dash separates name from version in the names of records, logs and
/// build directories. A leading digit (`4ti2`) and a leading `_` occur. Rule: build/recipes.md, 1.
public struct RecipeName: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    /// - Throws: `RecipeError.invalidName`.
    public init(_ text: some StringProtocol) throws(RecipeError) {
        guard let name = RecipeName(valid: text) else { throw .invalidName(String(text)) }
        self = name
    }

    /// Nil for a text that can't be a recipe's name.
    public init?(valid text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy(Self.allows) else { return nil }
        self.text = String(text)
    }

    public var description: String { text }

    /// By byte.
    public static func < (one: RecipeName, other: RecipeName) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
