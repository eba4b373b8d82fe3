internal import Platform
internal import SystemPackage

extension RecipeCollection {
    /// Recipes, and those that they need, without reading any other: of thousands, an install mostly
    /// needs a few.
    ///
    /// More may be returned than a recipe needs in the end, never less.
    ///
    /// - Returns: nil where only all of them can tell: a name that no recipe has, one that can't be read
    ///   (the message lists names that are near), a template that names packages by their URLs.
    func reachable(from names: some Sequence<RecipeName>, variables: GraphVariables)
        throws(RecipeError) -> [Recipe]?
    {
        var found: [RecipeName: Recipe] = [:]
        // Every Python package needs these, without writing it.
        let automatic = [GraphVariables.python, GraphVariables.toolchain]
            .flatMap { variables.values[$0] ?? [] }
        let lenient = Set(variables.lenient.flatMap { variables.values[$0] ?? [] })
        var open = Array(names) + automatic
        while let name = open.popLast() {
            if found[name] != nil { continue }
            guard let recipe = try? recipeIfPresent(name) else {
                if lenient.contains(name), try recipeIfPresent(name) == nil { continue }
                return nil
            }
            if recipe.dependencies.template != nil { return nil }
            found[name] = recipe
            let dependencies = recipe.dependencies
            for token in dependencies.ordinary + dependencies.orderOnly + dependencies.runtime {
                switch token {
                case .recipe(let next), .record(let next): open.append(next)
                case .variable(let variable): open += variables.values[variable] ?? []
                case .package, .misspelt: return nil
                case .file, .force, .expression: break
                }
            }
        }
        return Array(found.values)
    }

    /// Of these recipes, those whose lists of what they need for use may name one of `names`: the lists
    /// are searched, not read. Others don't.
    public func recipes(_ recipes: [RecipeName], mayNeed names: Set<RecipeName>) -> [RecipeName] {
        let variables = GraphVariables.standard.values.values.joined()
        if variables.contains(where: names.contains) { return recipes }
        let texts = names.map { Array($0.text.utf8) }
        let mayNeed = mapRunsInParallel(recipes) { recipe in
            let folder = directory.appending(recipe.text)
            let template = folder.appending("src/pyproject.toml.m4")
            guard (try? status(template)) == .some(nil) else { return true }
            guard let list = try? readFile(folder.appending("dependencies")) else {
                return (try? status(folder.appending("dependencies"))) != .some(nil)
            }
            return texts.contains { list.holds($0) }
        }
        return zip(recipes, mayNeed).filter(\.1).map(\.0)
    }
}
