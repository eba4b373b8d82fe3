internal import ArgumentParser
internal import Installing
internal import Recipes
internal import Synchronization
internal import SystemPackage

struct OutdatedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outdated",
        abstract: "List recipes of which the package index has newer releases.",
        discussion: """
            The index is the one that pip is configured to use. As pip chooses, releases don't count \
            that were yanked, that are for other versions of Python or other platforms, or that are \
            pre-releases. Without names, recipes of installed Python packages are looked up. What \
            can't be asked is an error for each, and the status is 1.

            Installed packages whose own recipe is newer: `spkg list --outdated`.

            EXAMPLES
              spkg outdated               NAME VERSION NEWEST
              spkg outdated --min-age 14 numpy
            """)

    @Argument(help: "Names of recipes.", completion: .recipes, transform: TextArgument.init)
    var packages: [TextArgument] = []

    @Flag(help: "All recipes, not only those of installed packages.")
    var all = false

    @Option(help: ArgumentHelp("Only releases that are so old.", valueName: "days"))
    var minAge = 0

    @Flag(help: "As JSON.")
    var json = false

    private struct Answer: Encodable {
        let name: String
        let distribution: String
        let version: String
        let newest: String
        let uploaded: String?
    }

    func validate() throws {
        guard (0...36500).contains(minAge) else {
            throw ValidationError("--min-age must be a number of days from 0 to 36500")
        }
        if all, !packages.isEmpty { throw ValidationError("--all goes without names") }
    }

    func run() throws {
        let settings = try Here.settings()
        let reporting = Watcher(isVerbose: false).reporting
        let releases = try NewerReleases(
            settings, reporting, minimumAge: .seconds(minAge * 86_400))
        let recipes = try wanted(settings, reporting)
        let found = Mutex(NewerReleases.Answer())
        try Interrupts.watched {
            let answer = try await releases.find(for: recipes)
            found.withLock { $0 = answer }
        }
        let answer = found.withLock { $0 }
        if json {
            try emit(
                jsonText(
                    answer.newer.map {
                        Answer(
                            name: $0.name, distribution: $0.distribution, version: $0.version,
                            newest: $0.newest, uploaded: $0.uploaded)
                    }))
        } else {
            let rows = answer.newer.map { found -> [String] in
                let day = found.uploaded.map { [String($0.prefix(10))] } ?? []
                return [found.name, found.version, found.newest] + day
            }
            try emit(table(rows))
        }
        for failure in answer.failures { say("error: \(failure)") }
        if !answer.failures.isEmpty { throw ExitCode.failure }
    }

    private func wanted(_ settings: Settings, _ reporting: Reporting) throws -> [Recipe] {
        let inventory = try Inventory(settings, reporting)
        if !packages.isEmpty {
            return try packages.map { package in
                let recipe = try inventory.recipes.recipe(package.text)
                guard NewerReleases.canAsk(recipe) else {
                    throw ValidationError(
                        "\(recipe.name) is not made from an archive of a Python distribution")
                }
                return recipe
            }
        }
        let (recipes, broken) = try inventory.recipes.read()
        for recipe in broken { say("warning: \(recipe.error)") }
        let installed = all ? [] : Set(try inventory.packages().map(\.name))
        return recipes.filter {
            NewerReleases.canAsk($0) && (all || installed.contains($0.name.text))
        }
    }
}
