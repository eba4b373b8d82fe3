internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

extension Inventory {
    /// Installed packages that nobody has named and that nothing else needs, for its use or to be built
    /// again; those that need others of them come first.
    ///
    /// What is needed is told by recipes, and for distributions that pip or others have installed by
    /// their metadata.
    ///
    /// - Throws: `InstallError.needsUnknown` if the recipe of a package that stays is gone.
    public func unneeded() throws -> [RecipeName] {
        let records = try workspace.settings.allTrees.flatMap { try $0.records() }
        let installed = Set(records.compactMap { RecipeName(valid: $0.name) })
        let graph = try DependencyGraph(recipes)
        var kinds = DependencyKind.needed
        // What it was built with, it would be built again without.
        kinds.insert(.optional)

        var waiting = records.filter { $0.isRequested != false }
            .compactMap { RecipeName(valid: $0.name) }
        waiting += try workspace.settings.pipRecipes(in: recipes).map(\.name)
        waiting += try neededByOthers(records)
        var needed: Set<RecipeName> = []
        var unknown: [String] = []
        while let name = waiting.popLast() {
            guard needed.insert(name).inserted else { continue }
            // What isn't installed may still be between two that are.
            if graph[name] == nil, installed.contains(name) { unknown.append(name.text) }
            waiting += graph.dependencies(of: name, kinds)
        }
        let unneeded = installed.subtracting(needed).sorted()
        if !unneeded.isEmpty, !unknown.isEmpty {
            throw InstallError.needsUnknown(unknown.sorted())
        }
        // A circle, or a recipe that is gone, has no order; then any will do.
        let order = (try? graph.order(of: unneeded.filter { graph[$0] != nil }, kinds)) ?? []
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        return unneeded.sorted { (places[$0] ?? -1, $1) > (places[$1] ?? -1, $0) }
    }

    /// Packages whose distributions are required by distributions that have no record.
    private func neededByOthers(_ records: [InstalledRecord]) throws -> [RecipeName] {
        var packages: [String: RecipeName] = [:]
        for record in records {
            guard let distribution = record.distribution, let name = RecipeName(valid: record.name)
            else { continue }
            packages[DistributionName.normalize(distribution.name)] = name
        }
        var needed: [RecipeName] = []
        for site in try workspace.settings.allTrees.flatMap({ try SitePackages.all(in: $0) }) {
            for found in try site.distributions() where packages[found.normalizedName] == nil {
                guard let text = try found.text("METADATA", in: site.folder),
                    let headers = try? MetadataHeaders(text: text)
                else { continue }
                // Whether a marker holds here doesn't matter: what may be needed stays.
                needed += headers.values(of: "Requires-Dist")
                    .compactMap { try? Requirement($0) }
                    .compactMap { packages[$0.name.normalized] }
            }
        }
        return needed
    }
}
