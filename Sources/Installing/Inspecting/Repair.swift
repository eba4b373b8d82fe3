internal import Changes
internal import Locks
internal import Platform
internal import Requirements
internal import SystemPackage
public import Trees
internal import Wheels

/// Restores what `Verification` finds changed or missing, from the stored wheels and without building:
/// one change for each package.
///
///     interpreter        links and pyvenv.cfg
///     a package          files of its wheel, .metadata, pages, record; links and modes of its manifest
///     the store          root page, pages of projects that are gone
///     other distributions   scripts that start another environment's Python
///
/// Files that no package has stay as they are. Killed at any moment, each package is as it was or as
/// it should be.
public struct Repair {
    let tree: Tree
    let settings: TreeSettings
    let reporting: Reporting
    /// Of the distribution that the tree belongs to; nil for any other environment.
    private let workspace: Workspace?
    private var left: [Unrepaired] = []

    /// Something that no stored wheel can restore.
    public struct Unrepaired: Sendable {
        public let finding: Finding
        /// A command, or a sentence.
        public let advice: String
    }

    /// - Parameter installer: of the distribution whose tree it is; nil elsewhere.
    /// - Returns: what is left, sorted by path; empty when all is well.
    public static func run(
        in tree: Tree, of packages: Set<String>?, settings: TreeSettings, reporting: Reporting,
        installer: Installer? = nil
    ) throws -> [Unrepaired] {
        var repair = Repair(
            tree: tree, settings: settings, reporting: reporting, workspace: installer?.workspace)
        let visit = installer == nil ? try Visit(to: tree, reporting) : nil
        return try withExtendedLifetime(visit) {
            try repair.run(packages)
            return repair.left
        }
    }

    /// What is to be restored, as far as that can be done.
    public static func findings(
        in tree: Tree, of packages: Set<String>?, settings: TreeSettings
    ) throws -> [Finding] {
        try Verification.findings(in: tree, of: packages, settings: settings)
            .filter { $0.kind != .unowned }
    }

    private init(tree: Tree, settings: TreeSettings, reporting: Reporting, workspace: Workspace?) {
        self.tree = tree
        self.settings = settings
        self.reporting = reporting
        self.workspace = workspace
    }

    private mutating func run(_ packages: Set<String>?) throws {
        if let workspace {
            try SudoCommands(workspace).settle(tree)
        } else {
            try writer.settleIfOpen()
        }
        try repairInterpreter()
        let found = try Verification.findings(in: tree, of: packages, settings: settings)
        var pending = Dictionary(grouping: found.filter { !$0.package.isEmpty }, by: \.package)
        var failures = try repair(pending)
        // A RECORD that couldn't be read is in the way of others until it is repaired.
        while !failures.isEmpty && failures.count < pending.count {
            pending = pending.filter { failures[$0.key] != nil }
            failures = try repair(pending)
        }
        if found.isEmpty { return }
        // Pages of the packages came with these.
        let isOfStore = { (finding: Finding) in
            finding.path.removingLastComponent() == Tree.Place.simple
        }
        if packages == nil, found.contains(where: isOfStore) { try repairStore() }
        for finding in try Self.findings(in: tree, of: packages, settings: settings) {
            let advice = failures[finding.package].map { "\($0)" } ?? advice(on: finding)
            left.append(Unrepaired(finding: finding, advice: advice))
        }
    }

    /// - Returns: of those that failed, why.
    private func repair(_ findings: [String: [Finding]]) throws -> [String: any Error] {
        let hasRecords = try tree.hasRecords()
        var failures: [String: any Error] = [:]
        for (package, findings) in findings.sorted(by: { $0.key < $1.key }) {
            do {
                if hasRecords {
                    try repair(package, findings)
                } else {
                    try repairScripts(of: package, findings)
                }
            } catch WheelError.unsupportedTags, WheelError.requiresPython {
                // Of a Python that the tree had before.
            } catch {
                failures[package] = error
            }
        }
        return failures
    }

    private var writer: TreeWriter { TreeWriter(of: tree, settings, reporting) }

    /// Whether only a command with other rights may write to the tree.
    private var isOthers: Bool { workspace.map { !$0.settings.sudo.isEmpty } ?? false }

    private func repairInterpreter() throws {
        let found = TreeInterpreter(of: tree, settings, python: workspace?.settings.python)
        guard let fault = try found.fault() else { return }
        try found.repair(fault, by: transaction("python"), reporting)
    }

    private func transaction(_ label: String) throws -> TreeTransaction {
        try workspace.map { try TreeTransaction(in: tree, label: label, $0) }
            ?? TreeTransaction(label: label, writer)
    }

    // MARK: A package

