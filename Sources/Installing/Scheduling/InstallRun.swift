internal import Building
internal import Recipes
internal import Trees

/// One run of `spkg install` or `spkg upgrade`: what is to be done for some packages, and doing it.
struct InstallRun {
    let workspace: Workspace
    let options: InstallOptions

    init(_ workspace: Workspace, _ options: InstallOptions) {
        self.workspace = workspace
        self.options = options
    }

    /// What is to be done for packages and, unless the options say otherwise, for their dependencies.
    /// Those that are done already are reported.
    func plan(_ names: [RecipeName]) throws -> InstallPlan {
        if options.bringsDependencies {
            let graph = try DependencyGraph(below: names, in: workspace.recipes)
            let order = try graph.order(of: names, provided: provided())
            return try plan(order, requested: Set(names), graph)
        }
        var seen: Set<RecipeName> = []
        let order = names.filter { seen.insert($0).inserted }
        return try plan(order, requested: seen, nil)
    }

    /// The same for the dependencies alone.
    func plan(dependenciesOf names: [RecipeName]) throws -> InstallPlan {
        let graph = try DependencyGraph(below: names, in: workspace.recipes)
        let order = try graph.order(of: names, provided: provided())
            .filter { !names.contains($0) }
        return try plan(order, requested: [], graph)
    }

    /// What is to be done for installed packages and their dependencies, so that they are as their
    /// recipes say. None counts as requested: whether it was, its record knows.
    ///
    /// - Parameter names: empty for everything that is installed and has a recipe.
    /// - Throws: `InstallError.notInstalled`.
    func plan(upgrading names: [RecipeName]) throws -> InstallPlan {
        let installed = Set(
            try workspace.settings.allTrees.flatMap { try $0.recordFiles() }.map(\.package))
        for name in names where !installed.contains(name.text) {
            if try workspace.recipes.recipe(name).source != .pip {
                throw InstallError.notInstalled(name.text)
            }
        }
        let all = names.isEmpty ? try installed.sorted().compactMap(upgradable) : names
        let graph = try DependencyGraph(workspace.recipes)
        let order = try graph.order(of: all, provided: provided())
        return try plan(order, requested: [], graph, installed: installed)
    }

    /// - Returns: nil for a package that has no recipe any more, or one of what can't be installed.
    private func upgradable(_ package: String) throws -> RecipeName? {
        guard let name = RecipeName(valid: package),
            let recipe = try workspace.recipes.recipeIfPresent(name), recipe.source != .none
        else { return nil }
        return name
    }

    private func provided() throws -> Set<RecipeName> {
        try workspace.system.provided(in: workspace.recipes)
    }

    /// - Parameters:
    ///   - order: each after its dependencies.
    ///   - graph: nil where dependencies are not to be looked at: then each waits for the one before.
    ///   - installed: packages that were allowed once, experimental or not.
    private func plan(
        _ order: [RecipeName], requested: Set<RecipeName>, _ graph: DependencyGraph?,
        installed: Set<String> = []
    ) throws -> InstallPlan {
        let order = try order.map { try graph?[$0] ?? workspace.recipes.recipe($0) }
        var statuses = InstallStatuses(workspace, isSteady: true)
        var included: Set<RecipeName> = []
        for recipe in order {
            let isRequested = requested.contains(recipe.name)
            let isSystems = try workspace.system.contains(recipe)
            // A named pip package, and what was built by hand, are never taken for done.
            let isForced =
                options.extent != .everything || isRequested && recipe.source == .pip
                || options.isForced(isRequested)
            if try !isSystems && (isForced || !statuses.isDone(recipe)) {
                var options = options
                if installed.contains(recipe.name.text) { options.allowsExperimental = true }
                try PackageInstall.refuseUninstallable(recipe, options)
                included.insert(recipe.name)
            } else if isRequested {
                workspace.reporting.event(
                    .finished(
                        package: recipe.nameAndVersion, isSystems ? .system : .alreadyInstalled))
            }
        }
        if options.extent == .everything, order.count > 1 {
            try PythonSupport(workspace).require(of: order.filter { included.contains($0.name) })
        }
        let before = Dictionary(
            uniqueKeysWithValues: zip(order.dropFirst().map(\.name), order.map(\.name)))
        let logs = workspace.settings.logs
        return InstallPlan(
            order, including: included, requested: requested,
            times: included.count > 1 ? BuildTimes(in: logs) : BuildTimes()
        ) { recipe in
            guard let graph else { return before[recipe.name].map { [$0] } ?? [] }
            return graph.dependencies(of: recipe.name, DependencyKind.needed.union([.optional]))
        }
    }

    func run(_ plan: InstallPlan) async throws {
        if plan.steps.isEmpty { return }
        let settings = workspace.settings
        // One for all builds of this process: it names a descriptor of ours.
        let jobserver = try Jobserver(joining: settings.environment)
        var options = options
        if options.extent != .build {
            options.yielding = OutdatedPackages(Set(plan.steps.map(\.recipe.name.text)))
        }
        let scheduler = Scheduler(
            plan: plan, tokens: try JobTokens(of: jobserver),
            // What another user's rights are asked for may ask for a password.
            limit: settings.sudo.isEmpty ? options.jobs ?? .max : 1,
            keepsGoing: options.keepsGoing, memory: MemoryReserve(bytes: settings.memoryReserve),
            event: workspace.reporting.event)
        let install = PackageInstall(workspace, jobserver: jobserver, options)
        let runs = RunLog(settings)
        try await scheduler.run { step in
            try await runs.noting(step.package) {
                try await install.run(step.recipe, isRequested: step.isRequested)
            }
        }
    }
}
