internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// One package being built and installed, while its lock is held: what every step needs to know.
struct PackageJob: Sendable {
    let workspace: Workspace
    let recipe: Recipe
    let tree: Tree
    let place: BuildPlace
    let interpreter: Interpreter
    let jobserver: Jobserver
    let log: BuildLog
    /// What goes into the record; see `Fingerprint`.
    let fingerprint: String
    let inputs: [Fingerprint.Input]
    /// Named by the caller, and not only needed by something that was.
    let isRequested: Bool
    let options: InstallOptions

    var settings: Settings { workspace.settings }

    /// `NAME-VERSION`, as messages name it.
    var package: String { recipe.nameAndVersion }

    var hasScripts: Bool { RecipeScript.allCases.contains { recipe.form(of: $0) != nil } }

    /// Whether a script makes the package; otherwise it is a wheel, given or built by PEP 517.
    var isScripted: Bool { recipe.form(of: .install) != nil }

    /// Where the output of builds goes besides the log.
    var terminal: TerminalLines? { workspace.reporting.output(besides: log) }

    func note(_ text: String) { workspace.note(package, text) }

    func enter(_ phase: Reporting.Phase) {
        workspace.reporting.event(.phase(package: package, phase))
    }

    func finish(_ outcome: Reporting.Outcome) {
        workspace.reporting.event(.finished(package: package, outcome))
    }
}
