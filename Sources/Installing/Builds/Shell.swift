internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

extension BuildShell {
    /// A shell in the directory that a recipe's build has left, with the variables of its scripts.
    ///
    /// - Throws: `InstallError.noBuildDirectory` when no build has left one.
    init(for recipe: Recipe, in workspace: Workspace) throws {
        let settings = workspace.settings
        let tree = try workspace.tree(of: recipe)
        let place = try workspace.buildPlace(of: recipe.nameAndVersion, in: tree)
        guard try status(place.directory) != nil else {
            throw InstallError.noBuildDirectory(recipe: recipe.name, place.directory)
        }
        let hasSource = try status(place.source) != nil
        if recipe.form(of: .install) != nil {
            let scripts = try RecipeScripts(of: recipe, in: tree, workspace)
            self.init(
                in: place, variables: scripts.variables, inherited: settings.environment,
                hasSource: hasSource, hasHelpers: true)
            return
        }
        let variables = BuildVariables(
            at: place, inherited: settings.environment, for: .python,
            usingEnvironment: try status(place.environment) != nil)
        self.init(
            in: place, variables: variables, inherited: settings.environment, hasSource: hasSource)
    }
}
