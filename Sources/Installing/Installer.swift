internal import Building
internal import Distfiles
public import Recipes
internal import SystemPackage
internal import Trees

/// Installs packages from recipes, and uninstalls them. `Install.swift` has the order of work.
public struct Installer: Sendable {
    public let settings: Settings
    public let recipes: RecipeCollection
    let reporting: Reporting
    let system: SystemPackages
    let pip: PipConfiguration

    public init(settings: Settings, reporting: Reporting) throws {
        self.settings = settings
        self.reporting = reporting
        recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        pip = PipConfiguration(environment: settings.environment)
        system = try SystemPackages(of: settings)
    }

    /// The tree that a recipe's package lives in.
    func tree(of recipe: Recipe) throws -> Tree {
        if let only = settings.onlyTree { return only }
        let variable = recipe.trees.first ?? .local
        guard let tree = try settings.tree(variable.rawValue) else {
            throw InstallError.noTree(recipe: recipe.name, variable: variable.rawValue)
        }
        return tree
    }

    /// The log of a package, `NAME-VERSION`.
    func openLog(of package: String) throws -> BuildLog {
        try BuildLog(of: package, in: settings.logs, callersLog: settings.callersLog)
    }

    func buildPlace(of recipe: Recipe, in tree: Tree) throws -> BuildPlace {
        BuildPlace(
            package: recipe.nameAndVersion,
            directory: try settings.builds(of: tree).appending(recipe.nameAndVersion),
            helpers: settings.helpers, root: settings.root,
            local: settings.local.root, venv: settings.venv.root)
    }
}
