internal import Building
internal import Changes
internal import Locks
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees
internal import Wheels

/// Removes packages: files, wheel, pages and record.
struct Uninstaller {
    private let workspace: Workspace
    private var settings: Settings { workspace.settings }
    private var reporting: Reporting { workspace.reporting }
    private var recipes: RecipeCollection { workspace.recipes }

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// One that isn't installed is no failure.
    ///
    /// Works from what is installed; the recipe may be gone. Looks into every tree. The order around
    /// the change is that of build/recipes.md, 12: `spkg-prerm` may refuse, and `spkg-postrm` comes after.
    /// What others need is removed all the same, as clean targets rely on, and a warning names them.
    ///
    /// - Parameter keepsFiles: only forget the package: its record, wheel, pages and scripts go.
    func uninstall(_ names: [RecipeName], keepsFiles: Bool = false) async throws {
        let dependents = keepsFiles ? [:] : try Dependents(workspace).of(names)
        for name in names {
            // What the records tell needs no recipe: one that is broken is in nobody's way.
            let recipe = Result<Recipe?, any Error> { try recipes.recipeIfPresent(name) }
            var removed = false
            for tree in try treesToSearch(recipe) {
                if try await uninstall(name.text, from: tree, keepsFiles) { removed = true }
            }
            let isKnown = try removed || recipe.get() != nil
            if let recipe = try? recipe.get(), recipe.source == .pip {
                try PipInstaller(workspace).uninstall(recipe)
            } else if removed || !isKnown {
                // Clean targets ask for what may be gone already; only a name that nobody knows is
                // news.
                reporting.event(
                    .finished(package: name.text, removed ? .uninstalled : .notInstalled))
            }
            if removed, let others = dependents[name] {
                let text = "warning: still required by: "
                reporting.event(
                    .note(package: name.text, text + others.map(\.text).joined(separator: " ")))
            }
        }
    }

    /// Whether a package is there to be removed. Changes nothing, not what is open either.
    func isInstalled(_ name: RecipeName) throws -> Bool {
        let recipe = Result<Recipe?, any Error> { try recipes.recipeIfPresent(name) }
        for tree in try treesToSearch(recipe)
        where try tree.recordFiles().contains(where: { $0.package == name.text }) {
            return true
        }
        guard let recipe = try? recipe.get(), recipe.source == .pip else { return false }
        return try PipInstaller(workspace).isInstalled(recipe)
    }

    /// Every tree that this distribution has, and one that only the recipe names.
    private func treesToSearch(_ recipe: Result<Recipe?, any Error>) throws -> [Tree] {
        if let only = settings.onlyTree { return [only] }
        var trees = settings.allTrees
        if let recipe = try? recipe.get(), let own = try? workspace.tree(of: recipe),
            !trees.contains(own)
        {
            trees.append(own)
        }
        return trees
    }

    /// Waits until no other process builds, installs or uninstalls the package: each of its scripts runs
    /// once, and is of the version that is removed.
    ///
    /// - Returns: whether the package was there.
    private func uninstall(_ package: String, from tree: Tree, _ keepsFiles: Bool) async throws
        -> Bool
    {
        try SudoCommands(workspace).settle(tree)
        // A clean target that has nothing to do takes no lock.
        guard try tree.recordFiles().contains(where: { $0.package == package }) else {
            return false
        }
        let lock = try workspace.lockPackage(package, in: tree)
        defer { _ = lock }
        try SudoCommands(workspace).settle(tree)
        guard let newest = try tree.records(of: package).last else { return false }
        reporting.event(.phase(package: package, .uninstalling))
        try await uninstall(newest, from: tree, keepsFiles: keepsFiles)
        return true
    }

    private func uninstall(_ record: InstalledRecord, from tree: Tree, keepsFiles: Bool)
        async throws
    {
        let scripts = try SavedScripts(of: record, in: tree, workspace)
        let log = try workspace.openLog(of: record.fileName)
        let jobserver = try Jobserver(joining: settings.environment)
        if try !keepsFiles && scripts.has(.prerm) {
            do {
                try await scripts.run(
                    .prerm, sudo: settings.sudo, jobserver: jobserver, log: log,
                    terminal: reporting.output(besides: log))
            } catch {
                throw InstallError.removalRefused(package: record.name, error)
            }
        }
        try await runLegacyUninstall(of: record, in: tree, jobserver, log)
        // Its script goes with the other files: a copy is run.
        let last = try settings.makeBuilds(of: tree).appending(".postrm-\(record.fileName)")
        defer { try? removeTree(last) }
        let hasLast = try !keepsFiles && scripts.has(.postrm)
        if hasLast { try scripts.copy(.postrm, to: last) }

        var options = InstallOptions()
        options.keepsExisting = keepsFiles
        let transaction = try TreeTransaction(in: tree, label: record.name, workspace)
        let records = RecordCache(of: tree)
        try transaction.commit("uninstall \(record.name)", options) {
            try OwnedByPackage(record.name, sparing: records, in: tree)
        }
        guard hasLast else { return }
        var kept = scripts
        kept.folder = last
        do {
            try await kept.run(
                .postrm, sudo: settings.sudo, jobserver: jobserver, log: log,
                terminal: reporting.output(besides: log))
        } catch {
            reporting.event(.note(package: record.name, "warning: it is removed, but \(error)"))
        }
    }

    /// Packages of the old machinery without a usable record are removed by a script of their recipe.
    private func runLegacyUninstall(
        of record: InstalledRecord, in tree: Tree, _ jobserver: Jobserver, _ log: BuildLog
    ) async throws {
        guard record.files.isEmpty, record.distribution == nil, record.fingerprint == nil,
            let name = try? RecipeName(record.name),
            let recipe = try recipes.recipeIfPresent(name),
            recipe.form(of: .legacyUninstall) != nil
        else { return }
        let package = ScriptedPackage(recipe, in: tree)
        let place = try workspace.buildPlace(of: recipe.nameAndVersion, in: tree)
        let scripts = RecipeScripts(
            of: recipe, in: package, at: place,
            variables: try BuildVariables(
                forSavedScriptsOf: package, at: place, host: workspace.scriptHost,
                inherited: settings.environment))
        try await scripts.run(
            .legacyUninstall, sudo: settings.sudo, jobserver: jobserver, log: log,
            terminal: reporting.output(besides: log))
    }
}
