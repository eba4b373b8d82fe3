internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees

extension Owners {
    /// What the lists of a tree say about the paths that were asked for.
    struct State {
        /// Paths that are looked for; nil: all.
        var questions: Questions?
        var lists: [FilePath: List] = [:]
        /// By path; nil before the lists were read.
        var answers: [FilePath: [Claim]]?
        /// Whom the answers leave out: their lists are not read.
        var exception = Exception()
        /// Distributions whose lists can't be read, by normalized name: who asks about others than
        /// these gets no answer.
        var failures: [String: any Error] = [:]

        struct Questions: Equatable {
            let files: Set<FilePath>
            let folders: Set<FilePath>

            init(_ files: Set<FilePath>) {
                self.files = files
                var folders: Set<FilePath> = []
                for file in files {
                    var above = file.removingLastComponent()
                    while !above.isEmpty, folders.insert(above).inserted {
                        above.removeLastComponent()
                    }
                }
                self.folders = folders
            }
        }

        /// A record or RECORD, as it was read.
        struct List {
            let status: FileStatus
            let owner: Owner
            /// Asked for, and listed; not what others took over.
            var paths: [FilePath]
            /// Asked for, and listed as taken over by others.
            var lost: [FilePath] = []
            /// Whether there is no list, and the paths are only the distribution's metadata: an
            /// `.egg-info` that another distribution or package brought along is no owner beside it.
            var isImplied = false
        }

        enum Owner {
            case package(String, distribution: String?)
            case distribution(String, normalized: String)
        }

        struct Claim {
            let owner: Owner
            let isImplied: Bool
        }
    }
}

extension Owners.State {
    /// Whether a path was looked for.
    func answers(_ path: FilePath) -> Bool {
        questions.map { $0.files.contains(path) } ?? true
    }

    /// Whether there is any record of another package, or another distribution.
    static func hasLists(in tree: Tree, besides exception: Owners.Exception) throws -> Bool {
        if try tree.recordFiles().contains(where: { !exception.packages.contains($0.package) }) {
            return true
        }
        return try SitePackages.all(in: tree).contains { site in
            try site.distributions().contains {
                !exception.distributions.contains($0.normalizedName)
            }
        }
    }

    /// Reads what isn't known yet, or has changed.
    mutating func read(_ tree: Tree, besides exception: Owners.Exception) throws {
        if answers != nil, exception == self.exception { return }
        self.exception = exception
        let reader = try OwnerListReader(tree, questions)
        var lists: [FilePath: List] = [:]
        for file in try tree.recordFiles() {
            let path = tree.installed.appending(file.name)
            if let list = try reader.list(record: path, known: self.lists[path]) {
                lists[path] = list
            }
        }
        failures = [:]
        for site in try SitePackages.all(in: tree) {
            for distribution in try site.distributions()
            where !exception.distributions.contains(distribution.normalizedName) {
                let path = site.folder.path.appending(distribution.entry)
                do {
                    lists[path] = try reader.list(
                        of: distribution, in: site, known: self.lists[path])
                } catch {
                    failures[distribution.normalizedName] = error
                }
            }
        }
        self.lists = lists
        var lost: [String: Set<FilePath>] = [:]
        var answers: [FilePath: [Claim]] = [:]
        for list in lists.values {
            if case .package(_, let distribution?) = list.owner, !list.lost.isEmpty {
                lost[distribution, default: []].formUnion(list.lost)
            }
        }
        for list in lists.values {
            for path in list.paths {
                if case .distribution(_, let name) = list.owner, lost[name]?.contains(path) == true
                {
                    continue
                }
                answers[path, default: []].append(
                    Claim(owner: list.owner, isImplied: list.isImplied))
            }
        }
        self.answers = answers.mapValues { claims in
            claims.allSatisfy(\.isImplied) ? claims : claims.filter { !$0.isImplied }
        }
    }

