internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

// A distribution is one recipe's. A recipe that got another name finds its distribution installed by a
// package whose recipe is gone; two recipes that are there both would take it from each other.

extension Installer {
    /// Packages whose place a recipe takes: they have a distribution that it brings, or its wheel, and
    /// their own recipes are gone.
    ///
    /// Looks first where the distribution and its wheel would be: records of others are read only if
    /// there is something that isn't the recipe's own.
    ///
    /// - Throws: `InstallError.distributionOfAnother` if the other recipe is there.
    func predecessors(
        of recipe: RecipeName, bringing names: Set<DistributionName>, in tree: Tree,
        _ records: RecordCache
    ) throws -> [String] {
        guard !names.isEmpty, try hasForeign(names, besides: recipe.text, in: tree) else {
            return []
        }
        let projects = Set(names.map(\.normalized))
        var found: Set<String> = []
        for record in try records.records() where record.name != recipe.text {
            let theirs = try record.distributionNames(in: tree)
            guard !theirs.isDisjoint(with: names) || !record.projects.isDisjoint(with: projects)
            else { continue }
            if let other = RecipeName(valid: record.name), hasRecipe(other) {
                let shared = names.first { theirs.contains($0) } ?? names.first!
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

    /// Whether the tree has one of the distributions, or a wheel of one, that no record of the
    /// package's names.
    private func hasForeign(
        _ names: Set<DistributionName>, besides package: String, in tree: Tree
    ) throws -> Bool {
        let own = try tree.records(of: package)
        let metadata = Set(own.compactMap { $0.distribution?.metadata })
        for site in try SitePackages.all(in: tree) {
            for name in names {
                for found in try site.distributions(named: name)
                where !metadata.contains(site.path.appending(found.entry).string) {
                    return true
                }
            }
        }
        let wheels = Set(own.flatMap(\.storedWheels))
        return try WheelStore(of: tree).wheels().contains {
            names.contains($0.name) && !wheels.contains($0.raw)
        }
    }
}
