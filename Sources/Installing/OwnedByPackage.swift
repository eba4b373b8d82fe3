internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What a package has in a tree now: not what we remember, but what its records and the RECORDs in
/// `site-packages` say, because people run pip behind our back.
struct OwnedByPackage {
    /// Relative to the tree's root; records and folders that came empty among them.
    var files: [FilePath]
    /// Normalized names of the projects whose wheels it stored.
    let projects: Set<String>
    let records: [InstalledRecord]

    /// - Parameter more: distributions that count as the package's whatever its records say.
    init(_ package: String, _ more: Set<DistributionName> = [], in tree: Tree) throws {
        records = try tree.records(of: package)
        var names = more
        for record in records {
            if let distribution = record.distribution {
                names.insert(try DistributionName(distribution.name))
            } else if record.fingerprint == nil {
                names.formUnion(try Self.oldDistributions(of: package, in: tree))
            }
        }
        var files: [FilePath] = []
        for record in records {
            files.append(Tree.Place.installed.appending(record.fileName))
            files += (record.files + (record.folders ?? [])).map { FilePath($0) }
        }
        if !records.isEmpty { files += try Self.keptScripts(of: package, in: tree) }
        files += try Self.files(of: names, in: tree)
        let lost = Set(records.flatMap { ($0.overwritten ?? [:]).keys.map { FilePath($0) } })
        self.files = lost.isEmpty ? files : files.filter { !lost.contains($0) }
        projects = Set(records.compactMap { $0.wheel?.project })
    }

    /// What is kept for uninstalling is the package's, listed or not: the old machinery put scripts
    /// there when it had made the list (recipe-facts, 4.5, step 7).
    private static func keptScripts(of package: String, in tree: Tree) throws -> [FilePath] {
        let place = Tree.Place.scripts.appending(package)
        guard try status(tree.path(place))?.kind == .directory else { return [] }
        let folder = try Directory(opening: tree.path(place))
        return try folder.entries().map(\.name)
            .filter { try folder.status($0)?.kind != .directory }.map { place.appending($0) }
    }

    /// What the old machinery had pip install: `spkg-requirements.txt` in the package's scripts names
    /// it, one `NAME @ file://…` a line (recipe-facts, 4.6).
    private static func oldDistributions(of package: String, in tree: Tree) throws
        -> Set<DistributionName>
    {
        let list = tree.path(Tree.Place.scripts).appending(package)
            .appending("spkg-requirements.txt")
        let lines = try readTextIfPresent(list)?.split(separator: "\n") ?? []
        return Set(
            try lines.compactMap { $0.split(separator: " ").first }
                .map { try DistributionName(String($0)) })
    }

    /// Distributions that no recipe brought.
    init(distributions: Set<DistributionName>, in tree: Tree) throws {
        records = []
        projects = []
        files = try Self.files(of: distributions, in: tree)
    }

    static let nothing = OwnedByPackage()

    private init() {
        files = []
        projects = []
        records = []
    }

    private static func files(of names: Set<DistributionName>, in tree: Tree) throws -> [FilePath] {
        var files: [FilePath] = []
        if names.isEmpty { return files }
        for site in try SitePackages.all(in: tree) {
            for name in names {
                for distribution in try site.distributions(named: name) {
                    files += try site.files(of: distribution)
                }
            }
        }
        return files
    }
}

extension InstalledRecord.StoredWheel {
    /// Normalized; nil for a name that the store would not have taken.
    var project: String? { (try? WheelFilename(file))?.name.normalized }
}
