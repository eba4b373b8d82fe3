internal import Platform
public import SystemPackage

/// The recipes of a distribution: the folder `build/pkgs`.
///
/// Nothing is read before it is asked for, and nothing is kept: a value of this type is a path.
public struct RecipeCollection: Sendable {
    public let directory: FilePath

    /// - Parameter directory: `ROOT/build/pkgs`.
    /// - Throws: `RecipeError.noCollection`.
    public init(at directory: FilePath) throws(RecipeError) {
        let found: FileStatus?
        do { found = try targetStatus(directory) } catch { throw .platform(error) }
        guard found?.kind == .directory else { throw .noCollection(directory) }
        self.directory = directory
    }

    /// One recipe, read now.
    ///
    /// - Throws: `RecipeError.noRecipe`, naming the nearest names, and whatever is wrong in it.
    public func recipe(_ name: RecipeName) throws(RecipeError) -> Recipe {
        if let recipe = try Recipe(name, in: directory) { return recipe }
        throw try noRecipe(name.text)
    }

    /// One recipe by a text that somebody typed.
    public func recipe(_ text: String) throws(RecipeError) -> Recipe {
        guard let name = RecipeName(valid: text) else { throw try noRecipe(text) }
        return try recipe(name)
    }

    /// One recipe; nil when there is none of that name.
    public func recipeIfPresent(_ name: RecipeName) throws(RecipeError) -> Recipe? {
        try Recipe(name, in: directory)
    }

    /// The names of all recipes, sorted by byte, without reading them.
    ///
    /// A folder without a `type` file is none, and passed over.
    public func names() throws(RecipeError) -> [RecipeName] {
        let (names, problems) = try readNames()
        if let error = RecipeError.gathered(problems) { throw error }
        return names
    }

    private func readNames() throws(RecipeError) -> (names: [RecipeName], problems: [RecipeError]) {
        var names: [RecipeName] = []
        var problems: [RecipeError] = []
        for entry in try candidates() {
            guard try isRecipe(entry) else { continue }
            if let name = RecipeName(valid: entry.string) {
                names.append(name)
            } else {
                problems.append(.misnamedRecipe(directory.appending(entry)))
            }
        }
        return (names.sorted(), problems)
    }

    /// All recipes, sorted by name.
    ///
    /// - Throws: everything that is wrong in any of them, gathered.
    public func all() throws(RecipeError) -> [Recipe] {
        let (recipes, broken) = try read()
        if let error = RecipeError.gathered(broken.map(\.error)) { throw error }
        return recipes
    }

    /// The recipes that can be read, sorted by name, and the others: one that is broken is only in the
    /// way of who asks for it, or for what needs it.
    public func read() throws(RecipeError) -> (recipes: [Recipe], broken: [BrokenRecipe]) {
        var recipes: [Recipe] = []
        var broken: [BrokenRecipe] = []
        for entry in try candidates() {
            let name = RecipeName(valid: entry.string)
            do throws(RecipeError) {
                if let name {
                    if let recipe = try Recipe(name, in: directory) { recipes.append(recipe) }
                } else if try isRecipe(entry) {
                    throw .misnamedRecipe(directory.appending(entry))
                }
            } catch {
                broken.append(BrokenRecipe(name: name, error: error))
            }
        }
        return (recipes.sorted { $0.name < $1.name }, broken)
    }

    private func isRecipe(_ entry: FilePath.Component) throws(RecipeError) -> Bool {
        do {
            return try status(directory.appending(entry).appending("type")) != nil
        } catch {
            throw .platform(error)
        }
    }

    /// Whatever may be the folder of a recipe.
    private func candidates() throws(RecipeError) -> [FilePath.Component] {
        do {
            return try Directory(opening: directory).entries()
                .filter { $0.kind != .file && !$0.name.string.startsWith(".") }
                .map(\.name)
        } catch {
            throw .platform(error)
        }
    }

    private func noRecipe(_ text: String) throws(RecipeError) -> RecipeError {
        .noRecipe(
            name: text, in: directory, nearest: nearestNames(to: text, among: try readNames().names)
        )
    }
}

/// A folder of `build/pkgs` that is a recipe and can't be read as one.
public struct BrokenRecipe: Sendable {
    /// Nil where the folder's name can't be that of a recipe.
    public let name: RecipeName?
    /// Names the file.
    public let error: RecipeError
}