    private func repair(_ package: String, _ findings: [Finding]) throws {
        guard try !tree.records(of: package).isEmpty else { return }
        let building =
            try workspace?.packageLock(package, in: tree) ?? Lock(tree.packageLock(package))
        let held = try building.take(timeout: settings.lockTimeout) {
            reporting.event(.waiting($0))
        }
        defer { _ = held }
        let records = try tree.records(of: package)
        // Several are an old tree's; which of them speaks for what is there can't be told.
        guard records.count == 1 else { return }
        let interpreter =
            try workspace.map { try $0.interpreter(of: $0.settings.venv) }
            ?? TreeInterpreter(of: tree, settings).interpreter()
        let repair = PackageRepair(of: records[0], findings, in: tree, interpreter)
        let title = "repair \(records[0].fileName)"
        let transaction = try transaction(package)
        guard try repair.stage(in: transaction.new) else { return }
        try transaction.restore(title, records[0])
        reporting.event(.note(package: package, "repaired"))
    }

    // MARK: Distributions of others

    /// Makes scripts of a moved environment start its own Python, and RECORD say so.
    private func repairScripts(of distribution: String, _ findings: [Finding]) throws {
        let moved = findings.filter { $0.kind == .moved }.map(\.path)
        if moved.isEmpty { return }
        let name = try DistributionName(distribution)
        let stage = try Stage(in: tree, label: name.normalized)
        var files: [FilePath] = []
        var rows: [String: Record.Row] = [:]
        for path in moved {
            guard let script = try tree.scriptFromElsewhere(path),
                let python = script.interpreter.lastComponent,
                let mode = try targetStatus(tree.path(path))?.mode
            else { continue }
            let text = script.text(startedBy: tree.path("bin").appending(python))
            let target = stage.path.pushing(path)
            try makeDirectories(target.removingLastComponent())
            try writeFile(target, text, mode: mode)
            try Directory(opening: target.removingLastComponent())
                .setMode(target.lastComponent!, mode)
            files.append(path)
            rows[path.string] = Record.Row(
                path: "", hash: "sha256=\(Digest(of: text).base64URL)", size: "\(text.count)")
        }
        for site in try SitePackages.all(in: tree) {
            for found in try site.distributions(named: name) {
                guard let text = try site.record(of: found, changing: rows) else { continue }
                let path = site.path.appending(found.entry).appending("RECORD")
                try makeDirectories(stage.path.pushing(path).removingLastComponent())
                try writeFile(stage.path.pushing(path), text)
                files.append(path)
            }
        }
        try writer.commit(
            stage, title: "repair scripts of \(distribution)", label: distribution
        ) { OwnedByPackage(files: files, distribution: name.normalized) }
        reporting.event(.note(package: distribution, "repaired: its scripts start this Python"))
    }

    // MARK: The store

    /// The root page, and pages of projects that no package has.
    private func repairStore() throws {
        if isOthers { return }
        let stage = try Stage(in: tree, label: "index")
        let lock = try writer.takeLock()
        try writer.settle(holding: lock)
        let projects = Set(try tree.records().flatMap(\.projects))
        let store = WheelStore(of: tree)
        let gone = try store.projects().filter { !projects.contains($0) }
        var owned: [FilePath] = gone.flatMap { project in
            ["", "index.html", "index.json"].map {
                Tree.Place.simple.appending(project).pushing(FilePath($0))
            }
        }
        if try !projects.isEmpty || status(tree.path(Tree.Place.simple)) != nil {
            let page = SimplePage(projects: projects)
            for (name, bytes) in [("index.html", page.html), ("index.json", page.json)] {
                let path = Tree.Place.simple.appending(name)
                if try status(tree.path(path)) != nil, try readFile(tree.path(path)) == bytes {
                    continue
                }
                try makeDirectories(stage.path.pushing(Tree.Place.simple))
                try writeFile(stage.path.pushing(path), bytes, mode: 0o644)
                owned.append(path)
            }
        }
        if owned.isEmpty { return }
        let change = TreeChange(title: "repair the package index", owned: OwnedFiles(owned))
        let plan = try change.commit(
            stage, durable: settings.isDurable, holding: lock, noting: writer.history)
        if !plan.isEmpty { writer.finish(stage, tree.root.string) }
        reporting.event(.note(package: tree.root.string, "the package index is repaired"))
    }

    // MARK: What is left

    private func advice(on finding: Finding) -> String {
        let hasRecords = (try? tree.hasRecords()) == true
        switch finding.kind {
        case .wheelWithoutPackage: return "no package has it; remove it, or move it away"
        case .interpreter: return "name a Python: SPKG_PYTHON=/path/to/python3 spkg repair"
        case .unfinished, .otherPython: return "spkg install \(finding.package)"
        case .moved where hasRecords: return "spkg install \(finding.package)"
        default: break
        }
        if finding.package.isEmpty || finding.path.starts(with: Tree.Place.simple) {
            return ((workspace?.settings.sudo ?? []) + ["spkg", "index"]).joined(separator: " ")
        }
        if hasRecords {
            return "spkg build \(finding.package) && spkg install --from-build \(finding.package)"
        }
        return
            "\(tree.interpreterLink) -m pip install --force-reinstall --no-deps \(finding.package)"
    }
}
