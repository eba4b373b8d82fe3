internal import Recipes

/// Which recipes the words of `dependencies` and of templates stand for, variables expanded.
struct NamedRecipes {
    let recipes: RecipeCollection
    /// Read when the first word asks for it: most recipes don't.
    private var urls: PackageURLs?

    init(in recipes: RecipeCollection) { self.recipes = recipes }

    mutating func names(_ tokens: [DependencyToken]) throws(RecipeError) -> [RecipeName] {
        var names: [RecipeName] = []
        for token in tokens {
            switch token {
            case .recipe(let name), .record(let name): names.append(name)
            case .variable(let name): names += GraphVariables.standard.values[name] ?? []
            case .package(let url):
                if urls == nil { urls = try PackageURLs(of: recipes.read().recipes) }
                if let name = urls?[url] { names.append(name) }
            default: break
            }
        }
        return names
    }
}
