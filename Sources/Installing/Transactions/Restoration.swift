internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What the staged content of a repair takes the place of in its tree.
struct Restoration {
    let tree: Tree
    /// The package's record as it is; nil when the tree's interpreter is restored.
    let record: InstalledRecord?

    /// What is staged, other versions of a distribution that is staged, what its present RECORD lists
    /// and nobody else has. All else stays.
    ///
    /// - Throws: `InstallError.notInstalled` when the record has become another.
    func owned(staged: Directory) throws -> OwnedByPackage {
        guard let record else {
            return OwnedByPackage(
                ofTree: try TreeInterpreter.files(in: [tree, Tree(staged.path)]))
        }
        guard try tree.records(of: record.name) == [record] else {
            throw InstallError.notInstalled(record.name)
        }
        let name = try record.distribution.map { try DistributionName($0.name) }
        let files = try staged.files()
        var listed: Set<FilePath> = []
        if let name, try isStaged(name, staged) {
            for site in try SitePackages.all(in: tree) {
                for found in try site.distributions(named: name) {
                    listed.formUnion(
                        try (try? site.files(of: found)) ?? site.metadata(of: found))
                }
            }
            listed.subtract(files)
            listed.subtract((record.overwritten ?? [:]).keys.map { FilePath($0) })
            listed.subtract((record.manifest ?? []).map { FilePath($0.path) })
        }
        let claims = try claims(of: listed.union(files), besides: record.name, name)
        let restored = try files.filter { path in
            try claims[path]?.allSatisfy { try $0.holds(for: path, in: staged) } ?? false
        }
        return OwnedByPackage(
            files: files + listed.filter { claims[$0] == nil }, of: record.name,
            distribution: name?.normalized, restoring: Set(restored))
    }

    private func isStaged(_ name: DistributionName, _ staged: Directory) throws -> Bool {
        try SitePackages.all(in: Tree(staged.path))
            .contains { try !$0.distributions(named: name).isEmpty }
    }

    // MARK: Others

    /// What another package or distribution says about a file.
    fileprivate enum Claim {
        case content(ContentComparison.Claim.Hash)
        case link(String)
        /// That it is its own, and no more.
        case none

        func holds(for path: FilePath, in staged: Directory) throws -> Bool {
            let file = staged.path.pushing(path)
            let kind = try status(file)?.kind
            switch self {
            case .content(let hash): return try kind == .file && hash.isOf(File(reading: file))
            case .link(let text):
                let folder = try Directory(opening: file.removingLastComponent())
                return try kind == .link && folder.linkText(path.lastComponent!).string == text
            case .none: return false
            }
        }
    }

    private func claims(
        of paths: Set<FilePath>, besides package: String, _ name: DistributionName?
    ) throws -> [FilePath: [Claim]] {
        var claims: [FilePath: [Claim]] = [:]
        func add(_ text: String, _ claim: @autoclosure () -> Claim) {
            let path = FilePath(text)
            if paths.contains(path) { claims[path, default: []].append(claim()) }
        }
        for other in try tree.records(where: { $0.package != package }) {
            let lost = other.overwritten ?? [:]
            let known = Dictionary((other.manifest ?? []).map { ($0.path, $0) }) { $1 }
            for file in other.files where lost[file] == nil {
                add(file, known[file].map(Claim.init) ?? .none)
            }
        }
        for site in try SitePackages.all(in: tree) {
            for other in try site.distributions() where other.normalizedName != name?.normalized {
                let listed = try? other.files(in: site.folder, at: site.path, of: tree.root)
                for file in listed?.files ?? [] {
                    add(
                        file.path,
                        ContentComparison.Claim.Hash(row: file.hash).map { .content($0) } ?? .none)
                }
                for file in try site.metadata(of: other) where claims[file] == nil {
                    add(file.string, .none)
                }
            }
        }
        return claims
    }
}

extension Restoration.Claim {
    init(_ entry: ManifestEntry) {
        if let text = entry.link {
            self = .link(text)
        } else {
            self = entry.sha256.map { .content(.sha256($0)) } ?? .none
        }
    }
}

extension Directory {
    /// Every file and link in it, relative to it.
    fileprivate func files() throws -> [FilePath] {
        func look(_ folder: Directory, _ path: FilePath) throws -> [FilePath] {
            try folder.entries().flatMap { name, _ in
                try folder.status(name)?.kind == .directory
                    ? look(folder.directory(name), path.appending(name)) : [path.appending(name)]
            }
        }
        return try look(self, "")
    }
}
