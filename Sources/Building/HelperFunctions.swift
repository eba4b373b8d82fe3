internal import Platform
public import Recipes
public import SystemPackage

/// The functions that recipes' scripts call, by name.
public struct HelperFunctions: Sendable {
    /// Those that spkg has.
    public let names: Set<String>

    /// - Parameter helpers: see `helperDirectory(of:)`.
    public init(in helpers: FilePath) throws(BuildError) {
        let file = helpers.appending("sage-dist-helpers")
        let text = try platform { () throws(PlatformError) in try readTextIfPresent(file) }
        guard let text else { throw .noHelpers(helpers) }
        names = Set(
            text.split(separator: "\n").compactMap { line in
                line.hasPrefix("sdh_") && line.hasSuffix("() {") ? String(line.dropLast(4)) : nil
            })
    }

    /// Those that a recipe's scripts name and spkg hasn't: of a newer distribution, perhaps. Sorted.
    public func unknown(in recipe: Recipe) throws(BuildError) -> [String] {
        var unknown: Set<String> = []
        for script in RecipeScript.allCases {
            guard let path = recipe.path(of: script) else { continue }
            let bytes = try platform { () throws(PlatformError) in try readFile(path) }
            let text = String(decoding: bytes, as: UTF8.self)
            // Those that the script has itself are none of ours.
            for line in text.split(separator: "\n")
            where !line.drop(while: \.isWhitespace).hasPrefix("#") {
                for word in line.split(whereSeparator: {
                    !($0.isLetter || $0.isNumber || $0 == "_")
                })
                where word.hasPrefix("sdh_") && !names.contains(String(word))
                    && !text.contains("\(word)()") && !text.contains("\(word) ()")
                {
                    unknown.insert(String(word))
                }
            }
        }
        return unknown.sorted()
    }
}
