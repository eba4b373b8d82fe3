public import Recipes
internal import Trees

/// The installed packages of a distribution, compared with their recipes. Reads only.
public struct Inventory {
    /// One that has a record.
    public struct Package: Sendable {
        public let name: String
        public let version: String
        /// False: it is only there because something needs it.
        public let isRequested: Bool
        /// ISO 8601, UTC; empty where an old record doesn't say.
        public let installDate: String
    }

    /// One that is not as its recipe says.
    public struct Outdated: Sendable {
        public let name: String
        public let version: String
        /// Of the recipe.
        public let recipeVersion: String
    }

    public let recipes: RecipeCollection
    let workspace: Workspace

    public init(_ settings: Settings, _ reporting: Reporting) throws {
        workspace = try Workspace(settings: settings, reporting: reporting)
        recipes = workspace.recipes
    }

    /// Sorted by name; records that can't be read are left out, and `unreadable` has them.
    public func packages() throws -> [Package] {
        try records().compactMap { try? $0.record.get() }.map {
            Package(
                name: $0.name, version: $0.version, isRequested: $0.isRequested != false,
                installDate: $0.installDate)
        }.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
    }

    /// What is wrong with records, in words.
    public func unreadable() throws -> [any Error] {
        try records().compactMap { _, record in
            guard case .failure(let error) = record else { return nil }
            return error
        }
    }

    private func records() throws
        -> [(file: RecordFile, record: Result<InstalledRecord, TreeError>)]
    {
        try workspace.settings.allTrees.flatMap { try $0.readRecords() }
    }

    /// Those that an install would build again, sorted by name; and the errors of recipes that can't
    /// be compared. Packages whose recipe is gone are not among them.
    public func outdated() throws -> (packages: [Outdated], errors: [any Error]) {
        var statuses = InstallStatuses(workspace, isSteady: true)
        var outdated: [String: Outdated] = [:]
        var errors: [any Error] = []
        for file in try workspace.settings.allTrees.flatMap({ try $0.recordFiles() }) {
            guard let name = RecipeName(valid: file.package) else { continue }
            do {
                guard let recipe = try recipes.recipeIfPresent(name),
                    try !statuses.isDone(recipe)
                else { continue }
                outdated[file.package] = Outdated(
                    name: file.package, version: file.version,
                    recipeVersion: recipe.displayedVersion)
            } catch { errors.append(error) }
        }
        return (outdated.values.sorted { $0.name < $1.name }, errors)
    }

    /// Whether a package is as its recipe says.
    public func isUpToDate(_ recipe: Recipe) throws -> Bool {
        var statuses = InstallStatuses(workspace)
        return try statuses.isDone(recipe)
    }
}
