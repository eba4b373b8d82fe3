internal import Building
internal import Glibc
internal import Installing
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// This process's surroundings, for commands: nothing below this floor reads them.
enum Here {
    static var environment: [String: String] {
        var found: [String: String] = [:]
        var at = environ
        while let entry = at.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                found[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            at += 1
        }
        let name = TreeSettings.commandVariable
        if found[name] == nil { found[name] = command }
        return found
    }

    /// The command line, as a person would type it; cut where it is long.
    private static let command: String = {
        let text = (["spkg"] + CommandLine.arguments.dropFirst()).map(shellQuoted)
            .joined(separator: " ")
        return text.utf8.count > 300 ? "\(text.prefix(300))…" : text
    }()

    /// Absolute, without links; nil when it was removed.
    static var workingDirectory: FilePath? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    /// This very program, for those that call it back; by its name on PATH where the system doesn't
    /// tell.
    private static var program: FilePath {
        (try? Directory(opening: "/proc/self").linkText("exe")) ?? "spkg"
    }

    static func settings() throws -> Settings {
        try settings(environment)
    }

    static func settings(_ environment: [String: String]) throws -> Settings {
        try Settings(
            environment: environment, workingDirectory: workingDirectory, program: program)
    }

    static func installer(
        _ watcher: Watcher, environment: [String: String] = environment
    ) throws -> Installer {
        try Installer(settings: settings(environment), reporting: watcher.reporting)
    }
}

/// For commands that only look: none of them shows a tree that is in between two states.
func requireNoOpenChanges(_ settings: Settings) throws {
    try requireNoOpenChanges(FileQueries(in: settings.allTrees, settings: settings.trees))
}

func requireNoOpenChanges(_ queries: FileQueries) throws {
    let watcher = Watcher(isVerbose: false)
    try queries.requireNoOpenChanges { watcher.reporting.event(.waiting($0)) }
}

/// For commands that only look: what they show of a tree that was moved may be the old place's.
///
/// - Parameter packages: whose records are looked at; nil: all.
func warnOfMoved(_ trees: [Tree], of packages: Set<String>? = nil) throws {
    for tree in trees {
        let records = try tree.readRecords { packages?.contains($0.package) ?? true }
        try warnOfMoved(tree, by: records.compactMap { try? $0.record.get() })
    }
}

func warnOfMoved(_ tree: Tree, by records: [InstalledRecord]) throws {
    guard let place = try tree.formerPlace(by: records) else { return }
    say(
        """
        warning: \(tree.root) was moved or copied from \(place), and scripts in it still lead there
        to make them right: spkg repair
        """)
}

/// Says what is wrong with recipes, for commands that go on without them.
func say(warningsOf graph: DependencyGraph) {
    for problem in graph.problems { say("warning: \(problem)") }
}

/// Names of the command line as names of recipes, of which each must exist; each once.
func recipeNames(_ names: [TextArgument], in recipes: RecipeCollection) throws -> [RecipeName] {
    var seen: Set<RecipeName> = []
    return try names.map { try recipes.recipe($0.text).name }.filter { seen.insert($0).inserted }
}
