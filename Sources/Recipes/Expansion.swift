internal import SystemPackage

/// Makes edges of what recipes have written. Rule: build/recipes.md, 4.
struct Expansion {
    let recipes: [Recipe]
    let places: [RecipeName: Int]
    let variables: GraphVariables
    /// Recipes that can't wait for Python, pip or the toolchain, because these wait for them.
    private var withoutPython: Set<Int> = []
    private var withoutPip: Set<Int> = []
    private var withoutToolchain: Set<Int> = []
    /// Empty where no recipe has a template that names packages so.
    private let urls: PackageURLs
    /// What is wrong with recipes that are there and can't be read.
    private let broken: [RecipeName: RecipeError]

    struct Edges {
        var edges: [DependencyGraph.Edge] = []
        var unknown: [(kind: DependencyKind, error: RecipeError)] = []
    }

    init(
        recipes: [Recipe], places: [RecipeName: Int], variables: GraphVariables,
        broken: [RecipeName: RecipeError]
    ) throws(RecipeError) {
        self.broken = broken
        self.recipes = recipes
        self.places = places
        self.variables = variables
        let hasTemplates = recipes.contains { $0.dependencies.template != nil }
        urls = try PackageURLs(of: hasTemplates ? recipes : [])
        withoutPython = written(below: variables.values[GraphVariables.python] ?? [])
        withoutPip = written(below: GraphVariables.pip.map { [$0] } ?? [])
        withoutToolchain = written(below: variables.values[GraphVariables.toolchain] ?? [])
    }

    /// What a recipe needs, in every way.
    func edges(of recipe: Recipe) -> Edges {
        var result = Edges()
        var seen: Set<Int> = []
        let dependencies = recipe.dependencies
        let template = dependencies.template
        if let line = dependencies.forBuilding {
            add(line.ordinary, .ordinary, "dependencies_build")
            add(template?.build ?? [], .ordinary, Self.template)
            add(dependencies.main.ordinary, .runtime, "dependencies")
        } else {
            add(dependencies.main.ordinary, .ordinary, "dependencies")
            add(template?.build ?? [], .ordinary, Self.template)
        }
        add(template?.runtime ?? [], .runtime, Self.template)
        add(dependencies.main.orderOnly, .orderOnly, "dependencies")
        add(dependencies.forBuilding?.orderOnly ?? [], .orderOnly, "dependencies_build")
        add(dependencies.moreOrderOnly, .orderOnly, "dependencies_order_only")
        add(template?.orderOnly ?? [], .orderOnly, Self.template)
        for place in automatic(for: recipe) { add(place, .orderOnly) }
        seen = []
        add(dependencies.optional, .optional, "dependencies_optional")
        seen = []
        add(dependencies.check, .check, "dependencies_check")
        add(template?.test ?? [], .check, Self.template)
        return result

        func add(_ place: Int, _ kind: DependencyKind) {
            guard seen.insert(place).inserted else { return }
            result.edges.append(
                .init(recipe: recipes[place].name, kind: kind, place: place))
        }

        func add(_ tokens: [DependencyToken], _ kind: DependencyKind, _ file: String) {
            for token in tokens {
                for word in expand(token) {
                    switch word {
                    case .recipe(let place): add(place, kind)
                    case .stranger(let name):
                        result.unknown.append(
                            (kind, unknown(name, recipe.directory.appending(file))))
                    }
                }
            }
        }
    }

    private static let template = "src/pyproject.toml.m4"

    private enum Word {
        case recipe(Int)
        case stranger(String)
    }

    private func expand(_ token: DependencyToken) -> [Word] {
        switch token {
        case .recipe(let name), .record(let name): return [word(name)]
        case .package(let url): return urls[url].map { [word($0)] } ?? []
        case .misspelt(let text): return [.stranger(text)]
        case .variable(let variable):
            let members = variables.values[variable] ?? []
            return variables.lenient.contains(variable)
                ? members.compactMap { places[$0] }.map(Word.recipe) : members.map(word)
        case .file, .force, .expression: return []
        }
    }

    private func word(_ name: RecipeName) -> Word {
        places[name].map(Word.recipe) ?? .stranger(name.text)
    }

    private func unknown(_ name: String, _ file: FilePath) -> RecipeError {
        if let name = RecipeName(valid: name), let error = broken[name] { return error }
        return .unknownDependency(
            name, file: file, nearest: nearestNames(to: name, among: places.keys))
    }

    /// What every recipe of a Python distribution needs, without writing it.
    ///
    /// A wheel needs pip, everything else the toolchain, pip nothing more. What the toolchain
    /// itself needs does not get the toolchain: where its members are wheels, as in Sage, this
    /// changes nothing, and where they are built from source, they would wait for each other.
    private func automatic(for recipe: Recipe) -> [Int] {
        guard recipe.isPython, let place = places[recipe.name] else { return [] }
        var needed: [Int] = []
        if !withoutPython.contains(place) { needed += members(of: GraphVariables.python) }
        if recipe.name == GraphVariables.pip { return needed }
        if recipe.source == .wheel {
            if let pip = GraphVariables.pip.flatMap({ places[$0] }), !withoutPip.contains(place) {
                needed.append(pip)
            }
        } else if !withoutToolchain.contains(place) {
            needed += members(of: GraphVariables.toolchain)
        }
        return needed
    }

    /// The members that the collection has.
    private func members(of variable: String) -> [Int] {
        (variables.values[variable] ?? []).compactMap { places[$0] }
    }

    /// These recipes, and all that they need by what is written.
    private func written(below names: [RecipeName]) -> Set<Int> {
        var found: Set<Int> = []
        var open = names.compactMap { places[$0] }
        while let place = open.popLast() {
            guard found.insert(place).inserted else { continue }
            let dependencies = recipes[place].dependencies
            let tokens =
                dependencies.ordinary + dependencies.runtime + dependencies.orderOnly
            for case .recipe(let next) in tokens.flatMap(expand) { open.append(next) }
        }
        return found
    }
}
