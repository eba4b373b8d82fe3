internal import Building
internal import Locks
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What a package's scripts write straight into the tree, instead of staging it: 29 real recipes do
/// (build/recipes.md, 11.4). It is found by its times of change, and recorded as the package's.
struct DirectWrites {
    private let job: PackageJob

    init(_ job: PackageJob) { self.job = job }

    /// Records the moment from which on changes in the tree count as the build's. Kept in the build
    /// directory, for a later `installBuilt`.
    func recordStart() throws {
        try makeDirectories(job.place.run)
        let mark = startMark(in: job.place.directory)
        try writeFile(mark, [])
        let first = try status(mark)?.changed
        // A file system's clock ticks every few milliseconds: what was written before this, the tree's
        // own interpreter perhaps, must have an earlier time.
        while try status(mark)?.changed == first { try writeFile(mark, []) }
    }

    private func startMark(in build: FilePath) -> FilePath { build.pushing("run/started") }

    /// Files and links in the tree that were changed since `recordStart` and that no other package
    /// owns, relative to the tree's root, sorted.
    ///
    /// Nothing tells who wrote a file while several builds ran. Recipes that write into the tree stage
    /// nothing, so it is not taken for the work of one that does.
    ///
    /// - Parameter isStaging: whether this package staged files, as nearly every one does.
    func files(isStaging: Bool) throws -> [FilePath] {
        // Before files are looked at: who ends meanwhile has a record that says what is its own.
        let others = isStaging ? try buildsBeside() : []
        let found = try unownedFiles()
        guard !found.isEmpty, !others.isEmpty else { return found }
        let text = """
            \(found.count) files came straight into the tree meanwhile, \(found[0]) one of them; not \
            recorded here, because \(others.joined(separator: ", ")) may have written them
            """
        job.note(text)
        return []
    }

    /// Other packages whose scripts run at this moment: `NAME-VERSION`.
    private func buildsBeside() throws -> [String] {
        let builds = try job.settings.builds(of: job.tree)
        return try Directory(opening: builds).entries()
            .compactMap { RecordFile(name: $0.name.string) }
            .filter { build in
                if build.package == job.recipe.name.text { return false }
                let lock = try job.workspace.packageLock(build.package, in: job.tree)
                guard try status(startMark(in: builds.appending(build.name))) != nil,
                    try status(lock.path) != nil
                else { return false }
                // Builds that failed leave their folders, too.
                switch try lock.takeIfFree(.shared) {
                case nil: return true
                case .some: return false
                }
            }
            .map(\.name)
    }

    private func unownedFiles() throws -> [FilePath] {
        guard let start = try status(startMark(in: job.place.directory))?.changed else {
            return []
        }
        // A tree may lie in another one: what comes there is of that one's packages.
        let inside = try job.settings.allTrees.filter { $0 != job.tree }
            .compactMap { try targetStatus($0.root)?.identity }
        var found: [FilePath] = []
        func look(_ folder: Directory, _ path: FilePath) throws {
            for (name, _) in try folder.entries() {
                let inner = path.appending(name)
                // Gone again: others work here too.
                guard let status = try folder.status(name) else { continue }
                if status.kind == .directory {
                    if Self.isPassing(inner) || inside.contains(status.identity) { continue }
                    guard let deeper = try? folder.directory(name) else { continue }
                    try look(deeper, inner)
                } else if status.changed >= start {
                    found.append(inner)
                }
            }
        }
        guard try status(job.tree.root) != nil else { return [] }
        try look(Directory(opening: job.tree.root), "")
        if found.isEmpty { return [] }
        // Whoever is putting files in place just now will have a record of them when the lock is free.
        if job.settings.sudo.isEmpty {
            _ = try TreeWriter(of: job.tree, job.workspace).takeLock()
        }
        let owners = Owners(of: job.tree)
        let itself = try ownException()
        var own: [FilePath] = []
        var others: [String: [FilePath]] = [:]
        for path in found.sorted(by: { $0.string < $1.string }) {
            let names = path.isSharedList ? [] : try owners.owners(of: path, besides: itself)
            if names.isEmpty { own.append(path) }
            for name in names { others[name, default: []].append(path) }
        }
        for (owner, files) in others.sorted(by: { $0.key < $1.key }) {
            guard let record = try owners.record(of: owner),
                let there = try status(job.tree.installed.appending(record.fileName)),
                // Else it was installed meanwhile.
                there.changed < start
            else { continue }
            job.note(
                "warning: it has changed files of \(record.name): \(Self.some(of: files)); "
                    + "to have them back: spkg install --reinstall \(record.name)")
        }
        return own
    }

    /// The package, and its distribution, whatever that is called.
    private func ownException() throws -> Owners.Exception {
        let records = try job.tree.records(of: job.recipe.name.text)
        let names = [job.recipe.distribution?.name] + records.map { $0.distribution?.name }
        return Owners.Exception(
            packages: [job.recipe.name.text],
            distributions: Set(names.compactMap { $0.map(DistributionName.normalize) }))
    }

    /// The recipe's distribution, if it came into `site-packages` since `recordStart`: its RECORD lists
    /// files that are the package's, too.
    func distribution() throws -> InstalledRecord.Distribution? {
        guard let expected = job.recipe.distribution?.name,
            let start = try status(startMark(in: job.place.directory))?.changed
        else { return nil }
        for site in try SitePackages.all(in: job.tree) {
            for found in try site.distributions(named: DistributionName(expected)) {
                guard let status = try site.folder.status(found.entry), status.changed >= start,
                    // Where nothing lists its files, those that came are the package's.
                    try found.files(in: site.folder, at: site.path, of: job.tree.root) != nil
                else { continue }
                return .init(
                    name: found.name, version: found.version ?? "",
                    metadata: site.path.appending(found.entry).string)
            }
        }
        return nil
    }

    /// Says so, because the recipe should be mended: what was written is not undone by a failure.
    func note(_ found: [FilePath]) {
        if !found.isEmpty {
            job.note(
                "wrote straight into the tree, not into SAGE_DESTDIR: \(Self.some(of: found))"
                    + "; recorded as its own")
        }
    }

    private static func some(of files: [FilePath]) -> String {
        files.prefix(3).map(\.string).joined(separator: ", ")
            + (files.count > 3 ? " and \(files.count - 3) more" : "")
    }

    /// Whether a folder holds nothing that a package could own: our own files, and byte code.
    private static func isPassing(_ path: FilePath) -> Bool {
        path.lastComponent == "__pycache__"
            || ["var/lib/sage", "var/tmp", "var/lock"].contains { path == FilePath($0) }
            || path.lastComponent!.string.hasPrefix(".spkg-")
    }
}

extension FilePath {
    /// Whether each package that setuptools installs as an egg has a line in this file. It is recorded
    /// for all of them, and leaves with the last.
    var isSharedList: Bool { lastComponent == "easy-install.pth" }
}
