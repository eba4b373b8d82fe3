internal import Changes
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// Recipes whose packages the system provides: they satisfy dependencies, and are never built or
/// removed.
///
///     etc/spkg/system-packages.txt    in the tree: names, one or several a line; # begins a comment
///     SPKG_SYSTEM_PACKAGES            more of them, separated by blanks or commas
///
/// `python3` is one as long as the tree's interpreter comes from outside: as long as no package of
/// that name is installed.
struct SystemPackages: Sendable {
    static let place: FilePath = "etc/spkg/system-packages.txt"

    private let named: Set<String>
    private let tree: Tree

    init(of settings: Settings) throws(PlatformError) {
        tree = settings.local
        let listed = try readTextIfPresent(tree.path(Self.place)) ?? ""
        named = Set(Self.words(in: listed) + settings.namedSystemPackages)
    }

    func contains(_ recipe: Recipe) throws -> Bool {
        if named.contains(recipe.name.text) { return true }
        guard recipe.name.text == "python3" else { return false }
        return try tree.recordFiles(of: "python3").isEmpty
    }

    /// Of these recipes, the system's.
    func provided(in recipes: RecipeCollection) throws -> Set<RecipeName> {
        var provided = Set(named.compactMap { try? RecipeName($0) })
        if let python = try recipes.recipeIfPresent(RecipeName("python3")), try contains(python) {
            provided.insert(python.name)
        }
        return provided
    }

    /// Sorted.
    var names: [String] { named.sorted() }

    static func words(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }
}

extension Settings {
    /// The names of packages that the system provides, as far as they are named somewhere.
    public func systemPackages() throws -> Set<String> {
        Set(try SystemPackages(of: self).names)
    }
}
