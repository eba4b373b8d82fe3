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

    @Argument(help: "Names of recipes.", transform: TextArgument.init)
    var packages: [TextArgument]

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let settings = try Here.settings()
        try requireNoOpenChanges(settings)
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        try warnOfMoved(settings.allTrees, of: Set(packages.map(\.text)))
        let all = try packages.map { try facts(of: recipes.recipe($0.text), settings) }
        if json {
            try emit(
                jsonText(
                    all.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value) }) }))
            return
        }
        let texts = all.map { table($0.map { ["\($0.key):", $0.value] }) }
        try emit(texts.joined(separator: "\n"))
    }

    private func facts(of recipe: Recipe, _ settings: Settings) throws
        -> [(key: String, value: String)]
    {
        let variable = recipe.trees.first?.rawValue ?? "SAGE_LOCAL"
        let installed =
            recipe.source == .pip
            ? try settings.pipDistributions(of: recipe)
            : try settings.tree(variable)?.records(of: recipe.name.text).map(\.version)
        var facts = [
            ("name", recipe.name.text), ("version", recipe.displayedVersion),
            ("summary", try recipe.summary() ?? ""),
            ("type", recipe.type.rawValue), ("source", recipe.source.rawValue),
            ("tree", recipe.trees.map(\.rawValue).joined(separator: " ")),
            ("distribution", recipe.distribution?.name ?? ""),
            ("archive", recipe.archives.map(\.fileName).joined(separator: " ")),
            ("installed", installed?.joined(separator: " ") ?? ""),
            ("recipe", recipe.directory.string),
        ]
        facts.removeAll { $0.1.isEmpty }
        return facts
    }
}

struct DepsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deps",
        abstract: "List what packages need, each after what it needs itself.",
        discussion: """
            EXAMPLES
              spkg deps numpy             everything, directly or not, in the order of building
              spkg deps --direct numpy    what its own recipe names
              spkg deps --reverse numpy   who needs it directly
            """)

    @Argument(help: "Names of recipes.", transform: TextArgument.init)
    var packages: [TextArgument]

    @Flag(help: "Only direct dependencies.")
    var direct = false

    @Flag(help: "The other way round: who needs these packages directly.")
    var reverse = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let settings = try Here.settings()
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        let wanted = try recipeNames(packages, in: recipes)
        let graph = try DependencyGraph(recipes)
        var names: [RecipeName]
        if reverse {
            say(warningsOf: graph)
            names = Set(wanted.flatMap { graph.dependents(of: $0) }).sorted()
        } else if direct {
            try graph.requireKnown(wanted)
            names = Set(wanted.flatMap { graph.dependencies(of: $0) }).sorted()
        } else {
            names = try graph.order(of: wanted).filter { !wanted.contains($0) }
        }
        if json {
            try emit(jsonText(names.map(\.text)))
        } else {
            try emit(names.map { "\($0)\n" }.joined())
        }
    }
}

struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print the path of a package's build log.",
        discussion: """
            EXAMPLE
              less "$(spkg log numpy)"
            """)

    @Argument(help: "The name of a recipe.", transform: TextArgument.init)
    var package: TextArgument

    func run() throws {
        let settings = try Here.settings()
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        let log = "\(try recipes.recipe(package.text).nameAndVersion).log"
        try emit("\(settings.logs.appending(log))\n")
    }
}
