internal import SystemPackage

/// Why a recipe needs another.
public enum DependencyKind: Int, Sendable, CaseIterable {
    /// A newer one makes the recipe be built again.
    case ordinary
    /// Must be there first.
    case orderOnly
    /// Needed for use alone. Only recipes with `dependencies_build` have such edges, because with
    /// others whatever is needed for use is needed for building too.
    case runtime
    /// Ordinary, if it is or will be installed.
    case optional
    /// Needed to test.
    case check

    /// What must be there before a package is built or used.
    public static let needed: Set<DependencyKind> = [.ordinary, .orderOnly, .runtime]
}

/// Recipes and what they need of each other, with variables expanded and Python added.
///
/// One recipe needs another at most once among ordinary, order-only and runtime edges; the
/// stronger kind stays, in this order. Edges keep the order in which they are written.
///
/// In passagemath 10.10.1.alpha0, 632 folders with 625 recipes, there are 1196 ordinary and
/// runtime edges that are written as names, and 2 more of recipes that stand for another; 2849 are
/// order-only. The longest chain has 21 recipes.
public struct DependencyGraph: Sendable {
    /// By name: a recipe's place in `recipes`.
    private let places: [RecipeName: Int]
    /// Sorted by name.
    public let recipes: [Recipe]
    private let edges: [[Edge]]
    /// Names that no recipe has, and names of recipes that can't be read, by the recipe that needs
    /// them. They harm only who follows them.
    private let unknown: [Int: [(kind: DependencyKind, error: RecipeError)]]
    /// Recipes that can't be read.
    public let broken: [BrokenRecipe]

    public struct Edge: Sendable, Hashable {
        public let recipe: RecipeName
        public let kind: DependencyKind
        let place: Int
    }

    /// The graph of all recipes of a collection.
    ///
    /// - Throws: `RecipeError.platform` when the folder can't be read. What is wrong with a recipe, or
    ///   with what it needs, is thrown when `order(of:)` comes to it; `problems` has it all.
    public init(
        _ collection: RecipeCollection, variables: GraphVariables = .standard
    ) throws(RecipeError) {
        let (recipes, broken) = try collection.read()
        try self.init(recipes, broken: broken, variables: variables)
    }

    /// The graph of what some recipes need; of a collection of thousands, few are read for it.
    ///
    /// Here and there it has more recipes than are needed. What depends on these recipes, it doesn't tell.
    public init(
        below names: some Sequence<RecipeName>, in collection: RecipeCollection,
        variables: GraphVariables = .standard
    ) throws(RecipeError) {
        if let recipes = try collection.reachable(from: names, variables: variables) {
            try self.init(recipes, variables: variables)
        } else {
            try self.init(collection, variables: variables)
        }
    }

    /// The graph of some recipes; what they need should be among them.
    ///
    /// Cycles and names that no recipe has are found by `order(of:)`, so that one of them leaves the
    /// rest usable.
    public init(
        _ recipes: [Recipe], broken: [BrokenRecipe] = [], variables: GraphVariables = .standard
    ) throws(RecipeError) {
        let recipes = recipes.sorted { $0.name < $1.name }
        let places = Dictionary(uniqueKeysWithValues: recipes.enumerated().map { ($1.name, $0) })
        let errors = Dictionary(
            broken.compactMap { one in one.name.map { ($0, one.error) } },
            uniquingKeysWith: { first, _ in first })
        let expansion = try Expansion(
            recipes: recipes, places: places, variables: variables, broken: errors)
        self.broken = broken
        self.recipes = recipes
        self.places = places
        var edges: [[Edge]] = []
        edges.reserveCapacity(recipes.count)
        var unknown: [Int: [(kind: DependencyKind, error: RecipeError)]] = [:]
        for (place, recipe) in recipes.enumerated() {
            var own = expansion.edges(of: recipe)
            if !own.unknown.isEmpty { unknown[place] = own.unknown }
            own.edges.removeAll { $0.place == place && !DependencyKind.needed.contains($0.kind) }
            edges.append(own.edges)
        }
        self.edges = edges
        self.unknown = unknown
    }

    /// Nil for a recipe that is not in the graph.
    public subscript(_ name: RecipeName) -> Recipe? { places[name].map { recipes[$0] } }

    /// What a recipe needs, strongest first within the order as written; nothing for a stranger.
    public func edges(of name: RecipeName) -> [Edge] { places[name].map { edges[$0] } ?? [] }

    /// What a recipe needs in one of these ways.
    public func dependencies(
        of name: RecipeName, _ kinds: Set<DependencyKind> = DependencyKind.needed
    ) -> [RecipeName] {
        edges(of: name).filter { kinds.contains($0.kind) }.map(\.recipe)
    }

