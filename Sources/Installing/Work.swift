internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// One package being built and installed: what every step of it needs to know.
struct Work: Sendable {
    let recipe: Recipe
    let tree: Tree
    let place: BuildPlace
    let interpreter: Interpreter
    let jobserver: Jobserver
    let log: BuildLog
    /// What goes into the record; see `Fingerprint`.
    let fingerprint: String
    /// Named by the caller, and not only needed by something that was.
    let isAsked: Bool
    let options: InstallOptions

    /// `NAME-VERSION`, as messages name it.
    var package: String { recipe.nameAndVersion }

    var hasScripts: Bool { RecipeScript.allCases.contains { recipe.form(of: $0) != nil } }

    /// Whether a script makes the package; otherwise it is a wheel, given or built by PEP 517.
    var isScripted: Bool { recipe.form(of: .install) != nil }
}
