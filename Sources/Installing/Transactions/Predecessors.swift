internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Packages whose place a recipe takes. A distribution is one recipe's: a recipe that got another name
/// finds its distribution installed by a package whose recipe is gone; two recipes that are there both
/// would take it from each other.
struct Predecessors {
    private let recipes: RecipeCollection
    private let tree: Tree
    private let records: RecordSearch

    init(_ recipes: RecipeCollection, in tree: Tree) {
        self.recipes = recipes
        self.tree = tree
        records = RecordSearch(of: tree)
    }

    /// Packages whose place a recipe takes: they have a distribution that it brings, or its wheel, and
    /// their own recipes are gone.
    ///
    /// Looks first where the distribution and its wheel would be: records of others are read only if
    /// there is something that isn't the recipe's own.
    ///
    /// - Parameters:
    ///   - installed: distributions that it installs.
    ///   - stored: projects whose wheels it stores. One recipe may install what another only stores for
    ///     builds, as SageMath 9 has it with `setuptools` and `setuptools_wheel`.
    /// - Throws: `InstallError.distributionOfAnother` if the other recipe is there.
    func packages(
        of recipe: RecipeName, installing installed: Set<DistributionName>,
        storing stored: Set<DistributionName>
    ) throws -> [String] {
        guard try hasForeign(installed, stored, besides: recipe.text) else { return [] }
        var found: Set<String> = []
        let names = Set(installed.union(stored).map(\.normalized))
        for record in try records.records(about: names) where record.name != recipe.text {
            let theirs = try record.distributionNames(in: tree)
            guard
                let shared = installed.first(where: theirs.contains)
                    ?? stored.first(where: { record.projects.contains($0.normalized) })
            else { continue }
            if let other = RecipeName(valid: record.name), hasRecipe(other) {
                throw InstallError.distributionOfAnother(
                    recipe: recipe, distribution: shared.raw, other: other)
            }
            found.insert(record.name)
        }
        return found.sorted()
    }

    /// A recipe that can't be read is there all the same.
    private func hasRecipe(_ name: RecipeName) -> Bool {
        do { return try recipes.recipeIfPresent(name) != nil } catch { return true }
    }

    /// Whether the tree has one of the distributions, or one of the wheels, that no record of the
    /// package's names.
    private func hasForeign(
        _ installed: Set<DistributionName>, _ stored: Set<DistributionName>, besides package: String
    ) throws -> Bool {
        if installed.isEmpty && stored.isEmpty { return false }
        let own = try tree.records(of: package)
        let metadata = Set(own.compactMap { $0.distribution?.metadata })
        for site in try SitePackages.all(in: tree) {
            for name in installed {
                for found in try site.distributions(named: name)
                where !metadata.contains(site.path.appending(found.entry).string) {
                    return true
                }
            }
        }
        if stored.isEmpty { return false }
        let wheels = Set(own.flatMap(\.storedWheels))
        return try WheelStore(of: tree).wheels(of: stored).contains { !wheels.contains($0.raw) }
    }
}
