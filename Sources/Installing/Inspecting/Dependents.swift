internal import Recipes
internal import Trees

/// Who needs a package that is to be removed.
struct Dependents {
    private let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Installed packages that need one of `names` when they are used, by what their recipes say, and
    /// are not themselves among `names`. Reads the recipes of what is installed, and no others.
    ///
    /// - Returns: for each of `names` that is needed, who needs it, sorted.
    func of(_ names: [RecipeName]) throws -> [RecipeName: [RecipeName]] {
        let names = Set(names)
        let installed = Set(
            try workspace.settings.allTrees.flatMap { try $0.recordFiles() }
                .compactMap { RecipeName(valid: $0.package) })
        // Clean targets mostly name what is gone already.
        if installed.isDisjoint(with: names) { return [:] }
        var named = NamedRecipes(in: workspace.recipes)
        var dependents: [RecipeName: [RecipeName]] = [:]
        let others = workspace.recipes
            .recipes(installed.subtracting(names).sorted(), mayNeed: names)
        for other in others {
            // Whoever asks removes something else: a recipe that is broken or gone is not in the way.
            guard let recipe = try? workspace.recipes.recipeIfPresent(other),
                let needed = try? named.names(recipe.dependencies.runtime)
            else { continue }
            for name in Set(needed).intersection(names) {
                dependents[name, default: []].append(other)
            }
        }
        return dependents
    }
}
