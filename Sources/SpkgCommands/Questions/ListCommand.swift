internal import ArgumentParser
internal import Installing
internal import Recipes
internal import SystemPackage
internal import Trees

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List installed packages, or all recipes.",
        discussion: """
            EXAMPLES
              spkg list             NAME VERSION of each installed package
              spkg list --all       NAME VERSION TYPE SOURCE of each recipe
              spkg list --outdated  those whose recipe has changed: NAME VERSION RECIPE-VERSION
              spkg list --explicit  those that were installed by name, not as a dependency
            """)

    @Flag(help: "Every recipe, installed or not.")
    var all = false

    @Flag(help: "Only installed packages that are not as their recipe says.")
    var outdated = false

    @Flag(help: "Only installed packages that were named, not those that came as dependencies.")
    var explicit = false

    @Flag(help: "Only names.")
    var names = false

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if all, outdated || explicit {
            throw ValidationError("--all lists recipes; --outdated and --explicit list packages")
        }
    }

    func run() throws {
        let settings = try Here.settings()
        if all { return try listRecipes(settings) }
        try requireNoOpenChanges(settings)
        if outdated || explicit {
            try listSome(settings)
        } else {
            try listInstalled(settings)
        }
    }

    private func listRecipes(_ settings: Settings) throws {
        let collection = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        let graph = try DependencyGraph(collection)
        let system = try settings.systemPackages()
        try printRows(
            graph.recipes.map { recipe in
                let isSystem = system.contains(recipe.name.text)
                return [
                    ("name", recipe.name.text), ("version", recipe.displayedVersion),
                    ("type", recipe.type.rawValue),
                    ("source", isSystem ? "system" : recipe.source.rawValue),
                ]
            })
        say(warningsOf: graph)
        if !graph.broken.isEmpty { throw ExitCode.failure }
    }

    private func listInstalled(_ settings: Settings) throws {
        let trees = try settings.allTrees.map { (tree: $0, records: try $0.readRecords()) }
        let records = trees.flatMap(\.records)
        let files = Set(records.map(\.file))
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        let packages =
            try files.map { (name: $0.package, version: $0.version) }
            + settings.pipPackages(in: recipes)
        try printRows(
            packages.sorted { ($0.name, $0.version) < ($1.name, $1.version) }.map {
                [("name", $0.name), ("version", $0.version)]
            }
                + settings.systemPackages().sorted().map {
                    [("name", $0), ("version", "system")]
                })
        for (tree, records) in trees {
            try warnOfMoved(tree, by: records.compactMap { try? $0.record.get() })
        }
        var errors: [any Error] = []
        for case .failure(let error) in records.map(\.record) { errors.append(error) }
        try end(with: errors)
    }

    private func listSome(_ settings: Settings) throws {
        let inventory = try Inventory(settings, Watcher(isVerbose: false).reporting)
        let packages = try inventory.packages().filter { !explicit || $0.isRequested }
        var errors = try inventory.unreadable()
        if outdated {
            let found = try inventory.outdated()
            let named = Set(packages.map(\.name))
            try printRows(
                found.packages.filter { named.contains($0.name) }.map {
                    [("name", $0.name), ("version", $0.version), ("recipe", $0.recipeVersion)]
                })
            // A record that can't be read was met by both.
            let known = Set(errors.map { "\($0)" })
            errors += found.errors.filter { !known.contains("\($0)") }
        } else {
            try printRows(packages.map { [("name", $0.name), ("version", $0.version)] })
        }
        try warnOfMoved(settings.allTrees)
        try end(with: errors)
    }

    private func end(with errors: [any Error]) throws {
        for error in errors { say("error: \(error)") }
        if !errors.isEmpty { throw ExitCode.failure }
    }

    private func printRows(_ rows: [[(key: String, value: String)]]) throws {
        if json {
            try emit(
                jsonText(
                    rows.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value) }) }))
        } else if names {
            try emit(rows.map { $0[0].value + "\n" }.joined())
        } else {
            try emit(table(rows.map { $0.map(\.value) }))
        }
    }
}

/// Columns as wide as their longest word.
func table(_ rows: [[String]]) -> String {
    var widths: [Int] = []
    for row in rows {
        for (column, word) in row.enumerated() {
            if column == widths.count { widths.append(0) }
            widths[column] = max(widths[column], word.count)
        }
    }
    return rows.map { row in
        row.enumerated().map { column, word in
            column == row.count - 1
                ? word : word + String(repeating: " ", count: widths[column] - word.count + 2)
        }.joined() + "\n"
    }.joined()
}
