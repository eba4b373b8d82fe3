internal import Changes
internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What of an installed package can be made again without building it.
struct PackageRepair {
    let record: InstalledRecord
    let findings: [Finding]
    let tree: Tree
    let interpreter: Interpreter
    /// Whether all that the wheel brings is made again, whatever is found.
    private let isWhole: Bool

    init(
        of record: InstalledRecord, _ findings: [Finding], in tree: Tree, _ interpreter: Interpreter
    ) {
        self.record = record
        self.findings = findings
        self.tree = tree
        self.interpreter = interpreter
        isWhole = false
    }

    /// All that its wheel brings.
    init(reinstalling record: InstalledRecord, in tree: Tree, _ interpreter: Interpreter) {
        self.record = record
        findings = []
        self.tree = tree
        self.interpreter = interpreter
        isWhole = true
    }

    /// Puts it into a stage.
    ///
    /// - Returns: whether there is anything.
    /// - Throws: `WheelError` when the stored wheel isn't right, or not for this interpreter.
    func stage(in stage: Directory) throws -> Bool {
        var new = record
        if try record.hasWheel(in: tree) {
            if try record.distribution != nil && (isWhole || needsWheel()) {
                new.distribution?.metadata = try unpack(in: stage)
                if record.isAllFromWheel { new.prefix = tree.root.string }
            }
            try stagePages(in: stage)
        }
        for entry in record.manifest ?? [] where record.overwritten?[entry.path] == nil {
            try restore(entry, in: stage)
        }
        if new != record {
            try stage.write(new)
            // To make it is the same package as before.
            if let old = try status(tree.installed.appending(record.fileName)) {
                try Directory(opening: stage.path.pushing(Tree.Place.installed))
                    .setModified(FilePath.Component(record.fileName)!, old.modified)
            }
        }
        return try !stage.entries().isEmpty
    }

    // MARK: From the wheel

    private func needsWheel() throws -> Bool {
        let staged = Set((record.manifest ?? []).map { FilePath($0.path) })
        return try findings.contains { finding in
            // Pages alone don't need it, and what a script made isn't in it.
            if finding.path.starts(with: Tree.Place.wheels) || staged.contains(finding.path) {
                return false
            }
            return switch finding.kind {
            case .unfinished: false
            case .moved where !record.isAllFromWheel: try hasScriptsFromElsewhere()
            default: true
            }
        }
    }

    private func hasScriptsFromElsewhere() throws -> Bool {
        guard let distribution = record.distribution else { return false }
        let name = try DistributionName(distribution.name)
        return try SitePackages.all(in: tree).contains { site in
            try site.distributions(named: name).flatMap { try site.files(of: $0) }
                .contains { try $0.starts(with: "bin") && tree.scriptFromElsewhere($0) != nil }
        }
    }

    /// - Returns: the `.dist-info` folder, relative to the tree's root.
    private func unpack(in stage: Directory) throws -> String {
        let wheel = try Wheels.check(
            tree.wheels.appending(record.wheel!.file), for: WheelTarget(interpreter),
            record: .rewrite)
        let unpacked = try Wheels.unpack(
            wheel, layout: WheelLayout(of: interpreter, prefix: tree.root), into: stage,
            requested: isRequested(wheel.name))
        // Another package has these now.
        for path in (record.overwritten ?? [:]).keys {
            let path = FilePath(path)
            if try status(stage.path.pushing(path)) != nil {
                try removeTree(stage.path.pushing(path))
            }
        }
        return unpacked.distInfo
    }

    /// Where all metadata is gone it can't be told; then none takes it for superfluous.
    private func isRequested(_ name: DistributionName) throws -> Bool {
        var isThere = false
        for site in try SitePackages.all(in: tree) {
            for found in try site.distributions(named: name) {
                isThere = true
                if try found.isRequested(in: site.folder) { return true }
                let listed = try? found.files(in: site.folder, at: site.path, of: tree.root)
                let file = site.path.appending(found.entry).appending("REQUESTED").string
                if listed?.files.contains(where: { $0.path == file }) == true { return true }
            }
        }
        return !isThere
    }

    private func stagePages(in stage: Directory) throws {
        guard let wheel = record.wheel else { return }
        let pages = try WheelStore(of: tree).pages(of: wheel.file, sha256: wheel.sha256)
        for (path, bytes) in pages {
            let there = tree.path(path)
            if try status(there)?.kind == .file, try readFile(there) == bytes { continue }
            let target = stage.path.pushing(path)
            try makeDirectories(target.removingLastComponent())
            try writeFile(target, bytes, mode: 0o644)
        }
    }

    // MARK: From the manifest

    /// Links, and modes of files whose content is right.
    private func restore(_ entry: ManifestEntry, in stage: Directory) throws {
        let path = FilePath(entry.path)
        guard findings.contains(where: { $0.path == path }), let name = path.lastComponent else {
            return
        }
        let target = stage.path.pushing(path)
        if let text = entry.link {
            try makeDirectories(target.removingLastComponent())
            try Directory(opening: target.removingLastComponent())
                .makeLink(name, to: FilePath(text))
        } else if let mode = entry.mode.flatMap({ UInt32($0, radix: 8) }),
            try status(tree.path(path))?.kind == .file,
            try Digest(ofFile: File(reading: tree.path(path))).hex == entry.sha256
        {
            try makeDirectories(target.removingLastComponent())
            try copyFile(tree.path(path), to: target)
            try Directory(opening: target.removingLastComponent()).setMode(name, mode)
        }
    }
}

extension InstalledRecord {
    /// Whether the store has the very wheel that was installed.
    func hasWheel(in tree: Tree) throws -> Bool {
        guard let wheel else { return false }
        let path = tree.wheels.appending(wheel.file)
        guard try targetStatus(path)?.kind == .file else { return false }
        return try Digest(ofFile: File(reading: path)).hex == wheel.sha256
    }

    /// Whether nothing else was installed; other files, which only a build makes, may name the path
    /// that the tree had then.
    var isAllFromWheel: Bool {
        distribution != nil && wheel != nil
            && (manifest ?? []).allSatisfy { FilePath($0.path).starts(with: Tree.Place.scripts) }
    }
}
