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

extension Installer {
    /// Brings a product into its tree: files, the stored wheel, its pages and the record, in one
    /// change that also removes what only the old version had, and what packages had whose place it
    /// takes (`predecessors`).
    ///
    /// Tests of the package run before, against the stage (`test`). `spkg-postinst` runs after: until
    /// it has, the record says that the package is unfinished, and the next install does it again.
    func put(_ product: Product, _ work: Work) async throws {
        var record = try newRecord(of: work)
        try removeTree(work.place.built)
        let delivery = try Delivery(to: work.tree, label: work.recipe.name.text, self)
        if let wheel = product.wheel {
            // Unpacked first: the store takes the file away.
            if product.installsWheel { try unpack(wheel, in: delivery.new, &record, work) }
            try store(wheel, in: delivery.new, &record, work)
        }
        try product.staged?.giveWay(to: delivery.new)
        if let content = product.content {
            let manifest = try content.manifest()
            record.add(manifest)
            let folders = try content.emptyFolders()
            record.folders = folders.isEmpty ? nil : folders
            try content.move(into: delivery.new)
        }
        try record.add(product.written, in: work.tree)
        record.distribution = record.distribution ?? product.editable
        try saveScripts(in: delivery.new, &record, work)
        record.testResult = try await test(work, in: delivery.new.path).rawValue
        let isLast = work.recipe.form(of: .postinst) == nil
        record.isUnfinished = isLast ? nil : true
        try delivery.new.write(record)

        let names = Set([product.installsWheel ? product.wheel?.name : nil].compactMap(\.self))
        let installed = names.union(
            try [product.editable.map { try DistributionName($0.name) }].compactMap(\.self))
        let stored = Set([product.wheel?.name].compactMap(\.self))
        // What it finds is told when it is true: after the change.
        let undone = changesByOthers(
            of: work.recipe.name, bringing: names, in: work.tree)
        let records = RecordCache(of: work.tree)
        var replaced: [String] = []
        try delivery.commit("install \(work.package)", work.options) {
            replaced = try predecessors(
                of: work.recipe.name, installing: installed, storing: stored, in: work.tree,
                records)
            return try OwnedByPackage(
                work.recipe.name.text, names, replacing: replaced, in: work.tree)
        }
        if let undone { reporting.event(.note(package: work.package, "warning: \(undone)")) }
        for package in replaced {
            let text = "it takes the place of \(package), whose recipe is gone"
            reporting.event(.note(package: work.package, text))
        }
        if !isLast { try await finish(record, work) }
    }

    private func newRecord(of work: Work) throws -> InstalledRecord {
        var record = InstalledRecord(
            name: work.recipe.name.text, version: work.recipe.displayedVersion,
            installDate: FileTime.now.text,
            systemUname: systemName(), sageVersion: try sageVersion())
        record.fingerprint = work.fingerprint
        let sources = try readText(work.place.built)
        record.sources = sources.isEmpty ? nil : sources
        record.prefix = work.tree.root.string
        return record
    }

    private func unpack(
        _ wheel: CheckedWheel, in stage: Directory, _ record: inout InstalledRecord, _ work: Work
    ) throws {
        let unpacked = try Wheels.unpack(
            wheel, layout: WheelLayout(of: work.interpreter, prefix: work.tree.root), into: stage,
            requested: work.isAsked)
        for warning in unpacked.warnings {
            reporting.event(.note(package: work.package, "\(warning)"))
        }
        record.distribution = .init(
            name: wheel.name.raw, version: wheel.version.description, metadata: unpacked.distInfo)
    }

    private func store(
        _ wheel: CheckedWheel, in stage: Directory, _ record: inout InstalledRecord, _ work: Work
    ) throws {
        let digest = try WheelStore(of: work.tree).add(wheel, to: stage)
        record.files += WheelStore.files(of: wheel.filename.raw, project: wheel.name.normalized)
            .map(\.string)
        record.wheel = .init(file: wheel.filename.raw, sha256: digest.hex)
    }

    /// What uninstalling and `spkg check` will need is kept in the tree.
    private func saveScripts(
        in stage: Directory, _ record: inout InstalledRecord, _ work: Work
    ) throws {
        guard work.hasScripts else { return }
        let place = Tree.Place.scripts.appending(work.recipe.name.text)
        let folder = stage.path.pushing(place)
        try scripts(of: work).save(to: folder)
        guard try status(folder) != nil else { return }
        let saved = try Directory(opening: folder)
        let entries = try saved.entries().compactMap {
            try ManifestEntry(place.appending($0.name), reading: $0.name, in: saved)
        }
        let known = Set(record.files)
        record.add(entries.filter { !known.contains($0.path) })
    }

    /// Runs `spkg-postinst`, and says in the record that nothing is left to do, and what it made.
    private func finish(_ unfinished: InstalledRecord, _ work: Work) async throws {
        try noteStart(of: work)
        var scripts = try scripts(of: work)
        scripts.variables.set(["SAGE_DESTDIR": "", "SAGE_DESTDIR_LOCAL": work.tree.root.string])
        try await run(.postinst, of: scripts, sudo: settings.sudo, work)
        var record = unfinished
        record.isUnfinished = nil
        let known = Set(record.files)
        try record.add(
            filesWritten(during: work, isStaging: true).filter { !known.contains($0.string) },
            in: work.tree)
        try replace(record, in: work.tree, "finish \(work.package)")
    }

    private func sageVersion() throws -> String {
        try readTextIfPresent(settings.root.appending("VERSION.txt")).map {
            String($0.prefix { !$0.isNewline })
        } ?? ""
    }
}

extension InstalledRecord {
    /// Adds files as the record's own.
    fileprivate mutating func add(_ entries: [ManifestEntry]) {
        manifest = (manifest ?? []) + entries
        files = (files + entries.map(\.path)).sorted()
    }

    /// Adds files that are in the tree already.
    fileprivate mutating func add(_ paths: [FilePath], in tree: Tree) throws {
        let entries = try paths.compactMap { path in
            let whole = tree.path(path)
            return try ManifestEntry(
                path, reading: path.lastComponent!,
                in: Directory(opening: whole.removingLastComponent()))
        }
        add(entries)
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
