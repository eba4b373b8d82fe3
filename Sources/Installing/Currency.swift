internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees

/// What a recipe asks for, compared with what is installed.
struct Currency {
    let fingerprint: String
    /// Sum of the distribution's own source files that it is built from; see `SourceFiles`.
    var sources: String?
    /// Whether the tree holds just this.
    let isCurrent: Bool
}

extension Installer {
    /// Compares a recipe with its record. Reads this recipe and its ordinary dependencies only: this
    /// is what `make` calls most often.
    func currency(of recipe: Recipe) throws -> Currency {
        var walk = Walk(named: NamedRecipes(in: recipes))
        return try currency(of: recipe, &walk)
    }

    /// Those of several that are not as their recipes say.
    func outdated(_ recipes: [Recipe]) throws -> [Recipe] {
        var walk = Walk(named: NamedRecipes(in: self.recipes))
        return try recipes.filter { try !currency(of: $0, &walk).isCurrent }
    }

    /// What was found out on the way: recipes share dependencies, and trees their interpreter.
    private struct Walk {
        var known: [RecipeName: Currency] = [:]
        var named: NamedRecipes
        var interpreters: [Tree: Interpreter] = [:]
    }

    private func currency(of recipe: Recipe, _ walk: inout Walk) throws -> Currency {
        if let known = walk.known[recipe.name] { return known }
        if let outside = try currencyOutside(of: recipe) {
            walk.known[recipe.name] = outside
            return outside
        }
        // A cycle is the graph's to report; here it must only end.
        walk.known[recipe.name] = Currency(fingerprint: "", isCurrent: false)

        var dependencies: [(name: String, fingerprint: String)] = []
        var areCurrent = !recipe.dependencies.ordinary.contains(.force)
        for name in try walk.named.names(recipe.dependencies.ordinary) {
            guard let dependency = try recipes.recipeIfPresent(name) else { continue }
            let currency = try currency(of: dependency, &walk)
            dependencies.append((name.text, currency.fingerprint + (currency.sources ?? "")))
            areCurrent = areCurrent && currency.isCurrent
        }
        let tree = try tree(of: recipe)
        let environment = tree == settings.local ? settings.venv : tree
        let interpreter = try walk.interpreters[tree] ?? interpreter(of: environment)
        walk.interpreters[tree] = interpreter
        let fingerprint = try Fingerprint(
            of: recipe, interpreter: interpreter, environment: settings.environment,
            dependencies: dependencies
        ).text
        let sources = try SourceFiles(of: recipe, .listed, settings).digest
        let currency = Currency(
            fingerprint: fingerprint, sources: sources,
            isCurrent: try areCurrent && isInstalled(recipe, fingerprint, sources, in: tree))
        walk.known[recipe.name] = currency
        return currency
    }

    /// Of a package that isn't ours to build; nil for all others.
    private func currencyOutside(of recipe: Recipe) throws -> Currency? {
        if try isProvidedBySystem(recipe) {
            return Currency(fingerprint: "system", isCurrent: true)
        }
        guard recipe.source == .pip else { return nil }
        return Currency(fingerprint: "pip", isCurrent: try isInstalledByPip(recipe))
    }

    private func isInstalled(
        _ recipe: Recipe, _ fingerprint: String, _ sources: String?, in tree: Tree
    ) throws -> Bool {
        let path = tree.installed.appending(recipe.nameAndVersion)
        guard try status(path) != nil else { return false }
        let record = try InstalledRecord(reading: path)
        // A record of the old machinery has no fingerprint: its version must do.
        if let recorded = record.fingerprint {
            guard recorded == fingerprint, record.sources == sources else { return false }
        }
        if record.isUnfinished == true { return false }
        if let prefix = record.prefix, try !tree.isAt(prefix) { return false }
        guard let distribution = record.distribution else { return true }
        // pip may have changed it behind our back.
        return try status(tree.path(FilePath(distribution.metadata))) != nil
    }
}