    /// - Throws: when somebody's list can't be read, but for those that the question is not about.
    func requireLists(besides exception: Owners.Exception) throws {
        let others = failures.filter { !exception.distributions.contains($0.key) }
        if let first = others.min(by: { $0.key < $1.key }) { throw first.value }
    }

    func owners(of path: FilePath, besides exception: Owners.Exception) -> [String] {
        guard let claims = answers?[path] else { return [] }
        var packages: Set<String> = []
        var theirs: Set<String> = []
        for case .package(let name, let distribution) in claims.map(\.owner)
        where !exception.packages.contains(name) {
            packages.insert(name)
            if let distribution { theirs.insert(distribution) }
        }
        var distributions: Set<String> = []
        for case .distribution(let name, let normalized) in claims.map(\.owner)
        where !exception.distributions.contains(normalized) && !theirs.contains(normalized) {
            distributions.insert(name)
        }
        return packages.sorted() + distributions.subtracting(packages).sorted()
    }
}

/// Reads lists of files, as far as they may name what is asked for.
private struct OwnerListReader {
    typealias State = Owners.State

    private let tree: Tree
    private let questions: State.Questions?
    private let links: TreeLinks
    private let hashes: PathHashes?
    private let rowHashes: [FilePath: PathHashes]

    init(_ tree: Tree, _ questions: State.Questions?) throws {
        self.tree = tree
        self.questions = questions
        guard let questions else {
            links = TreeLinks(of: try Directory(opening: tree.root))
            hashes = nil
            rowHashes = [:]
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
        hashes = PathHashes(files: questions.files, folders: questions.folders) {
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
        self.rowHashes = rowHashes
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

    /// - Returns: nil when the record is gone again.
    func list(record path: FilePath, known: State.List?) throws -> State.List? {
        guard let status = try targetStatus(path) else { return nil }
        if let known, known.status.isUnchanged(since: status) { return known }
        if let hashes, try !hashes.mayOccur(inStrings: readFile(path)) {
            return State.List(status: status, owner: .package("", distribution: nil), paths: [])
        }
        let record = try tree.record(at: path)
        let taken = record.overwritten ?? [:]
        return State.List(
            status: status,
            owner: .package(record.name, distribution: record.distributionName),
            paths: try asked(
                record.files.lazy.filter { taken[$0] == nil }.map { FilePath($0) },
                folders: (record.folders ?? []).map { FilePath($0) }),
            lost: try asked(taken.keys.map { FilePath($0) }))
    }

    func list(of distribution: InstalledDistribution, in site: SitePackages, known: State.List?)
        throws -> State.List?
    {
        let entry = site.folder.path.appending(distribution.entry)
        let file =
            switch distribution.form {
            case .distInfo: entry.appending("RECORD")
            case .eggInfo: entry.appending("installed-files.txt")
            case .eggInfoFile, .eggLink: entry
            }
        let own = file == entry ? nil : try targetStatus(file)
        guard let status = try own ?? targetStatus(entry) else { return nil }
        if let known, known.status.isUnchanged(since: status) { return known }
        let owner = State.Owner.distribution(
            distribution.name, normalized: distribution.normalizedName)
        if distribution.form == .distInfo, status.kind == .file,
            let hashes = rowHashes[site.path], try !hashes.mayOccur(inRows: readFile(file))
        {
            return State.List(status: status, owner: owner, paths: [])
        }
        return State.List(
            status: status, owner: owner, paths: try asked(site.files(of: distribution)),
            isImplied: own == nil)
    }
}

extension FileStatus {
    /// Whether a file is the one that it was, as far as its times tell.
    fileprivate func isUnchanged(since other: FileStatus) -> Bool {
        (identity, changed, size) == (other.identity, other.changed, other.size)
    }
}

extension InstalledRecord {
    /// Normalized; nil for a package without distribution.
    var distributionName: String? { distribution.map { DistributionName.normalize($0.name) } }
}
