internal import FoundationEssentials
internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

// What of a pip recipe's requirements is installed.

/// One requirement of a pip recipe that counts on this platform.
struct PipRequirement {
    /// As messages name it.
    let text: String
    /// The distribution in the tree; nil when there is none.
    let installed: DistributionName?
}

extension Settings {
    /// Recipes of source pip, sorted by name.
    func pipRecipes(in recipes: RecipeCollection) throws -> [Recipe] {
        let folder = root.pushing("build/pkgs")
        return try Directory(opening: folder).names().sorted().compactMap { name in
            guard try targetStatus(folder.appending(name).appending("requirements.txt")) != nil,
                let recipe = RecipeName(valid: name)
            else { return nil }
            return try recipes.recipeIfPresent(recipe)
        }
    }

    /// The distributions that a pip recipe names and that are installed: `NAME VERSION`.
    public func pipDistributions(of recipe: Recipe) throws -> [String] {
        guard let interpreter = try pipInterpreter() else { return [] }
        let versions = try installedVersions()
        return try pipRequirements(of: recipe) { MarkerEnvironment(interpreter) }
            .compactMap(\.installed)
            .map { "\($0.raw) \(versions[$0.normalized] ?? "")" }
    }

    /// Nil while there is no tree.
    private func pipInterpreter() throws -> Interpreter? {
        guard try targetStatus(venv.interpreterLink) != nil else { return nil }
        return try Interpreter(
            asking: venv.interpreterLink.string, environment: environment, cache: cache)
    }

    private func installedVersions() throws -> [String: String] {
        try Dictionary(
            SitePackages.all(in: venv).flatMap { try $0.distributions() }
                .map { ($0.normalizedName, $0.version ?? "") }, uniquingKeysWith: { one, _ in one })
    }

    /// Pip packages that are installed, and the version of the first distribution that each names.
    public func pipPackages(in recipes: RecipeCollection) throws -> [(
        name: String, version: String
    )] {
        guard let interpreter = try pipInterpreter() else { return [] }
        let versions = try installedVersions()
        return try pipRecipes(in: recipes).compactMap { recipe in
            // A recipe that can't be read is for others to say.
            let found = (try? pipRequirements(of: recipe) { MarkerEnvironment(interpreter) }) ?? []
            guard let first = found.first?.installed, found.allSatisfy({ $0.installed != nil })
            else { return nil }
            return (recipe.name.text, versions[first.normalized] ?? "")
        }
    }

    /// - Parameter markers: asked for only when a requirement has a marker.
    func pipRequirements(of recipe: Recipe, markers: () throws -> MarkerEnvironment) throws
        -> [PipRequirement]
    {
        guard let file = recipe.requirementsFile else { return [] }
        let sites = try SitePackages.all(in: venv)
        let installed = try sites.flatMap { site in
            try site.distributions().map { (distribution: $0, site: site) }
        }
        let names = Set(installed.map(\.distribution.normalizedName))
        var known: MarkerEnvironment?
        var found: [PipRequirement] = []
        for entry in try RequirementsFile(reading: file).entries {
            switch entry {
            case .named(let name, let requirement):
                if let requirement, requirement.marker != nil {
                    let environment = try known ?? markers()
                    known = environment
                    guard try requirement.applies(in: environment, extras: []) else { continue }
                }
                found.append(
                    PipRequirement(
                        text: name.raw, installed: names.contains(name.normalized) ? name : nil))
            case .source(let text):
                let match = try installed.first { distribution, site in
                    try distribution.comes(from: text, site: site, below: root)
                }
                found.append(
                    PipRequirement(
                        text: text,
                        installed: try match.map { try DistributionName($0.distribution.name) }))
            }
        }
        return found
    }
}

extension InstalledDistribution {
    /// Whether `direct_url.json` names a path or address of a requirements file (PEP 610).
    ///
    /// - Parameter folder: what paths are relative to.
    fileprivate func comes(from text: String, site: SitePackages, below folder: FilePath) throws
        -> Bool
    {
        struct Origin: Decodable { let url: String }
        guard form == .distInfo, let json = try self.text("direct_url.json", in: site.folder),
            let origin = try? JSONDecoder().decode(Origin.self, from: Data(json.utf8))
        else { return false }
        let url = origin.url
        guard text.contains("://") else {
            let path = folder.pushing(FilePath(text)).lexicallyNormalized()
            return url == "file://\(percentEncoded(path.string))"
        }
        // git+https://host/name.git@v1.0
        var wanted = text[...]
        if let plus = wanted.firstIndex(of: "+"), plus < wanted.firstRange(of: "://")!.lowerBound {
            wanted = wanted[wanted.index(after: plus)...]
        }
        return wanted == url[...] || wanted.hasPrefix("\(url)@")
    }
}
