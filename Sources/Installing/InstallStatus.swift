internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees

/// What a recipe asks for, compared with what is installed.
struct InstallStatus {
    let fingerprint: String
    /// What the fingerprint was made of; empty for what isn't ours to build.
    var inputs: [Fingerprint.Input] = []
    /// Digest of the distribution's own source files that it is built from; see `SourceFiles`.
    var sources: String?
    /// Whether the tree holds just this.
    let isUpToDate: Bool
    /// Of the record that is up to date; nil where it doesn't say, and for all others.
    var isRequested: Bool?
}

/// Compares recipes with their records. Of a recipe it reads itself and its ordinary dependencies only:
/// this is what `make` calls most often.
///
/// What is up to date is remembered: recipes share dependencies, and trees their interpreter.
struct InstallStatuses {
    private let workspace: Workspace
    private var upToDate: [RecipeName: InstallStatus] = [:]
    /// Within one question alone, unless `isSteady`: an install may have changed them since.
    private var others: [RecipeName: InstallStatus] = [:]
    private var named: NamedRecipes
    private var interpreters: [Tree: Interpreter] = [:]

    /// Whether nothing is installed between the questions.
    private let isSteady: Bool

    init(_ workspace: Workspace, isSteady: Bool = false) {
        self.workspace = workspace
        self.isSteady = isSteady
        named = NamedRecipes(in: workspace.recipes)
    }

    mutating func of(_ recipe: Recipe) throws -> InstallStatus {
        if !isSteady { others = [:] }
        return try find(recipe)
    }

    /// Whether nothing is to be done for a package: up to date, and in no tree where it was before.
    mutating func isDone(_ recipe: Recipe) throws -> Bool {
        try of(recipe).isUpToDate && OtherTrees(workspace).trees(with: recipe).isEmpty
    }

    private mutating func find(_ recipe: Recipe) throws -> InstallStatus {
        if let known = upToDate[recipe.name] ?? others[recipe.name] { return known }
        // A cycle is the graph's to report; here it must only end.
        others[recipe.name] = InstallStatus(fingerprint: "", isUpToDate: false)
        let status = try outside(recipe) ?? compare(recipe)
        if status.isUpToDate {
            upToDate[recipe.name] = status
        } else {
            others[recipe.name] = status
        }
        return status
    }

    private mutating func compare(_ recipe: Recipe) throws -> InstallStatus {
        var dependencies: [(name: String, fingerprint: String)] = []
        var areUpToDate = !recipe.dependencies.ordinary.contains(.force)
        for name in try named.names(recipe.dependencies.ordinary) {
            guard let dependency = try workspace.recipes.recipeIfPresent(name) else { continue }
            let status = try find(dependency)
            dependencies.append((name.text, status.fingerprint + (status.sources ?? "")))
            areUpToDate = areUpToDate && status.isUpToDate
        }
        let settings = workspace.settings
        let tree = try workspace.tree(of: recipe)
        let environment = tree == settings.local ? settings.venv : tree
        let interpreter = try interpreters[tree] ?? workspace.interpreter(of: environment)
        interpreters[tree] = interpreter
        let fingerprint = try Fingerprint(
            of: recipe, interpreter: interpreter, environment: settings.environment,
            dependencies: dependencies)
        let sources = try SourceFiles(of: recipe, .listed, settings)
            .digest(cache: settings.cache)
        let record = areUpToDate ? try record(of: recipe, fingerprint.text, sources, in: tree) : nil
        return InstallStatus(
            fingerprint: fingerprint.text, inputs: fingerprint.inputs, sources: sources,
            isUpToDate: record != nil, isRequested: record?.isRequested)
    }

    /// Of a package that isn't ours to build; nil for all others.
    private func outside(_ recipe: Recipe) throws -> InstallStatus? {
        if try workspace.system.contains(recipe) {
            return InstallStatus(fingerprint: "system", isUpToDate: true)
        }
        guard recipe.source == .pip else { return nil }
        return InstallStatus(
            fingerprint: "pip", isUpToDate: try PipInstaller(workspace).isInstalled(recipe))
    }

    /// - Returns: nil unless the tree holds just this.
    private func record(
        of recipe: Recipe, _ fingerprint: String, _ sources: String?, in tree: Tree
    ) throws -> InstalledRecord? {
        let path = tree.installed.appending(recipe.nameAndVersion)
        guard try status(path) != nil else { return nil }
        let record = try tree.record(at: path)
        // A record of the old machinery has no fingerprint: its version must do.
        if let recorded = record.fingerprint {
            guard recorded == fingerprint, record.sources == sources else { return nil }
        }
        if record.isUnfinished == true { return nil }
        if let prefix = record.prefix, try !tree.isAt(prefix) { return nil }
        guard let distribution = record.distribution else { return record }
        // pip may have changed it behind our back.
        return try status(tree.path(FilePath(distribution.metadata))) == nil ? nil : record
    }
}
