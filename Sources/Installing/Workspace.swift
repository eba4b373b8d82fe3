internal import Building
internal import Distfiles
internal import Locks
internal import Recipes
internal import SystemPackage
internal import Trees

/// A distribution, and how this command works on it: what all steps need to know and none changes.
struct Workspace: Sendable {
    let settings: Settings
    let recipes: RecipeCollection
    let reporting: Reporting
    /// What the system provides.
    let system: SystemPackages
    let pip: PipConfiguration
    /// Of the packages of this run.
    let commits = CommitQueue()

    init(settings: Settings, reporting: Reporting) throws {
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

    /// The interpreter of the tree's virtual environment, or, while there is none, the one that it
    /// will be made of.
    func interpreter(of tree: Tree) throws -> Interpreter {
        try treeInterpreter(of: tree).interpreter()
    }

    func treeInterpreter(of tree: Tree) -> TreeInterpreter {
        TreeInterpreter(of: tree, settings.trees, python: settings.python)
    }

    /// The log of a package, `NAME-VERSION`.
    func openLog(of package: String) throws -> BuildLog {
        try BuildLog(of: package, in: settings.logs, callersLog: settings.callersLog)
    }

    /// - Parameter package: `NAME-VERSION`.
    func buildPlace(of package: String, in tree: Tree) throws -> BuildPlace {
        BuildPlace(
            package: package, directory: try settings.builds(of: tree).appending(package),
            helpers: settings.helpers, root: settings.root,
            local: settings.local.root, venv: settings.venv.root)
    }

    /// Held by the process that builds, installs or uninstalls a package in a tree.
    func packageLock(_ package: String, in tree: Tree) throws -> Lock {
        // Only the tree's owner can write there.
        Lock(
            settings.sudo.isEmpty
                ? tree.packageLock(package)
                : try settings.builds(of: tree).appending(".\(package).lock"))
    }

    /// Waits until no other process builds, installs or uninstalls a package in a tree.
    func lockPackage(_ package: String, in tree: Tree) throws -> HeldLock {
        _ = try settings.makeBuilds(of: tree)
        return try packageLock(package, in: tree)
            .take(timeout: settings.lockTimeout) { reporting.event(.waiting($0)) }
    }

    /// The same; the wait stands in no other task's way, and ends when the task is cancelled.
    func holdPackage(_ package: String, in tree: Tree) async throws -> PackageLock {
        _ = try settings.makeBuilds(of: tree)
        let event = reporting.event
        return try await PackageLock.take(
            packageLock(package, in: tree), timeout: settings.lockTimeout
        ) { event(.waiting($0)) }
    }

    /// What recipes' scripts call.
    var scriptHost: ScriptHost {
        ScriptHost(
            program: settings.program, distfiles: settings.distfiles, logs: settings.logs)
    }

    func note(_ package: String, _ text: String) {
        reporting.event(.note(package: package, text))
    }
}
