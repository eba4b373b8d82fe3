internal import Recipes

/// A part of the graph of recipes as text: what some recipes need, or who needs them.
struct DependencyOutline {
    private let graph: DependencyGraph
    private let isReverse: Bool
    private let roots: [RecipeName]
    private let reversed: [RecipeName: [(name: RecipeName, kind: DependencyKind)]]
    /// All that are reached, each once, breadth first.
    private(set) var nodes: [RecipeName] = []

    /// - Parameter names: where to begin; empty for all, of which those are the roots of the tree that
    ///   nothing leads to.
    init(of graph: DependencyGraph, from names: [RecipeName], isReverse: Bool) {
        self.graph = graph
        self.isReverse = isReverse
        var reversed: [RecipeName: [(name: RecipeName, kind: DependencyKind)]] = [:]
        for recipe in graph.recipes {
            for edge in graph.edges(of: recipe.name) where DependencyKind.needed.contains(edge.kind)
            {
                reversed[edge.recipe, default: []].append((recipe.name, edge.kind))
            }
        }
        self.reversed = reversed
        let all = graph.recipes.map(\.name)
        if names.isEmpty {
            let ends = all.filter {
                isReverse ? graph.dependencies(of: $0).isEmpty : reversed[$0] == nil
            }
            // In a circle nobody is first.
            roots = ends.isEmpty ? all : ends
        } else {
            var seen: Set<RecipeName> = []
            roots = names.filter { seen.insert($0).inserted }
        }
        var seen = Set(roots)
        nodes = roots
        var at = 0
        while at < nodes.count {
            for (name, _) in edges(of: nodes[at]) where seen.insert(name).inserted {
                nodes.append(name)
            }
            at += 1
        }
    }

    func edges(of name: RecipeName) -> [(name: RecipeName, kind: DependencyKind)] {
        if isReverse { return reversed[name] ?? [] }
        return graph.edges(of: name).filter { DependencyKind.needed.contains($0.kind) }
            .map { ($0.recipe, $0.kind) }
    }

    /// Two blanks for each step. What was printed with all below it is not printed so again.
    func tree() -> String {
        var text = ""
        var seen: Set<RecipeName> = []
        // A chain may be longer than the thread's stack.
        var waiting = roots.reversed().map { (name: $0, depth: 0) }
        while let (name, depth) = waiting.popLast() {
            let below = edges(of: name)
            let isKnown = !seen.insert(name).inserted && !below.isEmpty
            text +=
                String(repeating: "  ", count: depth) + name.text + (isKnown ? " (*)" : "") + "\n"
            if isKnown { continue }
            waiting += below.reversed().map { ($0.name, depth + 1) }
        }
        return text
    }

    /// Arrows lead from who needs to what is needed.
    func dot() -> String {
        var text = "digraph dependencies {\n    rankdir=LR;\n    node [shape=box];\n"
        for name in nodes { text += "    \"\(name)\";\n" }
        for name in nodes {
            for (other, kind) in edges(of: name) {
                let (from, to) = isReverse ? (other, name) : (name, other)
                text += "    \"\(from)\" -> \"\(to)\"\(kind.style);\n"
            }
        }
        return text + "}\n"
    }
}

extension DependencyKind {
    var text: String {
        switch self {
        case .ordinary: "ordinary"
        case .orderOnly: "order-only"
        case .runtime: "runtime"
        case .optional: "optional"
        case .check: "check"
        }
    }

    fileprivate var style: String {
        switch self {
        case .orderOnly: " [style=dashed]"
        case .runtime: " [style=dotted]"
        case .ordinary, .optional, .check: ""
        }
    }
}
