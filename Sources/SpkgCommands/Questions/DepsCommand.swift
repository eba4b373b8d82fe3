internal import ArgumentParser
internal import Installing
internal import Recipes
internal import SystemPackage

struct DepsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deps",
        abstract: "List what packages need, each after what it needs itself.",
        discussion: """
            EXAMPLES
              spkg deps numpy             everything, directly or not, in the order of building
              spkg deps --direct numpy    what its own recipe names
              spkg deps --reverse numpy   who needs it directly
              spkg deps --tree numpy      what it needs as an indented tree; (*): printed above
              spkg deps --why sympy gmpy2   by which chains sympy needs gmpy2
              spkg deps --dot numpy | dot -Tsvg > numpy.svg
            """)

    @Argument(
        help: "Names of recipes; for --dot and --tree also none, which is all.",
        completion: .recipes, transform: TextArgument.init)
    var packages: [TextArgument] = []

    @Flag(help: "Only direct dependencies.")
    var direct = false

    @Flag(help: "The other way round: who needs these packages directly.")
    var reverse = false

    @Flag(help: "As a tree; with --reverse of who needs them, directly or not.")
    var tree = false

    @Flag(help: "By which chains the first of two packages needs the second; status 1 for none.")
    var why = false

    @Flag(help: "As a graph for Graphviz; dashed: only to be there before.")
    var dot = false

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        let forms = [direct, tree, why, dot].filter(\.self).count
        if forms > 1 || why && reverse || dot && json {
            throw ValidationError(
                "--direct, --tree, --why and --dot are different answers; choose one"
                    + (dot && json ? ", and JSON of any but --dot" : ""))
        }
        if why, packages.count != 2 { throw ValidationError("--why wants two packages: A B") }
        if packages.isEmpty, !tree, !dot { throw ValidationError("name a package") }
    }

    func run() throws {
        let settings = try Here.settings()
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        let wanted = try recipeNames(packages, in: recipes)
        let graph = try DependencyGraph(recipes)
        if reverse || wanted.isEmpty { say(warningsOf: graph) }
        if why { return try answerWhy(wanted[0], wanted[1], in: graph) }
        if tree || dot { return try answerGraph(of: wanted, in: graph) }
        var names: [RecipeName]
        if reverse {
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

    private func answerWhy(_ from: RecipeName, _ to: RecipeName, in graph: DependencyGraph) throws {
        _ = try graph.order(of: [from])
        let chains = graph.chains(from: from, to: to)
        if json {
            try emit(jsonText(chains.map { $0.map(\.text) }))
        } else {
            try emit(
                chains.map { $0.map(\.text).joined(separator: " -> ") + "\n" }.joined())
        }
        if chains.isEmpty {
            say("\(from) doesn't need \(to)")
            throw ExitCode.failure
        }
    }

    private struct Node: Encodable {
        struct Edge: Encodable {
            let name: String
            let kind: String
        }
        let name: String
        let version: String
        let dependencies: [Edge]
    }

    private func answerGraph(of wanted: [RecipeName], in graph: DependencyGraph) throws {
        // What is wrong with the recipes of names is an error; where all are wanted it was said.
        if !reverse, !wanted.isEmpty { _ = try graph.order(of: wanted) }
        let part = DependencyOutline(of: graph, from: wanted, isReverse: reverse)
        if dot { return try emit(part.dot()) }
        if json {
            try emit(
                jsonText(
                    part.nodes.map { name in
                        Node(
                            name: name.text, version: graph[name]?.displayedVersion ?? "",
                            dependencies: part.edges(of: name).map {
                                Node.Edge(name: $0.name.text, kind: $0.kind.text)
                            })
                    }))
        } else {
            try emit(part.tree())
        }
    }
}
