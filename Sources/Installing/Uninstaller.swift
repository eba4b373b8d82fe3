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
    /// Packages without such scripts leave a tree in one change: all of them, or none.
    ///
    /// - Parameter keepsFiles: only forget the package: its record, wheel, pages and scripts go.
    func uninstall(_ names: [RecipeName], keepsFiles: Bool = false) async throws {
        let dependents = keepsFiles ? [:] : try Dependents(workspace).of(names)
        var gone: Set<String> = []
        for (tree, packages) in try packagesByTree(names) {
            try await uninstall(packages, from: tree, keepsFiles, &gone)
        }
        for name in names {
            let removed = gone.contains(name.text)
            let recipe = recipe(of: name)
            let isKnown = try removed || recipe.get() != nil
            if let recipe = try? recipe.get(), recipe.source == .pip {
                try PipInstaller(workspace).uninstall(recipe)
            } else if !isKnown {
                // Clean targets ask for what may be gone already; only a name that nobody knows is
                // news.
                reporting.event(.finished(package: name.text, .notInstalled))
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
        let recipe = recipe(of: name)
        for tree in try treesToSearch(recipe)
        where try !tree.recordFiles(of: name.text).isEmpty {
            return true
        }
        guard let recipe = try? recipe.get(), recipe.source == .pip else { return false }
        return try PipInstaller(workspace).isInstalled(recipe)
    }

    /// What the records tell needs no recipe: one that is broken is in nobody's way.
    private func recipe(of name: RecipeName) -> Result<Recipe?, any Error> {
        Result { try recipes.recipeIfPresent(name) }
    }

    private func packagesByTree(_ names: [RecipeName]) throws
        -> [(tree: Tree, packages: [String])]
    {
        var found: [(tree: Tree, packages: [String])] = []
        for name in names {
            for tree in try treesToSearch(recipe(of: name)) {
                if let index = found.firstIndex(where: { $0.tree == tree }) {
                    found[index].packages.append(name.text)
                } else {
                    found.append((tree, [name.text]))
                }
            }
        }
        return found
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

    /// Waits until no other process builds, installs or uninstalls one of the packages: each of their
    /// scripts runs once, and is of the version that is removed.
    ///
    /// - Parameter gone: what was removed, from this tree or another one.
    private func uninstall(
        _ packages: [String], from tree: Tree, _ keepsFiles: Bool, _ gone: inout Set<String>
    ) async throws {
        try SudoCommands(workspace).settle(tree)
        // A clean target that has nothing to do takes no lock.
        let installed = Set(try tree.recordFiles().map(\.package)).intersection(packages)
        var locks: [PackageLock] = []
        // In the same order by every process: none waits for one that waits for it.
        for package in installed.sorted() {
            locks.append(try await workspace.holdPackage(package, in: tree))
        }
        defer { withExtendedLifetime(locks) {} }
        if !installed.isEmpty { try SudoCommands(workspace).settle(tree) }
        func report(_ packages: [String]) {
            for package in packages where gone.insert(package).inserted {
                reporting.event(.finished(package: package, .uninstalled))
            }
        }
        var together: [InstalledRecord] = []
        for package in packages where installed.contains(package) {
            guard let newest = try tree.records(of: package).last else { continue }
            reporting.event(.phase(package: package, .uninstalling))
            if try needsScripts(newest, in: tree, keepsFiles) {
                try await uninstall(newest, from: tree, keepsFiles: keepsFiles)
                report([package])
            } else {
                together.append(newest)
            }
        }
        let packages = together.map(\.name)
        try commit(packages, from: tree, keepsFiles)
        report(packages)
    }

    private func needsScripts(_ record: InstalledRecord, in tree: Tree, _ keepsFiles: Bool) throws
        -> Bool
    {
        if try legacyRecipe(of: record) != nil { return true }
        if keepsFiles { return false }
        let scripts = try SavedScripts(of: record, in: tree, workspace)
        return try scripts.has(.prerm) || scripts.has(.postrm)
    }

    /// Removes packages as one change; nothing, where there are none.
    private func commit(_ packages: [String], from tree: Tree, _ keepsFiles: Bool) throws {
        guard let first = packages.first else { return }
        var options = InstallOptions()
        options.keepsExisting = keepsFiles
        let transaction = try TreeTransaction(in: tree, label: first, workspace)
        let records = RecordSearch(of: tree)
        try transaction.commit("uninstall \(packages.joined(separator: " "))", options) {
            try OwnedByPackage(
                first, replacing: Array(packages.dropFirst()), sparing: records, in: tree)
        }
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

        try commit([record.name], from: tree, keepsFiles)
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

    /// The recipe that has a script for removing it, for a package of the old machinery without a usable
    /// record.
    private func legacyRecipe(of record: InstalledRecord) throws -> Recipe? {
        guard record.files.isEmpty, record.distribution == nil, record.fingerprint == nil,
            let name = try? RecipeName(record.name),
            let recipe = try recipes.recipeIfPresent(name),
            recipe.form(of: .legacyUninstall) != nil
        else { return nil }
        return recipe
    }

    /// Packages of the old machinery without a usable record are removed by a script of their recipe.
    private func runLegacyUninstall(
        of record: InstalledRecord, in tree: Tree, _ jobserver: Jobserver, _ log: BuildLog
    ) async throws {
        guard let recipe = try legacyRecipe(of: record) else { return }
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
