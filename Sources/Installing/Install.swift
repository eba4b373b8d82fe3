internal import Building
internal import Changes
internal import Locks
internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// Those packages that are not as their recipes say; the others are reported as done.
    ///
    /// Reads few files and starts nothing: this is all that happens in most calls.
    ///
    /// - Parameter recovering: false to leave alone what a killed command left open, and a tree that
    ///   lost its interpreter.
    public func missing(_ names: [RecipeName], recovering: Bool = true) throws -> [RecipeName] {
        if recovering {
            for tree in settings.allTrees { try settle(tree) }
            try repairLostInterpreter()
        }
        return try names.filter { name in
            let recipe = try recipes.recipe(name)
            // Whether what is there still fits the requirements, pip alone can tell.
            let isDone =
                try recipe.source != .pip && currency(of: recipe).isCurrent
                && treesLeft(by: recipe).isEmpty
            if isDone { try reportDone(recipe) }
            return !isDone
        }
    }

    /// Brings packages, and all that they need, to what their recipes say.
    ///
    /// The first failure ends it; packages installed before it stay, each whole.
    public func install(_ names: [RecipeName], _ options: InstallOptions = InstallOptions())
        async throws
    {
        for tree in settings.allTrees { try settle(tree) }
        try repairLostInterpreter()
        for tree in settings.allTrees { try refuseMoved(tree) }
        // One for all builds of this process: it names a descriptor of ours.
        let jobserver = try Jobserver(joining: settings.environment)
        var order = try names.map { try recipes.recipe($0) }
        if options.bringsDependencies {
            let graph = try DependencyGraph(recipes)
            order = try graph.order(of: names, provided: providedBySystem()).map { graph[$0]! }
        }
        let outdated = order.count > 1 ? try namesOfOutdated(order, names, options) : []
        for (index, recipe) in order.enumerated() {
            var options = options
            options.yielding = outdated.intersection(order[(index + 1)...].map(\.name.text))
            try await install(recipe, isAsked: names.contains(recipe.name), options, jobserver)
        }
    }

    /// Packages that an install will build again: until then, files that move from them to another
    /// package are in that one's way.
    private func namesOfOutdated(
        _ order: [Recipe], _ asked: [RecipeName], _ options: InstallOptions
    ) throws -> Set<String> {
        if options.extent == .build { return [] }
        var found = Set(try outdated(order).map(\.name.text))
        if options.extent == .installBuilt { found.formUnion(asked.map(\.text)) }
        return found
    }

    /// Brings what packages need, and not themselves.
    public func installDependencies(of names: [RecipeName], _ options: InstallOptions) async throws
    {
        let order = try DependencyGraph(recipes).order(of: names, provided: providedBySystem())
            .filter { !names.contains($0) }
        var options = options
        options.bringsDependencies = false
        if !order.isEmpty { try await install(order, options) }
    }

    /// Removes what builds left.
    public func removeBuilds(of names: [RecipeName]) throws {
        for name in names {
            let recipe = try recipes.recipe(name)
            let tree = try tree(of: recipe)
            try removeBuild(of: recipe, in: tree)
        }
    }

    private func removeBuild(of recipe: Recipe, in tree: Tree) throws {
        let building = try lockBuild(of: recipe.name.text, in: tree)
        defer { _ = building }
        try removeBuild(
            buildPlace(of: recipe, in: tree).directory, of: recipe.nameAndVersion, in: tree)
    }

    private func install(
        _ recipe: Recipe, isAsked: Bool, _ options: InstallOptions, _ jobserver: Jobserver
    ) async throws {
        if try isProvidedBySystem(recipe) {
            if isAsked { try reportDone(recipe) }
            return
        }
        try refuseUninstallable(recipe, options)
        if recipe.source == .pip {
            // A recipe of this source has no record: what is there is pip's business.
            if try isAsked || !isInstalledByPip(recipe) { try installByPip(recipe) }
        } else {
            try await installFromRecipe(recipe, isAsked: isAsked, options, jobserver)
        }
    }

    /// The order of an install. The tree is touched by the last step alone.
    private func installFromRecipe(
        _ recipe: Recipe, isAsked: Bool, _ options: InstallOptions, _ jobserver: Jobserver
    ) async throws {
        let isForced = options.extent != .everything
        if try !isForced && currency(of: recipe).isCurrent && treesLeft(by: recipe).isEmpty {
            if isAsked { try reportDone(recipe) }
            return
        }
        let start = ContinuousClock.now
        let tree = try tree(of: recipe)
        let interpreter = try makeTree(tree)

        let building = try lockBuild(of: recipe.name.text, in: tree)
        defer { _ = building }
        // Whoever held that lock may have built just this.
        let currency = try currency(of: recipe)
        if currency.isCurrent && !isForced {
            try leaveOtherTrees(recipe)
            if isAsked { try reportDone(recipe) }
            return
        }
        // Before hours of building.
        if let distribution = recipe.distribution.flatMap({ try? DistributionName($0.name) }) {
            _ = try predecessors(
                of: recipe.name, installing: [distribution], storing: [], in: tree,
                RecordCache(of: tree))
        }
        let work = Work(
            recipe: recipe, tree: tree, place: try buildPlace(of: recipe, in: tree),
            interpreter: interpreter, jobserver: jobserver,
            log: try openLog(of: recipe.nameAndVersion),
            fingerprint: currency.fingerprint, isAsked: isAsked, options: options)

        if options.extent != .installBuilt { try await build(work) }
        let product = try collect(work)
        if options.extent == .build {
            reporting.event(.finished(package: work.package, .built(work.place.directory)))
            return
        }
        reporting.event(.phase(package: work.package, .installing))
        try await put(product, work)
        try leaveOtherTrees(recipe)

        do { try tidy(work) } catch {
            // What the caller asked for is done: not a failure.
            reporting.event(.note(package: work.package, "warning: it is installed, but \(error)"))
        }
        reporting.event(
            .finished(package: work.package, .installed(took: ContinuousClock.now - start)))
    }

    private func tidy(_ work: Work) throws {
        try work.log.noteTime()
        if settings.keepsBuilds || work.options.keepsBuild { return }
        try removeBuild(work.place.directory, of: work.package, in: work.tree)
    }

    /// Waits until nobody else builds, installs or uninstalls a package in a tree.
    func lockBuild(of package: String, in tree: Tree) throws -> HeldLock {
        _ = try settings.makeBuilds(of: tree)
        return try lock(ofBuilding: package, in: tree)
            .take(timeout: settings.lockTimeout) { reporting.event(.waiting($0)) }
    }

    /// Held by whoever builds, installs or uninstalls a package.
    func lock(ofBuilding package: String, in tree: Tree) throws -> Lock {
        // Who is not the tree's owner can't write there.
        Lock(
            settings.sudo.isEmpty
                ? tree.packageLock(package)
                : try settings.builds(of: tree).appending(".\(package).lock"))
    }

    private func reportDone(_ recipe: Recipe) throws {
        try reporting.event(
            .finished(
                package: recipe.nameAndVersion,
                isProvidedBySystem(recipe) ? .system : .alreadyInstalled))
    }

    private func refuseUninstallable(_ recipe: Recipe, _ options: InstallOptions) throws {
        if recipe.source == .none {
            let debian = try recipe.systemPackages(for: "debian") ?? []
            throw InstallError.systemPackage(
                recipe: recipe.name,
                advice: debian.isEmpty
                    ? [] : ["on Debian: apt-get install \(debian.joined(separator: " "))"])
        }
        if recipe.type == .experimental, !options.allowsExperimental {
            throw InstallError.experimental(recipe: recipe.name)
        }
        if recipe.form(of: .install) == nil, recipe.distribution == nil, recipe.source != .pip {
            throw InstallError.notInstallable(
                recipe: recipe.name,
                reason: "it has no install script, and no version_requirements.txt that says which "
                    + "Python distribution it is")
        }
    }
}
