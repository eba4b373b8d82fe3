internal import Building
internal import Locks
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Installs packages of source `pip`: the tree's own pip decides by `requirements.txt` what is to be
/// installed, downloads and builds it; spkg installs the wheels, as one change. There is no record: what is
/// there is told by `site-packages`.
struct PipInstaller {
    private let workspace: Workspace
    private var settings: Settings { workspace.settings }
    private var reporting: Reporting { workspace.reporting }
    private var recipes: RecipeCollection { workspace.recipes }

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Whether all that the recipe names is there.
    func isInstalled(_ recipe: Recipe) throws -> Bool {
        let requirements = try requirements(of: recipe)
        return !requirements.isEmpty && requirements.allSatisfy { $0.installed != nil }
    }

    private func requirements(of recipe: Recipe) throws -> [PipRequirement] {
        try settings.pipRequirements(of: recipe) {
            try MarkerEnvironment(workspace.interpreter(of: settings.venv))
        }
    }

    func install(_ recipe: Recipe) async throws {
        let tree = settings.venv
        let interpreter = try TreePreparation(workspace).prepare(tree)
        // One at a time decides what is still to be installed.
        let deciding = try lockPipPackages(in: tree)
        defer { _ = deciding }
        reporting.event(.phase(package: recipe.name.text, .installing))
        let log = try workspace.openLog(of: recipe.name.text)
        let folder = try workspace.buildPlace(of: recipe.nameAndVersion, in: tree).directory
        try SudoCommands(workspace).removeBuild(folder, of: recipe.name.text, in: tree)
        try makeDirectories(folder)
        defer { try? removeTree(folder) }
        try await askPip(for: recipe, in: folder, log)
        let decided = try PipWheel.all(in: folder)
        if !decided.isEmpty {
            try install(decided, from: folder, of: recipe, interpreter, log)
        }
        try requireInstalled(recipe, interpreter, log)
        reporting.event(.finished(package: recipe.name.text, .installedByPip))
    }

    private func lockPipPackages(in tree: Tree) throws -> HeldLock {
        try workspace.lockPackage("pip-packages", in: tree)
    }

    /// Has pip fill a folder with what it would install.
    private func askPip(for recipe: Recipe, in folder: FilePath, _ log: BuildLog) async throws {
        let tree = settings.venv
        let variables = try BuildVariables(
            forScriptsOf: ScriptedPackage(recipe, in: tree),
            at: workspace.buildPlace(of: recipe.nameAndVersion, in: tree),
            host: workspace.scriptHost,
            inherited: settings.environment, network: .open
        ).forPip(inherited: settings.environment)
        let words =
            [tree.interpreterLink.string, "-I", "-B", "-c", pipProgram, folder.string]
            + ["--disable-pip-version-check", "--no-input", "-r", recipe.requirementsFile!.string]
        var pip = Child(arguments: words, environment: variables, directory: settings.root)
        pip.title = ["pip", "install", "-r", recipe.requirementsFile!.string]
        let terminal = reporting.output(besides: log)
        let end: ChildEnd
        if settings.sudo.isEmpty {
            // What pip looks at stays as it is meanwhile.
            let writer = TreeWriter(of: tree, workspace)
            let lock = try writer.takeLock()
            try writer.settle(holding: lock)
            end = try await pip.run(phase: "pip", log: log, terminal: terminal)
            _ = lock
        } else {
            try SudoCommands(workspace).settle(tree)
            end = try await pip.run(phase: "pip", log: log, terminal: terminal)
        }
        guard end.isSuccess else {
            throw InstallError.pipFailed(
                recipe: recipe.name, end, log: log.path,
                lines: log.decisiveLines())
        }
    }

    private func install(
        _ decided: [PipWheel], from folder: FilePath, of recipe: Recipe,
        _ interpreter: Interpreter, _ log: BuildLog
    ) throws {
        let tree = settings.venv
        let target = try WheelTarget(interpreter)
        let wheels = try decided.map {
            try Wheels.check(folder.appending($0.wheel), for: target, record: .rewrite)
        }
        let transaction = try TreeTransaction(in: tree, label: recipe.name.text, workspace)
        let unpacked = try Wheels.unpack(
            wheels, layout: WheelLayout(of: interpreter, prefix: tree.root), into: transaction.new,
            requested: false)
        for (decision, unpacked) in zip(decided, unpacked) {
            for warning in unpacked.warnings {
                reporting.event(.note(package: recipe.name.text, "warning: \(warning)"))
            }
            let metadata = try transaction.new.descend(FilePath(unpacked.distInfo))
            if decision.isRequested { try metadata.addListed("REQUESTED", []) }
            if let url = decision.directURL {
                try metadata.addListed("direct_url.json", Array(url.utf8))
            }
        }
        let before = try managedDistributions(in: tree)
        let names = wheels.map { "\($0.name.raw)-\($0.version)" }.joined(separator: " ")
        try transaction.commit("install \(names)", distributions: Set(wheels.map(\.name)))
        try log.write("Successfully installed \(names)\n")
        for wheel in wheels {
            guard let old = before[wheel.name], old.version != wheel.version.description else {
                continue
            }
            reporting.event(
                .note(
                    package: recipe.name.text,
                    "warning: pip has replaced \(wheel.name.raw) \(old.version) of package "
                        + "\(old.package) by \(wheel.version); "
                        + "its own again: spkg install \(old.package)"))
        }
    }

