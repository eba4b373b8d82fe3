internal import Building
internal import Changes
internal import Glibc
internal import Locks
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// A package's new version, staged whole: files, the stored wheel, its index pages, the kept scripts and
/// the record.
struct StagedPackage {
    /// Written by `commit`; until then its test result is open.
    var record: InstalledRecord
    private let job: PackageJob
    private let transaction: TreeTransaction
    /// Distributions whose files it brings.
    private let unpacked: Set<DistributionName>
    /// Those, and one that is linked to.
    private let installed: Set<DistributionName>
    /// Projects whose wheels it stores.
    private let stored: Set<DistributionName>

    /// In the layout of the tree.
    var stage: FilePath { transaction.new.path }

    /// Nothing in the tree changes; what the build left in the build directory is used up.
    init(_ output: BuildOutput, for job: PackageJob) throws {
        self.job = job
        record = try InstalledRecord(of: job)
        record.isRequested = try job.tree.isRequested(job.recipe.name, now: job.isRequested)
        try removeTree(job.place.built)
        transaction = try TreeTransaction(in: job.tree, label: job.recipe.name.text, job.workspace)
        stored = Set([output.wheel?.name].compactMap(\.self))
        unpacked = output.installsWheel ? stored : []
        installed = unpacked.union(
            try [output.editable.map { try DistributionName($0.name) }].compactMap(\.self))
        let new = transaction.new
        if let wheel = output.wheel {
            // Unpacked first: the store takes the file away.
            if output.installsWheel { try unpack(wheel, in: new) }
            try store(wheel, in: new)
        }
        try output.staged?.giveWay(to: new)
        if let content = output.content {
            record.add(try content.manifest())
            let folders = try content.emptyFolders()
            record.folders = folders.isEmpty ? nil : folders
            try content.move(into: new)
        }
        try record.add(output.written, in: job.tree)
        record.distribution = record.distribution ?? output.editable
        try saveScripts(in: new)
        record.isUnfinished = job.recipe.form(of: .postinst) == nil ? nil : true
    }

    /// Moves it into the tree, in one change that also removes what only the old version had, and the
    /// packages whose place it takes.
    func commit() throws {
        try transaction.new.write(record)
        let name = job.recipe.name
        // What it finds is told when it is true: after the change.
        let undone = ChangesByOthers(in: job.tree).text(of: name, bringing: unpacked)
        let predecessors = Predecessors(job.workspace.recipes, in: job.tree)
        var replaced: [String] = []
        try transaction.commit("install \(job.package)", job.options) {
            replaced = try predecessors.packages(
                of: name, installing: installed, storing: stored)
            return try OwnedByPackage(name.text, unpacked, replacing: replaced, in: job.tree)
        }
        if let undone { job.note("warning: \(undone)") }
        for package in replaced {
            job.note("it takes the place of \(package), whose recipe is gone")
        }
    }

    private mutating func unpack(_ wheel: CheckedWheel, in stage: Directory) throws {
        let unpacked = try Wheels.unpack(
            wheel, layout: WheelLayout(of: job.interpreter, prefix: job.tree.root), into: stage,
            requested: record.isRequested != false)
        for warning in unpacked.warnings { job.note("warning: \(warning)") }
        record.distribution = .init(
            name: wheel.name.raw, version: wheel.version.description, metadata: unpacked.distInfo)
    }

    private mutating func store(_ wheel: CheckedWheel, in stage: Directory) throws {
        let digest = try WheelStore(of: job.tree).add(wheel, to: stage)
        record.files += WheelStore.files(of: wheel.filename.raw, project: wheel.name.normalized)
            .map(\.string)
        record.wheel = .init(file: wheel.filename.raw, sha256: digest.hex)
    }

    /// What uninstalling and `spkg check` will need is kept in the tree.
    private mutating func saveScripts(in stage: Directory) throws {
        guard job.hasScripts else { return }
        let place = Tree.Place.scripts.appending(job.recipe.name.text)
        let folder = stage.path.pushing(place)
        try PackageScripts(job).scripts().save(to: folder)
        guard try status(folder) != nil else { return }
        let saved = try Directory(opening: folder)
        let entries = try saved.entries().compactMap {
            try ManifestEntry(place.appending($0.name), reading: $0.name, in: saved)
        }
        let known = Set(record.files)
        record.add(entries.filter { !known.contains($0.path) })
    }
}

extension InstalledRecord {
    /// That of a package that has just been built, without any files.
    fileprivate init(of job: PackageJob) throws {
        let version = try readTextIfPresent(job.settings.root.appending("VERSION.txt"))
        self.init(
            name: job.recipe.name.text, version: job.recipe.displayedVersion,
            installDate: FileTime.now.text, systemUname: systemName(),
            sageVersion: version.map { String($0.prefix { !$0.isNewline }) } ?? "")
        fingerprint = job.fingerprint
        inputs = Dictionary(job.inputs.map { ($0.name, $0.shortValue) }) { $1 }
        let sources = try readText(job.place.built)
        self.sources = sources.isEmpty ? nil : sources
        prefix = job.tree.root.string
    }

    /// Adds files as the record's own.
    fileprivate mutating func add(_ entries: [ManifestEntry]) {
        manifest = (manifest ?? []) + entries
        files = (files + entries.map(\.path)).sorted()
    }

    /// Adds files that are in the tree already.
    mutating func add(_ paths: [FilePath], in tree: Tree) throws {
        let entries = try paths.compactMap { path in
            let whole = tree.path(path)
            return try ManifestEntry(
                path, reading: path.lastComponent!,
                in: Directory(opening: whole.removingLastComponent()))
        }
        add(entries)
        // What others write there later is no change of the package's.
        manifest?.removeAll { FilePath($0.path).isSharedList }
    }
}

extension Directory {
    /// Puts a record into a stage.
    func write(_ record: InstalledRecord) throws {
        let folder = path.pushing(Tree.Place.installed)
        try makeDirectories(folder)
        try writeFile(folder.appending(record.fileName), record.json(), mode: 0o644)
    }
}

/// As `uname -a` says it.
private func systemName() -> String {
    var name = utsname()
    uname(&name)
    func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return [name.sysname, name.nodename, name.release, name.version, name.machine]
        .map { text($0) }.joined(separator: " ")
}
