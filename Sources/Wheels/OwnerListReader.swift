internal import Platform
internal import SystemPackage
internal import Trees

/// Reads lists of files, as far as they may name what is asked for.
struct OwnerListReader {
    typealias State = Owners.State

    /// Where a list of files is.
    enum Source: Sendable {
        case record(FilePath)
        case distribution(InstalledDistribution, SitePackages)

        /// Of the record, or of the distribution's metadata.
        var path: FilePath {
            switch self {
            case .record(let path): path
            case .distribution(let distribution, let site):
                site.folder.path.appending(distribution.entry)
            }
        }
    }

    /// What a first look at a list tells.
    enum Look: Sendable {
        case gone
        /// It is known, or names nothing that was asked for.
        case list(State.List)
        /// It has to be read.
        case relevant(FileStatus)
    }

    private let tree: Tree
    private let questions: State.Questions?
    private let links: TreeLinks
    private let filter: Filter

    init(_ tree: Tree, _ questions: State.Questions?) throws {
        self.tree = tree
        self.questions = questions
        guard let questions else {
            links = TreeLinks(of: try Directory(opening: tree.root))
            filter = Filter(hashes: nil, rowHashes: [:])
            return
        }
        let root = try Directory(opening: tree.root)
        let links = TreeLinks(of: root)
        // `lib64 → lib`: what lists say of `lib64/x` is of `lib/x`.
        var aliases: [(link: FilePath, folder: FilePath)] = []
        for (name, kind) in try root.entries() where kind == .link || kind == .unknown {
            let link = FilePath(root: nil, [name])
            if let folder = try links.folder(link), !folder.links.isEmpty {
                aliases.append((link, folder.path))
            }
        }
        func names(of path: FilePath) -> [FilePath] {
            [path]
                + aliases.compactMap { alias in
                    var rest = path
                    return rest.removePrefix(alias.folder) ? alias.link.pushing(rest) : nil
                }
        }
        self.links = links
        let hashes = PathHashes(files: questions.files, folders: questions.folders) {
            // Of a name with a blank, old records may have the pieces alone.
            names(of: $0).map(\.string).flatMap { name in
                let piece = name.prefix { $0 != " " }
                return piece.endIndex == name.endIndex ? [name] : [name, String(piece)]
            }
        }
        var rowHashes: [FilePath: PathHashes] = [:]
        for site in try SitePackages.all(in: tree) {
            rowHashes[site.path] = PathHashes(files: questions.files, folders: []) {
                names(of: $0).flatMap { Self.rows(of: $0, from: site.path) }
            }
        }
        filter = Filter(hashes: hashes, rowHashes: rowHashes)
    }

    /// How a RECORD may spell a path: up to the tree's root and down again, or only as far up as need
    /// be.
    private static func rows(of path: FilePath, from site: FilePath) -> [String] {
        let up = String(repeating: "../", count: site.components.count)
        var from = Array(site.components)
        var to = Array(path.components)
        while let one = from.first, one == to.first, to.count > 1 {
            from.removeFirst()
            to.removeFirst()
        }
        let short = String(repeating: "../", count: from.count) + FilePath(root: nil, to).string
        return [up + path.string, short]
    }

    private func isAsked(_ path: FilePath) -> Bool {
        questions.map { $0.files.contains(path) || $0.folders.contains(path) } ?? true
    }

    /// What is asked for and listed: by itself, or by way of a link that is asked for.
    private func asked(_ files: some Sequence<FilePath>, folders: [FilePath] = []) throws
        -> [FilePath]
    {
        guard let questions else { return try (Array(files) + folders).map { try links.real($0) } }
        var found: Set<FilePath> = []
        for path in files {
            let real = try links.real(path)
            if questions.files.contains(real) { found.insert(real) }
            var above = path
            while above.removeLastComponent(), !above.isEmpty {
                if questions.files.contains(above) { found.insert(above) }
            }
        }
        for path in try folders.map({ try links.real($0) }) where isAsked(path) {
            found.insert(path)
        }
        return Array(found)
    }

    /// A first look at each list, on every core: most of thousands name nothing that was asked for.
    func look(at sources: [Source], known: [FilePath: State.List])
        -> [(source: Source, found: Result<Look, any Error>)]
    {
        let filter = filter
        return mapRunsInParallel(sources) { source in
            (source, Result { try filter.look(at: source, known: known[source.path]) })
        }
    }

    /// - Parameter status: of the list, before it was read.
    func read(_ source: Source, _ status: FileStatus) throws -> State.List {
        switch source {
        case .record(let path):
            let record = try tree.record(at: path)
            let taken = record.overwritten ?? [:]
            return State.List(
                status: status,
                owner: .package(record.name, distribution: record.distributionName),
                paths: try asked(
                    record.files.lazy.filter { taken[$0] == nil }.map { FilePath($0) },
                    folders: (record.folders ?? []).map { FilePath($0) }),
                lost: try asked(taken.keys.map { FilePath($0) }))
        case .distribution(let distribution, let site):
            return State.List(
                status: status, owner: .distribution(of: distribution),
                paths: try asked(site.files(of: distribution)),
                isImplied: try Filter.list(of: distribution, in: site)?.isImplied ?? true)
        }
    }

    /// Tells lists that may name what was asked for from the others.
    private struct Filter: Sendable {
        /// Nil: everything is asked for.
        let hashes: PathHashes?
        let rowHashes: [FilePath: PathHashes]

        func look(at source: Source, known: State.List?) throws -> Look {
            switch source {
            case .record(let path):
                guard let status = try targetStatus(path) else { return .gone }
                if let known, known.status.isUnchanged(since: status) { return .list(known) }
                if let hashes, try !hashes.mayOccur(inStrings: readFile(path)) {
                    return .list(
                        State.List(
                            status: status, owner: .package("", distribution: nil), paths: []))
                }
                return .relevant(status)
            case .distribution(let distribution, let site):
                guard let list = try Self.list(of: distribution, in: site) else { return .gone }
                if let known, known.status.isUnchanged(since: list.status) { return .list(known) }
                if distribution.form == .distInfo, list.status.kind == .file,
                    let hashes = rowHashes[site.path],
                    try !hashes.mayOccur(inRows: readFile(list.file))
                {
                    return .list(
                        State.List(
                            status: list.status, owner: .distribution(of: distribution), paths: []))
                }
                return .relevant(list.status)
            }
        }

        /// A distribution's list of files, or, where there is none, its metadata. Nil: it is gone.
        static func list(of distribution: InstalledDistribution, in site: SitePackages) throws
            -> (file: FilePath, status: FileStatus, isImplied: Bool)?
        {
            let entry = site.folder.path.appending(distribution.entry)
            let file =
                switch distribution.form {
                case .distInfo: entry.appending("RECORD")
                case .eggInfo: entry.appending("installed-files.txt")
                case .eggInfoFile, .eggLink: entry
                }
            if file != entry, let status = try targetStatus(file) { return (file, status, false) }
            return try targetStatus(entry).map { (entry, $0, true) }
        }
    }
}

extension Owners.State.Owner {
    fileprivate static func distribution(of found: InstalledDistribution) -> Self {
        .distribution(found.name, normalized: found.normalizedName)
    }
}

extension FileStatus {
    /// Whether a file is the one that it was, as far as its times tell.
    fileprivate func isUnchanged(since other: FileStatus) -> Bool {
        (identity, changed, size) == (other.identity, other.changed, other.size)
    }
}
