public import Building
internal import Distfiles
internal import Locks
internal import Platform
public import Recipes
internal import SystemPackage
internal import Trees

/// Installs packages from recipes, and uninstalls them. What happens to one package: `Install.swift`.
public struct Installer: Sendable {
    public var settings: Settings { workspace.settings }
    public var recipes: RecipeCollection { workspace.recipes }
    let workspace: Workspace

    public init(settings: Settings, reporting: Reporting) throws {
        workspace = try Workspace(settings: settings, reporting: reporting)
    }

    // MARK: Installing

    /// Those packages that are not as their recipes say; the others are reported as done.
    ///
    /// Reads few files and starts nothing: this is all that happens in most calls.
    ///
    /// - Parameter recovering: false to leave alone what a killed command left open, and a tree that
    ///   lost its interpreter.
    public func missing(_ names: [RecipeName], recovering: Bool = true) throws -> [RecipeName] {
        if recovering { try TreePreparation(workspace).prepareTrees() }
        var statuses = InstallStatuses(workspace)
        return try names.filter { name in
            let recipe = try recipes.recipe(name)
            // Whether what is there still fits the requirements, pip alone can tell.
            let isDone = try recipe.source != .pip && statuses.isDone(recipe)
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
        let trees = TreePreparation(workspace)
        try trees.prepareTrees()
        for tree in settings.allTrees { try trees.refuseMoved(tree) }
        // One for all builds of this process: it names a descriptor of ours.
        let jobserver = try Jobserver(joining: settings.environment)
        var order = try names.map { try recipes.recipe($0) }
        if options.bringsDependencies {
            let graph = try DependencyGraph(recipes)
            let provided = try workspace.system.provided(in: recipes)
            order = try graph.order(of: names, provided: provided).map { graph[$0]! }
        }
        var statuses = InstallStatuses(workspace)
        let outdated = Set(try order.filter { try !statuses.isDone($0) }.map(\.name))
        if options.extent == .everything, order.count > 1 {
            try PythonSupport(workspace).require(of: order.filter { outdated.contains($0.name) })
        }
        for (index, recipe) in order.enumerated() {
            let isRequested = names.contains(recipe.name)
            // A named pip package, and what was built by hand, are never taken for done.
            let isForced =
                options.extent != .everything || isRequested && recipe.source == .pip
            guard
                try isForced && !workspace.system.contains(recipe)
                    || outdated.contains(recipe.name)
            else {
                if isRequested { try reportDone(recipe) }
                continue
            }
            var options = options
            let later = order[(index + 1)...].map(\.name)
            options.yielding = yielding(outdated, later, names, options)
            let install = PackageInstall(workspace, jobserver: jobserver, options)
            try await install.run(recipe, isRequested: isRequested)
        }
    }

    /// Packages that come later in this run: until then, files that move from them to another package
    /// are in that one's way.
    private func yielding(
        _ outdated: Set<RecipeName>, _ later: [RecipeName], _ requested: [RecipeName],
        _ options: InstallOptions
    ) -> Set<String> {
        switch options.extent {
        case .build: []
        case .everything: Set(later.filter(outdated.contains).map(\.text))
        case .installBuilt:
            Set(later.filter { outdated.contains($0) || requested.contains($0) }.map(\.text))
        }
    }

    /// Installs what packages need, and not themselves.
    public func installDependencies(of names: [RecipeName], _ options: InstallOptions) async throws
    {
        let provided = try workspace.system.provided(in: recipes)
        let order = try DependencyGraph(recipes).order(of: names, provided: provided)
            .filter { !names.contains($0) }
        var options = options
        options.bringsDependencies = false
        if !order.isEmpty { try await install(order, options) }
    }

    /// Downloads the archives of packages to `upstream/`, and does nothing else.
    public func download(_ names: [RecipeName]) async throws {
        for name in names {
            let recipe = try recipes.recipe(name)
            if recipe.archives.isEmpty {
                throw InstallError.notInstallable(
                    recipe: name, reason: "it has no archive to download")
            }
            let interpreter = try workspace.interpreter(of: settings.venv)
            workspace.reporting.event(.phase(package: recipe.nameAndVersion, .fetching))
            let archive = try await ArchiveFetch(workspace).fetch(for: recipe, interpreter)
            workspace.reporting.event(
                .finished(package: recipe.nameAndVersion, .downloaded(archive.file.path)))
        }
    }

    /// Removes what builds left.
    public func removeBuilds(of names: [RecipeName]) throws {
        for name in names {
            let recipe = try recipes.recipe(name)
            let tree = try workspace.tree(of: recipe)
            let lock = try workspace.lockPackage(name.text, in: tree)
            defer { _ = lock }
            let place = try workspace.buildPlace(of: recipe.nameAndVersion, in: tree)
            try SudoCommands(workspace).removeBuild(
                place.directory, of: recipe.nameAndVersion, in: tree)
        }
    }

    private func reportDone(_ recipe: Recipe) throws {
        let isSystems = try workspace.system.contains(recipe)
        workspace.reporting.event(
            .finished(
                package: recipe.nameAndVersion, isSystems ? .system : .alreadyInstalled))
    }

    // MARK: Others

    /// Runs the tests of installed packages again and notes the results in their records.
    ///
    /// - Throws: for the first that fails, unless its policy is to warn; its result is noted too.
    public func check(_ names: [RecipeName]) async throws {
        try TreePreparation(workspace).settleTrees()
        let jobserver = try Jobserver(joining: settings.environment)
        for name in names {
            try await InstalledTests(workspace, jobserver).run(recipes.recipe(name))
        }
    }

    /// Removes packages: files, wheel, pages and record. One that isn't installed is no failure.
    ///
    /// - Parameter keepsFiles: only forget the package: its record, wheel, pages and scripts go.
    public func uninstall(_ names: [RecipeName], keepsFiles: Bool = false) async throws {
        try await Uninstaller(workspace).uninstall(names, keepsFiles: keepsFiles)
    }

    /// Those packages that are there to be removed. Changes nothing, not what is open either.
    public func installed(_ names: [RecipeName]) throws -> [RecipeName] {
        try names.filter { try Uninstaller(workspace).isInstalled($0) }
    }

    /// Finishes or drops what killed commands left open, in every tree.
    public func recoverTrees() throws {
        let recovery = SudoCommands(workspace)
        for tree in Set(settings.allTrees)
        where try status(tree.path("var")) != nil {
            try recovery.recover(tree)
        }
    }

    /// What `spkg shell` starts.
    ///
    /// - Throws: `InstallError.noBuildDirectory` when no build has left one.
    public func shell(for recipe: Recipe) throws -> BuildShell {
        try BuildShell(for: recipe, in: workspace)
    }

    /// Names that are in use now, `python3` left out, sorted.
    public var systemPackages: [String] { workspace.system.names }

    /// Looks for packages on the system and, if all are there, adds them to the tree's list.
    ///
    /// - Parameter trusted: don't look; the caller knows.
    /// - Throws: `InstallError.notOnSystem` for those that are not found; the list is as it was.
    public func addSystemPackages(_ names: [RecipeName], trusted: Bool) throws -> [SystemFinding] {
        try SystemSearch(workspace).add(names, trusted: trusted)
    }
}
