internal import Building
internal import Platform
public import Recipes
internal import SystemPackage
internal import Trees

/// How the tests of a package went, as its record says it.
enum TestResult: String {
    case passed, failed
    case notAvailable = "not available"
    case notRun = ""
}

extension Installer {
    /// Runs `spkg-check` of what is staged, if this package's tests are to be run: before anything in
    /// the tree changes, so that a failure leaves the old version.
    ///
    /// The script finds the new version first: `bin` of the stage on PATH, its `site-packages` on
    /// PYTHONPATH, its `lib` on LD_LIBRARY_PATH.
    ///
    /// - Throws: when they fail and that is to be a failure.
    func test(_ work: Work, in stage: FilePath) async throws -> TestResult {
        let policy = settings.checks.policy(for: work.recipe.name)
        if policy == .no { return .notRun }
        let scripts = try testing(work, in: stage)
        guard scripts.has(.check) else { return .notAvailable }
        reporting.event(.phase(package: work.package, .checking))
        do {
            try await scripts.run(
                .check, jobserver: work.jobserver, log: work.log,
                terminal: reporting.output(besides: work.log))
        } catch {
            guard policy == .warn, case .failed = error else { throw error }
            reporting.event(.note(package: work.package, "warning: tests failed\n\(error)"))
            return .failed
        }
        return .passed
    }

    private func testing(_ work: Work, in stage: FilePath) throws -> RecipeScripts {
        var scripts = try scripts(of: work)
        scripts.variables.find(stage, sitePackages: work.interpreter.sitePackages)
        return scripts
    }

    /// Runs the tests of installed packages again and notes the results in their records.
    ///
    /// - Throws: for the first that fails, unless its policy is to warn; its result is noted too.
    public func check(_ names: [RecipeName]) async throws {
        for tree in settings.allTrees { try settle(tree) }
        let jobserver = try Jobserver(joining: settings.environment)
        for name in names {
            let recipe = try recipes.recipe(name)
            let tree = try tree(of: recipe)
            guard var record = try tree.records(of: name.text).last else {
                throw InstallError.notInstalled(name.text)
            }
            let scripts = try savedScripts(of: record, in: tree)
            guard try scripts.has(.check) else {
                reporting.event(.note(package: record.fileName, "it has no tests"))
                continue
            }
            let failure = try await run(scripts, of: record, jobserver)
            record.testResult = (failure == nil ? TestResult.passed : .failed).rawValue
            try replace(record, in: tree, "update the record of \(record.fileName)")
            if let failure {
                guard settings.checks.policy(for: name) == .warn else { throw failure }
                reporting.event(.note(package: record.fileName, "warning: \(failure)"))
            } else {
                reporting.event(.finished(package: record.fileName, .checked))
            }
        }
    }

    /// - Returns: how the tests failed; nil when they passed.
    private func run(_ scripts: SavedScripts, of record: InstalledRecord, _ jobserver: Jobserver)
        async throws -> BuildError?
    {
        reporting.event(.phase(package: record.fileName, .checking))
        let log = try openLog(of: record.fileName)
        do {
            try await scripts.run(
                .check, jobserver: jobserver, log: log,
                terminal: reporting.output(besides: log))
            return nil
        } catch {
            guard case .savedScriptFailed = error else { throw error }
            return error
        }
    }

    /// Exchanges a package's record, and nothing else of it.
    ///
    /// - Parameter title: of the change, for people.
    func replace(_ record: InstalledRecord, in tree: Tree, _ title: String) throws {
        let delivery = try Delivery(to: tree, label: record.name, self)
        try delivery.new.write(record)
        // Nothing else of the package takes part: what it owns stays, whatever that is.
        try delivery.commit(title, InstallOptions()) { .nothing }
    }

    func savedScripts(of record: InstalledRecord, in tree: Tree) throws -> SavedScripts {
        let package = ScriptedPackage(
            name: record.name, version: record.version, root: settings.root, in: tree)
        let place = BuildPlace(
            package: record.fileName,
            directory: try settings.builds(of: tree).appending(record.fileName),
            helpers: settings.helpers, root: settings.root, local: settings.local.root,
            venv: settings.venv.root)
        return SavedScripts(
            of: package, at: place,
            variables: try BuildVariables(
                forSavedScriptsOf: package, at: place, host: scriptHost,
                inherited: settings.environment))
    }
}

extension BuildVariables {
    /// Puts what is staged before what is installed.
    fileprivate mutating func find(_ stage: FilePath, sitePackages: FilePath) {
        func prepend(_ folder: FilePath, to variable: String) {
            let old = values[variable].flatMap { $0.isEmpty ? nil : $0 }
            values[variable] = [folder.string, old].compactMap(\.self).joined(separator: ":")
        }
        set(["SAGE_DESTDIR": "", "SAGE_DESTDIR_LOCAL": stage.string])
        prepend(stage.appending("bin"), to: "PATH")
        prepend(stage.pushing(sitePackages), to: "PYTHONPATH")
        prepend(stage.appending("lib"), to: "LD_LIBRARY_PATH")
    }
}
