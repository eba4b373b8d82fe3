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
              spkg list           NAME VERSION of each installed package
              spkg list --all     NAME VERSION TYPE SOURCE of each recipe
            """)

    @Flag(help: "Every recipe, installed or not.")
    var all = false

    @Flag(help: "Only names.")
    var names = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let settings = try Here.settings()
        if all {
            let collection = try RecipeCollection(at: settings.root.appending("build/pkgs"))
            let graph = try DependencyGraph(collection)
            let recipes = graph.recipes
            let system = try settings.systemPackages()
            try printRows(
                recipes.map { recipe in
                    let isSystem = system.contains(recipe.name.text)
                    return [
                        ("name", recipe.name.text), ("version", recipe.displayedVersion),
                        ("type", recipe.type.rawValue),
                        ("source", isSystem ? "system" : recipe.source.rawValue),
                    ]
                })
            say(warningsOf: graph)
            if !graph.broken.isEmpty { throw ExitCode.failure }
        } else {
            try requireNoOpenChanges(settings)
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
            var isWhole = true
            for case .failure(let error) in records.map(\.record) {
                isWhole = false
                say("error: \(error)")
            }
            if !isWhole { throw ExitCode.failure }
        }
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