    /// Distributions of packages with a record: whose they are, and which version is there.
    private func managedDistributions(in tree: Tree) throws
        -> [DistributionName: (package: String, version: String)]
    {
        var found: [DistributionName: (package: String, version: String)] = [:]
        for file in try tree.recordFiles() {
            let record = try tree.record(at: tree.installed.appending(file.name))
            guard let distribution = record.distribution,
                let name = try? DistributionName(distribution.name)
            else { continue }
            found[name] = (record.name, distribution.version)
        }
        return found
    }

    /// That pip has no complaint is not enough.
    private func requireInstalled(_ recipe: Recipe, _ interpreter: Interpreter, _ log: BuildLog)
        throws
    {
        let missing = try requirements(of: recipe).filter { $0.installed == nil }
        // Such a tree may have it from outside.
        let settingsText = try readTextIfPresent(settings.venv.path("pyvenv.cfg")) ?? ""
        if missing.isEmpty || settingsText.contains("include-system-site-packages = true") {
            return
        }
        throw InstallError.pipLeftOut(
            recipe: recipe.name, missing: missing.map(\.text), tree: settings.venv.root,
            log: log.path)
    }

    /// Removes what the recipe names, by its own lists of files, as one change. What another package
    /// brought, or another pip package that is installed names too, stays.
    func uninstall(_ recipe: Recipe) throws {
        let tree = settings.venv
        let found = try requirements(of: recipe).compactMap(\.installed)
        if found.isEmpty { return }
        reporting.event(.phase(package: recipe.name.text, .uninstalling))
        var kept = try managedDistributions(in: tree).mapValues(\.package)
        for other in try settings.pipRecipes(in: recipes) where other.name != recipe.name {
            let names = try requirements(of: other).map(\.installed)
            // One of which something is missing is not installed.
            if names.contains(nil) { continue }
            for name in names.compactMap(\.self) {
                kept[name] = kept[name] ?? other.name.text
            }
        }
        let leaving = Set(found.filter { kept[$0] == nil })
        for name in found {
            guard let owner = kept[name] else { continue }
            reporting.event(
                .note(package: recipe.name.text, "\(name.raw) stays: it belongs to \(owner) too"))
        }
        if leaving.isEmpty { return }
        for site in try SitePackages.all(in: tree) {
            for name in leaving {
                for distribution in try site.distributions(named: name)
                where try distribution.files(in: site.folder, at: site.path, of: tree.root) == nil {
                    throw InstallError.noFileList(
                        recipe: recipe.name,
                        tree.path(site.path.appending(distribution.entry)).appending("RECORD"))
                }
            }
        }
        try TreeTransaction(in: tree, label: recipe.name.text, workspace)
            .commit("uninstall \(recipe.name)", distributions: leaving)
        reporting.event(.finished(package: recipe.name.text, .uninstalled))
    }
}

extension Directory {
    /// Adds a file to a staged `.dist-info`, and to the RECORD in it.
    fileprivate func addListed(_ name: String, _ bytes: [UInt8]) throws {
        let record = path.appending("RECORD")
        try writeFile(path.appending(name), bytes)
        let row =
            "\(path.lastComponent!)/\(name),sha256=\(Digest(of: bytes).base64URL),\(bytes.count)\n"
        try writeFile(record, try readFile(record) + Array(row.utf8))
    }
}

extension BuildVariables {
    /// pip may use the network and the user's settings of it: it installs what no recipe of ours
    /// verifies.
    fileprivate func forPip(inherited: [String: String]) -> [String: String] {
        var values = values
        for name in values.keys where name.hasPrefix("PIP_") { values[name] = nil }
        for (name, value) in inherited where name.hasPrefix("PIP_") { values[name] = value }
        values["TMPDIR"] = inherited["TMPDIR"]
        values["SAGE_DESTDIR"] = nil
        return values
    }
}
