internal import Building
internal import Changes
internal import Locks
internal import Platform
public import Recipes
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// Those packages that are not as their recipes say; the others are reported as done.
    ///
    /// Reads few files and starts nothing: this is all that happens in most calls.
    public func missing(_ names: [RecipeName]) throws -> [RecipeName] {
        try names.filter { name in
            let recipe = try recipes.recipe(name)
            let isDone = try currency(of: recipe).isCurrent
            if isDone { reportDone(recipe) }
            return !isDone
        }
    }

    /// Brings packages, and all that they need, to what their recipes say.
    ///
    /// The first failure ends it; packages installed before it stay, each whole.
    public func install(_ names: [RecipeName]) async throws {
        let graph = try DependencyGraph(recipes)
        // One for all builds of this process: it names a descriptor of ours.
        let jobserver = try Jobserver(joining: settings.environment)
        for name in try graph.order(of: names) {
            try await install(graph[name]!, isAsked: names.contains(name), jobserver)
        }
    }

    /// The order of an install. The tree is touched by the last step alone.
    private func install(_ recipe: Recipe, isAsked: Bool, _ jobserver: Jobserver) async throws {
        if try currency(of: recipe).isCurrent {
            if isAsked { reportDone(recipe) }
            return
        }
        try refuseUninstallable(recipe)
        let start = ContinuousClock.now
        let tree = try tree(of: recipe)
        let interpreter = try makeTree(tree)

        let building = try lockBuild(of: recipe, in: tree)
        defer { _ = building }
        // Whoever held that lock may have built just this.
        let currency = try currency(of: recipe)
        if currency.isCurrent {
            if isAsked { reportDone(recipe) }
            return
        }
        let log = try BuildLog(of: recipe.nameAndVersion, in: settings.logs)
        let place = buildPlace(of: recipe, in: tree)
        let wheel = try await bringWheel(of: recipe, at: place, interpreter, jobserver, log)

        reporting.event(.phase(package: recipe.nameAndVersion, .installing))
        try put(wheel, of: recipe, currency.fingerprint, isAsked: isAsked, interpreter, into: tree)

        try log.noteTime()
        if !settings.keepsBuilds { try removeTree(place.directory) }
        reporting.event(
            .finished(
                package: recipe.nameAndVersion, .installed(took: ContinuousClock.now - start)))
    }

    /// Makes the tree a virtual environment if it is none yet. Nothing here replaces anything, so
    /// several processes may do it at once.
    private func makeTree(_ tree: Tree) throws -> Interpreter {
        let interpreter = try interpreter(of: tree)
        if try status(tree.path("pyvenv.cfg")) == nil {
            try makeVirtualEnvironment(at: tree.root, of: interpreter)
        }
        return interpreter
    }

    private func lockBuild(of recipe: Recipe, in tree: Tree) throws -> HeldLock {
        try Lock(tree.packageLock(recipe.name.text)).take(timeout: settings.lockTimeout) {
            reporting.event(.waiting($0))
        }
    }

    private func reportDone(_ recipe: Recipe) {
        reporting.event(
            .finished(
                package: recipe.nameAndVersion,
                isProvidedBySystem(recipe) ? .system : .alreadyInstalled))
    }

    private func refuseUninstallable(_ recipe: Recipe) throws {
        if recipe.source == .none {
            let debian = try recipe.systemPackages(for: "debian") ?? []
            throw InstallError.systemPackage(
                recipe: recipe.name,
                advice: debian.isEmpty
                    ? [] : ["on Debian: apt-get install \(debian.joined(separator: " "))"])
        }
        if recipe.form(of: .install) != nil || recipe.source == .script || recipe.source == .pip {
            throw InstallError.notInstallable(
                recipe: recipe.name, reason: "recipes with install scripts are not supported yet")
        }
        if recipe.distribution == nil {
            throw InstallError.notInstallable(
                recipe: recipe.name,
                reason: "it has no install script, and no version_requirements.txt that says which "
                    + "Python distribution it is")
        }
    }
}
