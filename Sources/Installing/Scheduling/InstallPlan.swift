internal import Recipes

/// What an install has to do: its packages, what each waits for, and how urgent each is.
struct InstallPlan: Sendable {
    struct Step: Sendable {
        let recipe: Recipe
        /// Named by the caller, and not only needed by something that was.
        let isRequested: Bool
        /// The steps that must have ended before, by index.
        let needs: [Int]
        /// How long it will take, as far as that is known.
        let expected: Duration?
        /// How long it and the longest chain of steps that wait for it will take.
        let chain: Duration

        var package: String { recipe.nameAndVersion }
        /// pip decides by what is installed, which must stay as it is meanwhile.
        var runsAlone: Bool { recipe.source == .pip }
    }

    /// Each after those that it needs.
    let steps: [Step]

    /// - Parameters:
    ///   - order: recipes, each after what it needs.
    ///   - included: those of them that something is to be done with.
    ///   - needs: what a recipe needs; names that are later in the order, or not in it, don't count.
    init(
        _ order: [Recipe], including included: Set<RecipeName>, requested: Set<RecipeName>,
        times: BuildTimes, needs: (Recipe) -> [RecipeName]
    ) {
        // A recipe that is left out hands on what it waits for itself.
        var waits: [RecipeName: Set<Int>] = [:]
        var chosen: [(recipe: Recipe, needs: [Int])] = []
        for recipe in order {
            let needed = needs(recipe).reduce(into: Set<Int>()) { $0.formUnion(waits[$1] ?? []) }
            if included.contains(recipe.name) {
                waits[recipe.name] = [chosen.count]
                chosen.append((recipe, needed.sorted()))
            } else {
                waits[recipe.name] = needed
            }
        }
        let expected = chosen.map { times[$0.recipe.name.text] }
        let usual = times.usual
        var after = [Duration](repeating: .zero, count: chosen.count)
        var chains = after
        for index in chosen.indices.reversed() {
            chains[index] = after[index] + (expected[index] ?? usual)
            for need in chosen[index].needs { after[need] = max(after[need], chains[index]) }
        }
        steps = chosen.indices.map { index in
            Step(
                recipe: chosen[index].recipe,
                isRequested: requested.contains(chosen[index].recipe.name),
                needs: chosen[index].needs, expected: expected[index], chain: chains[index])
        }
    }
}