    /// What is wrong with recipes and with what they need to be built and used: broken ones, names that
    /// no recipe has, circles.
    public var problems: [RecipeError] {
        var problems = broken.map(\.error)
        _ = try? walk(
            from: Array(recipes.indices), DependencyKind.needed, optional: [], ends: []
        ) { problems.append($0) }
        // A recipe that is broken, and needed by many, is wrong once.
        var seen: Set<String> = []
        return problems.filter { seen.insert($0.description).inserted }
    }

    /// - Throws: what is wrong with the lines of these recipes themselves, gathered.
    public func requireKnown(_ names: some Sequence<RecipeName>) throws(RecipeError) {
        let errors = names.compactMap { places[$0] }.flatMap { unknown[$0] ?? [] }
            .filter { DependencyKind.needed.contains($0.kind) }.map(\.error)
        if let error = RecipeError.gathered(errors) { throw error }
    }

    /// All recipes that need this one directly, sorted.
    public func dependents(
        of name: RecipeName, _ kinds: Set<DependencyKind> = DependencyKind.needed
    ) -> [RecipeName] {
        guard let target = places[name] else { return [] }
        return recipes.indices
            .filter { edges[$0].contains { $0.place == target && kinds.contains($0.kind) } }
            .map { recipes[$0].name }
    }

    /// The recipes and all they need, directly or not, sorted.
    public func closure(
        of names: some Sequence<RecipeName>, _ kinds: Set<DependencyKind> = DependencyKind.needed
    ) throws(RecipeError) -> [RecipeName] {
        try order(of: names, kinds).sorted()
    }

    /// The recipes and all they need, each after everything that it needs.
    ///
    /// The same names in the same order give the same result. An optional dependency counts if it
    /// is in `selected`, or one of the names, or needed by one of them.
    ///
    /// - Parameter provided: recipes of which nobody asks what they need: the system has them.
    /// - Throws: `RecipeError.noRecipe` for a stranger, `.unknownDependency`, `.cycle`.
    public func order(
        of names: some Sequence<RecipeName>, _ kinds: Set<DependencyKind> = DependencyKind.needed,
        selected: Set<RecipeName> = [], provided: Set<RecipeName> = []
    ) throws(RecipeError) -> [RecipeName] {
        var roots: [Int] = []
        for name in names {
            guard let place = places[name] else {
                if let own = broken.first(where: { $0.name == name }) { throw own.error }
                throw .noRecipe(
                    name: name.text, in: recipes.first?.directory.removingLastComponent() ?? "",
                    nearest: nearestNames(to: name.text, among: places.keys))
            }
            roots.append(place)
        }
        let ends = Set(provided.compactMap { places[$0] })
        let firstWalk = try walk(from: roots, kinds, optional: [], ends: ends)
        let optional = Set(firstWalk).union(selected.compactMap { places[$0] })
        let leadsFurther = firstWalk.contains {
            edges[$0].contains { $0.kind == .optional && optional.contains($0.place) }
        }
        let order =
            leadsFurther ? try walk(from: roots, kinds, optional: optional, ends: ends) : firstWalk
        return order.map { recipes[$0].name }
    }

    /// Depth first, with a stack of its own: a chain may be longer than the thread's.
    ///
    /// - Parameter report: is told what is wrong, instead of throwing it, and the walk goes on.
    private func walk(
        from roots: [Int], _ kinds: Set<DependencyKind>, optional: Set<Int>, ends: Set<Int>,
        report: ((RecipeError) -> Void)? = nil
    ) throws(RecipeError) -> [Int] {
        func fail(_ error: RecipeError) throws(RecipeError) {
            guard let report else { throw error }
            report(error)
        }
        enum State { case new, open, done }
        var states = [State](repeating: .new, count: recipes.count)
        var order: [Int] = []
        var path: [(place: Int, next: Int)] = []
        for root in roots where states[root] == .new {
            states[root] = .open
            path.append((root, 0))
            while let (place, next) = path.last {
                if next == 0, !ends.contains(place), let own = unknown[place] {
                    let errors = own.filter { kinds.contains($0.kind) }.map(\.error)
                    if let error = RecipeError.gathered(errors) { try fail(error) }
                }
                guard next < edges[place].count, !ends.contains(place) else {
                    states[place] = .done
                    order.append(place)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let edge = edges[place][next]
                let counts =
                    kinds.contains(edge.kind)
                    || (edge.kind == .optional && optional.contains(edge.place))
                if !counts || states[edge.place] == .done { continue }
                if states[edge.place] == .open {
                    try fail(cycle(path.map(\.place), closedBy: edge.place))
                    continue
                }
                states[edge.place] = .open
                path.append((edge.place, 0))
            }
        }
        return order
    }

    private func cycle(_ path: [Int], closedBy place: Int) -> RecipeError {
        let circle = path[(path.firstIndex(of: place) ?? 0)...] + [place]
        let last = recipes[path.last ?? place]
        return .cycle(
            circle.map { recipes[$0].name }, file: last.directory.appending("dependencies"))
    }
}
