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
        struct List: Sendable {
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

        enum Owner: Sendable {
            case package(String, distribution: String?)
            case distribution(String, normalized: String)
        }

        struct Claim: Sendable {
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
        failures = [:]
        let (theirs, others) = try sources(in: tree, besides: exception)
        var lists = try read(others, by: reader)
        // What only its metadata claims may be something that those brought along, and list.
        if lists.values.contains(where: { $0.isImplied && !$0.paths.isEmpty }) {
            lists.merge(try read(theirs, by: reader)) { $1 }
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

    private mutating func read(_ sources: [OwnerListReader.Source], by reader: OwnerListReader)
        throws -> [FilePath: List]
    {
        var lists: [FilePath: List] = [:]
        for (source, found) in reader.look(at: sources, known: self.lists) {
            do {
                switch try found.get() {
                case .gone: break
                case .list(let list): lists[source.path] = list
                case .relevant(let status): lists[source.path] = try reader.read(source, status)
                }
            } catch {
                guard case .distribution(let distribution, _) = source else { throw error }
                failures[distribution.normalizedName] = error
            }
        }
        return lists
    }

    /// - Returns: the lists of the distributions that the question is not about, and all others.
    private func sources(in tree: Tree, besides exception: Owners.Exception) throws
        -> (theirs: [OwnerListReader.Source], others: [OwnerListReader.Source])
    {
        var theirs: [OwnerListReader.Source] = []
        var others = try tree.recordFiles().map { file in
            OwnerListReader.Source.record(tree.installed.appending(file.name))
        }
        for site in try SitePackages.all(in: tree) {
            for distribution in try site.distributions() {
                if exception.distributions.contains(distribution.normalizedName) {
                    theirs.append(.distribution(distribution, site))
                } else {
                    others.append(.distribution(distribution, site))
                }
            }
        }
        return (theirs, others)
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

extension InstalledRecord {
    /// Normalized; nil for a package without distribution.
    var distributionName: String? { distribution.map { DistributionName.normalize($0.name) } }
}
