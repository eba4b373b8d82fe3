internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What a package has in a tree now: not what we remember, but what its records and the RECORDs in
/// `site-packages` say, because people run pip behind our back.
struct OwnedByPackage {
    /// Relative to the tree's root; records and folders that came empty among them. Other packages may
    /// own them too.
    private(set) var files: [FilePath] = []
    /// Normalized names of the projects whose wheels it stored.
    private(set) var projects: Set<String> = []
    private(set) var records: [InstalledRecord] = []
    /// The package, and those whose place it takes; empty for what no recipe brought.
    let packages: [String]
    /// Distributions whose files are not known, because their list of files is gone.
    private(set) var unlisted: [InstalledDistribution] = []
    /// Of `files`, those that others own too, and that may be replaced all the same: what comes is what
    /// all of them list.
    private(set) var restored: Set<FilePath> = []
    /// Its distributions, normalized.
    private var names: Set<String> = []
    /// By normalized name; part of `files`.
    private var distributionFiles: [String: [FilePath]] = [:]

    private var isOfTree = false

    static let nothing = OwnedByPackage(packages: [])

    private init(packages: [String]) { self.packages = packages }

    /// - Parameters:
    ///   - more: distributions that count as the package's whatever its records say.
    ///   - predecessors: other packages that leave with it.
    ///   - others: the tree's records; what those of other packages claim, too, is not the package's to
    ///     take along. Nil where that was seen to before.
    init(
        _ package: String, _ more: Set<DistributionName> = [],
        replacing predecessors: [String] = [],
        sparing others: RecordSearch? = nil, in tree: Tree
    ) throws {
        packages = [package] + predecessors
        var names = more
        for package in packages {
            let own = try tree.records(of: package)
            records += own
            for record in own { names.formUnion(try record.distributionNames(in: tree)) }
            if !own.isEmpty { files += try Self.keptScripts(of: package, in: tree) }
        }
        for record in records {
            files.append(Tree.Place.installed.appending(record.fileName))
            files += (record.files + (record.folders ?? [])).map { FilePath($0) }
            for wheel in record.storedWheels {
                guard let project = (try? WheelFilename(wheel))?.name.normalized else { continue }
                projects.insert(project)
                // Records of the old machinery don't list what `spkg index` has put beside the wheel.
                if record.wheel == nil {
                    files += try WheelStore.files(of: wheel, project: project).filter {
                        try status(tree.path($0)) != nil
                    }
                }
            }
        }
        if let others, !projects.isEmpty || !names.isEmpty {
            let about = projects.union(names.map(\.normalized))
            try spare(others.records(about: about, files), &names)
        }
        if !names.isEmpty { try addDistributions(names, in: SitePackages.all(in: tree)) }
        let lost = Set(records.flatMap { ($0.overwritten ?? [:]).keys.map { FilePath($0) } })
        if !lost.isEmpty { files.removeAll { lost.contains($0) } }
    }

    /// Distributions that no recipe brought, wherever in the tree.
    init(distributions: Set<DistributionName>, in tree: Tree) throws {
        try self.init(distributions: distributions, in: SitePackages.all(in: tree))
    }

    init(distributions: Set<DistributionName>, in sites: [SitePackages]) throws {
        packages = []
        try addDistributions(distributions, in: sites)
    }

    /// Files of the tree's own, which no package can have.
    init(ofTree files: [FilePath]) {
        packages = []
        self.files = files
        isOfTree = true
    }

    /// Files of a package or distribution of which only these change.
    ///
    /// - Parameters:
    ///   - distribution: normalized.
    ///   - restored: those that come with the very content that their other owners list.
    init(
        files: [FilePath], of package: String? = nil, distribution: String?,
        restoring restored: Set<FilePath> = []
    ) {
        packages = package.map { [$0] } ?? []
        names = distribution.map { [$0] } ?? []
        self.files = files
        self.restored = restored
    }

    /// What leaves although files of the old version are to stay: what is kept for the package alone
    /// (record, wheel, pages, scripts), so that these agree with each other, and each distribution of
    /// which another version comes. Two versions of one would be neither.
    func leaving(before coming: Set<String>) -> [FilePath] {
        let exchanged = Set(
            distributionFiles.filter { coming.contains($0.key) }.flatMap(\.value))
        return files.filter { $0.starts(with: "var/lib/sage") || exchanged.contains($0) }
    }

    private mutating func spare(_ all: [InstalledRecord], _ names: inout Set<DistributionName>) {
        var claimed: Set<FilePath> = []
        for record in all where !packages.contains(record.name) {
            claimed.formUnion(record.files.map { FilePath($0) })
            if let name = record.distribution.flatMap({ try? DistributionName($0.name) }) {
                names.remove(name)
            }
            for wheel in record.storedWheels {
                guard let name = (try? WheelFilename(wheel))?.name else { continue }
                projects.remove(name.normalized)
                claimed.formUnion(WheelStore.files(of: wheel, project: name.normalized))
            }
        }
        files.removeAll(where: claimed.contains)
    }

    /// The package itself, in questions about others.
    var exception: Owners.Exception {
        if isOfTree { return .everybody }
        return Owners.Exception(packages: Set(packages), distributions: names)
    }

    private mutating func addDistributions(
        _ names: Set<DistributionName>, in sites: [SitePackages]
    ) throws {
        self.names.formUnion(names.map(\.normalized))
        if names.isEmpty { return }
        for site in sites {
            for name in names {
                for distribution in try site.distributions(named: name) {
                    let found = try site.removableFiles(of: distribution)
                    files += found.files
                    distributionFiles[name.normalized, default: []] += found.files
                    if !found.areComplete { unlisted.append(distribution) }
                }
            }
        }
    }

    /// What is kept for uninstalling is the package's, listed or not: the old machinery put scripts
    /// there when it had made the list.
    private static func keptScripts(of package: String, in tree: Tree) throws -> [FilePath] {
        let place = Tree.Place.scripts.appending(package)
        guard try status(tree.path(place))?.kind == .directory else { return [] }
        let folder = try Directory(opening: tree.path(place))
        return try folder.entries().map(\.name)
            .filter { try folder.status($0)?.kind != .directory }.map { place.appending($0) }
    }
}

extension InstalledRecord {
    /// The distributions that it brought: one at most, but of the old machinery's records.
    func distributionNames(in tree: Tree) throws -> Set<DistributionName> {
        var names = isOld ? Set(try OldRecords(in: tree).distributions(of: name)) : []
        if let distribution { names.insert(try DistributionName(distribution.name)) }
        return names
    }

    /// Normalized names of the projects of its wheels, but for names that no store would have taken.
    var projects: Set<String> {
        Set(storedWheels.compactMap { (try? WheelFilename($0))?.name.normalized })
    }
}
