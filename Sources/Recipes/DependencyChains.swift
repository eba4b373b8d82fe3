extension DependencyGraph {
    /// Why one recipe needs another: for each direct dependency that leads there, the shortest chain.
    ///
    /// - Returns: chains from the one to the other, the shortest first; empty where there is none.
    public func chains(from: RecipeName, to: RecipeName) -> [[RecipeName]] {
        // How far it is from each recipe, by the way back.
        var dependents: [RecipeName: [RecipeName]] = [:]
        for recipe in recipes {
            for name in dependencies(of: recipe.name) {
                dependents[name, default: []].append(recipe.name)
            }
        }
        var distances = [to: 0]
        var waiting = [to]
        var at = 0
        while at < waiting.count {
            let name = waiting[at]
            at += 1
            for other in dependents[name] ?? [] where distances[other] == nil {
                distances[other] = distances[name]! + 1
                waiting.append(other)
            }
        }
        return dependencies(of: from)
            .compactMap { first in distances[first].map { (first, $0) } }
            .sorted { $0.1 < $1.1 }
            .map { first, _ in
                var chain = [from, first]
                while let distance = distances[chain.last!], distance > 0 {
                    chain.append(
                        dependencies(of: chain.last!).first { distances[$0] == distance - 1 }!)
                }
                return chain
            }
    }
}
