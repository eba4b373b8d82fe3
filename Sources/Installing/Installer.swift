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
        var statuses = InstallStatuses(workspace, isSteady: true)
        return try names.filter { name in
            let recipe = try recipes.recipe(name)
            // Whether what is there still fits the requirements, pip alone can tell.
            let isDone = try recipe.source != .pip && statuses.isDone(recipe)
            if isDone {
                if recovering { try noteRequested(recipe, statuses.of(recipe)) }
                try reportDone(recipe)
            }
            return !isDone
        }
    }

    /// Installs packages and their dependencies as their recipes say, those side by side that don't
    /// depend on each other.
    ///
    /// After a failure nothing more is begun, unless the options say so; what was installed stays, each
    /// package whole.
    ///
    /// - Throws: `FailedInstall`, or the error of the only package.
    public func install(_ names: [RecipeName], _ options: InstallOptions = InstallOptions())
        async throws
    {
        try prepareTrees()
        let run = InstallRun(workspace, options)
        try await run.run(run.plan(names))
    }

    /// Installs what packages need, and not themselves.
    public func installDependencies(of names: [RecipeName], _ options: InstallOptions) async throws
    {
        try prepareTrees()
        let run = InstallRun(workspace, options)
        try await run.run(run.plan(dependenciesOf: names))
    }

    /// Installs installed packages again, and their dependencies, where they are not as their recipes
    /// say.
    ///
    /// - Parameter names: empty for all.
    /// - Throws: `InstallError.notInstalled`, and what `install` throws.
    /// - Returns: whether there was anything to do.
    public func upgrade(_ names: [RecipeName], _ options: InstallOptions) async throws -> Bool {
        try prepareTrees()
        let run = InstallRun(workspace, options)
        let plan = try run.plan(upgrading: names)
        try await run.run(plan)
        return !plan.steps.isEmpty
    }

    /// What `install` would do, in an order in which it could be done. Changes nothing.
    ///
    /// - Throws: what `install` would refuse before it begins.
    public func planned(_ names: [RecipeName], _ options: InstallOptions) throws
        -> [PlannedPackage]
    {
        let run = InstallRun(workspace, options)
        return try run.planned(run.plan(names))
    }

    /// The same of `upgrade`.
    public func plannedUpgrade(_ names: [RecipeName], _ options: InstallOptions) throws
        -> [PlannedPackage]
    {
        let run = InstallRun(workspace, options)
        return try run.planned(run.plan(upgrading: names))
    }

    /// Installs packages again from their stored wheels, without building; what isn't from a wheel, and
    /// their records, stay as they are.
    ///
    /// - Throws: before anything is changed: `InstallError.notInstalled`, `.noWheelToReinstall`,
    ///   `.wheelGone`.
    public func reinstall(_ names: [RecipeName]) throws {
        try prepareTrees()
        for package in try reinstallations(of: names) { try package.run() }
    }

    /// What `reinstall` would do. Changes nothing.
    public func plannedReinstall(_ names: [RecipeName]) throws -> [PlannedPackage] {
        try reinstallations(of: names).map { try $0.planned() }
    }

    private func reinstallations(of names: [RecipeName]) throws -> [Reinstallation] {
        try names.map { try Reinstallation(of: $0.text, workspace) }
    }

    private func prepareTrees() throws {
        let trees = TreePreparation(workspace)
        try trees.prepareTrees()
        for tree in settings.allTrees { try trees.refuseMoved(tree) }
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
