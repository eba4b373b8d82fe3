/// Recipes by their package URLs, as templates of source trees name them.
public struct PackageURLs: Sendable {
    private var names: [String: RecipeName] = [:]

    /// - Parameter recipes: of several with the same URL, the first counts.
    public init(of recipes: [Recipe]) throws(RecipeError) {
        for recipe in recipes {
            let url = try recipe.packageURL()
            if names[url] == nil { names[url] = recipe.name }
        }
    }

    /// The recipe that has a URL; nil when there is none: not all that a source tree names has a
    /// recipe.
    public subscript(_ url: String) -> RecipeName? { names[url] }
}
