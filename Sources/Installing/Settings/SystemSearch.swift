internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// Finds packages that the system has.
struct SystemSearch {
    private let workspace: Workspace
    private var settings: Settings { workspace.settings }

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Looks for packages on the system and, if all are there, adds them to the tree's list.
    ///
    /// - Parameter trusted: don't look; the caller knows.
    /// - Throws: `InstallError.notOnSystem` for those that are not found; the list is as it was.
    func add(_ names: [RecipeName], trusted: Bool) throws -> [SystemFinding] {
        var findings: [SystemFinding] = []
        for name in names {
            let recipe = try workspace.recipes.recipe(name)
            let finding =
                trusted
                ? SystemFinding(name: name.text, evidence: "not looked for") : try find(recipe)
            guard let finding else {
                throw InstallError.notOnSystem(
                    recipe: name, debian: try recipe.systemPackages(for: "debian") ?? [])
            }
            findings.append(finding)
        }
        let tree = settings.local
        let path = tree.path(SystemPackages.place)
        let before = try readTextIfPresent(path) ?? ""
        let known = Set(SystemPackages.words(in: before))
        let new = Set(names.map(\.text)).subtracting(known).sorted()
        if new.isEmpty { return findings }
        let text = before + new.map { "\($0)\n" }.joined()
        let transaction = try TreeTransaction(in: tree, label: "system", workspace)
        let folder = transaction.new.path.pushing(SystemPackages.place.removingLastComponent())
        try makeDirectories(folder)
        try writeFile(
            folder.appending(SystemPackages.place.lastComponent!), text.utf8, mode: 0o644)
        try transaction.commitUnowned("note system packages")
        return findings
    }

    /// What shows that the system has a recipe's package; nil when nothing does.
    private func find(_ recipe: Recipe) throws -> SystemFinding? {
        let name = recipe.name.text
        func succeeds(_ command: [String]) -> Bool {
            (try? Platform.run(command, environment: settings.environment))?.status == 0
        }
        if recipe.isPython, let distribution = recipe.distribution?.name {
            let code = "import importlib.metadata, sys; importlib.metadata.version(sys.argv[1])"
            let python = settings.venv.interpreterLink
            let program = try targetStatus(python) != nil ? python.string : settings.python
            return succeeds([program, "-B", "-c", code, distribution])
                ? SystemFinding(name: name, evidence: "\(program) finds \(distribution)") : nil
        }
        if succeeds(["pkg-config", "--exists", name]) {
            return SystemFinding(name: name, evidence: "pkg-config finds \(name)")
        }
        if let compiler = Self.compilers[name] {
            return succeeds([compiler, "--version"])
                ? SystemFinding(name: name, evidence: "\(compiler) runs") : nil
        }
        // With all of Debian's packages for it there, it is there.
        let debian = try recipe.systemPackages(for: "debian") ?? []
        let state = ["dpkg-query", "-W", "-f", "${db:Status-Status}\n"]
        if !debian.isEmpty,
            let said = try? Platform.run(state + debian, environment: settings.environment),
            said.status == 0, said.stdout.split(separator: "\n").allSatisfy({ $0 == "installed" })
        {
            return SystemFinding(
                name: name, evidence: "installed here: \(debian.joined(separator: " "))")
        }
        return nil
    }

    private static let compilers = ["gcc": "gcc", "gfortran": "gfortran", "cmake": "cmake"]
}

/// Why a package counts as provided by the system.
public struct SystemFinding: Sendable, Equatable {
    public let name: String
    /// In words.
    public let evidence: String
}
