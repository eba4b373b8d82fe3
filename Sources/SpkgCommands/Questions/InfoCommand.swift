internal import ArgumentParser
internal import Installing
internal import Recipes
internal import SystemPackage
internal import Trees

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what a recipe says and what is installed of it.",
        discussion: """
            EXAMPLE
              spkg info numpy
            """)

    @Argument(help: "Names of recipes.", completion: .recipes, transform: TextArgument.init)
    var packages: [TextArgument]

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let settings = try Here.settings()
        try requireNoOpenChanges(settings)
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        try warnOfMoved(settings.allTrees, of: Set(packages.map(\.text)))
        let inventory = try Inventory(settings, Watcher(isVerbose: false).reporting)
        let all = try packages.map { try facts(of: recipes.recipe($0.text), settings, inventory) }
        if json {
            try emit(
                jsonText(
                    all.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value) }) }))
            return
        }
        let texts = all.map { table($0.map { ["\($0.key):", $0.value] }) }
        try emit(texts.joined(separator: "\n"))
    }

    private func facts(
        of recipe: Recipe, _ settings: Settings, _ inventory: Inventory
    ) throws -> [(key: String, value: String)] {
        let variable = recipe.trees.first?.rawValue ?? "SAGE_LOCAL"
        let records =
            recipe.source == .pip
            ? nil : try settings.tree(variable)?.records(of: recipe.name.text)
        let installed =
            recipe.source == .pip
            ? try settings.pipDistributions(of: recipe)
            : records?.map(\.version)
        let trees = recipe.trees.map(\.rawValue).joined(separator: " ")
        let archives = recipe.archives.map(\.fileName).joined(separator: " ")
        let isInstalled = installed?.isEmpty == false
        let last = records?.last
        let requested = last.map { $0.isRequested == false ? "no" : "yes" }
        var facts: [(key: String, value: String)] = [
            ("name", recipe.name.text), ("version", recipe.displayedVersion),
            ("summary", try recipe.summary() ?? ""),
            ("type", recipe.type.rawValue), ("source", recipe.source.rawValue),
            ("tree", trees),
            ("distribution", recipe.distribution?.name ?? ""),
            ("archive", archives),
            ("installed", installed?.joined(separator: " ") ?? ""),
            ("status", status(of: recipe, isInstalled: isInstalled, inventory)),
            ("since", last?.installDate ?? ""),
            ("requested", requested ?? ""),
            ("recipe", recipe.directory.string),
        ]
        facts.removeAll { $0.1.isEmpty }
        return facts
    }

    private func status(
        of recipe: Recipe, isInstalled: Bool, _ inventory: Inventory
    ) -> String {
        if !isInstalled { return "" }
        // What is wrong with recipes that it needs is for others to say.
        guard let isUpToDate = try? inventory.isUpToDate(recipe) else { return "unknown" }
        return isUpToDate ? "up to date" : "outdated"
    }
}
