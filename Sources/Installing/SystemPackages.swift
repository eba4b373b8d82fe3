internal import Changes
internal import Platform
public import Recipes
internal import SystemPackage
internal import Trees

/// Recipes whose packages the system provides: they satisfy dependencies, and are never built or
/// removed.
///
///     etc/spkg/system-packages.txt    in the tree: names, one or several a line; # begins a comment
///     SPKG_SYSTEM_PACKAGES            more of them, separated by blanks or commas
///
/// `python3` is one as long as the tree's interpreter comes from outside: as long as no package of
/// that name is installed.
struct SystemPackages: Sendable {
    static let place: FilePath = "etc/spkg/system-packages.txt"

    private let named: Set<String>
    private let tree: Tree

    init(of settings: Settings) throws(PlatformError) {
        tree = settings.local
        let listed = try readTextIfPresent(tree.path(Self.place)) ?? ""
        named = Set(Self.words(in: listed) + settings.namedSystemPackages)
    }

    func contains(_ recipe: Recipe) throws -> Bool {
        if named.contains(recipe.name.text) { return true }
        guard recipe.name.text == "python3" else { return false }
        return try !tree.recordFiles().contains { $0.package == "python3" }
    }

    /// Sorted.
    var names: [String] { named.sorted() }

    static func words(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }
}

extension Settings {
    /// The names of packages that the system provides, as far as they are named somewhere.
    public func systemPackages() throws -> Set<String> {
        Set(try SystemPackages(of: self).names)
    }
}

extension Installer {
    func isProvidedBySystem(_ recipe: Recipe) throws -> Bool { try system.contains(recipe) }

    func providedBySystem() throws -> Set<RecipeName> {
        var names = Set(system.names.compactMap { try? RecipeName($0) })
        if let python = try recipes.recipeIfPresent(RecipeName("python3")),
            try system.contains(python)
        {
            names.insert(python.name)
        }
        return names
    }

    /// Names that are in use now, `python3` left out, sorted.
    public var systemPackages: [String] { system.names }

    /// Looks for packages on the system and, if all are there, adds them to the tree's list.
    ///
    /// - Parameter trusted: don't look; the caller knows.
    /// - Throws: `InstallError.notOnSystem` for those that are not found; the list is as it was.
    public func addSystemPackages(_ names: [RecipeName], trusted: Bool) throws -> [SystemFinding] {
        var findings: [SystemFinding] = []
        for name in names {
            let recipe = try recipes.recipe(name)
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
        let delivery = try Delivery(to: tree, label: "system", self)
        let folder = delivery.new.path.pushing(SystemPackages.place.removingLastComponent())
        try makeDirectories(folder)
        try writeFile(
            folder.appending(SystemPackages.place.lastComponent!), text.utf8, mode: 0o644)
        try delivery.commitUnowned("note system packages")
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
            return succeeds([program, "-c", code, distribution])
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
