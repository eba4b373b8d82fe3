internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// How the tests of a package went, as its record says it.
enum TestResult: String {
    case passed, failed
    case notAvailable = "not available"
    case notRun = ""
}

/// The tests of a package that is staged.
struct StagedTests {
    private let job: PackageJob

    init(_ job: PackageJob) { self.job = job }

    /// Runs `spkg-check`, if this package's tests are to be run: before anything in the tree changes, so
    /// that a failure leaves the old version.
    ///
    /// The script finds the new version first: `bin` of the stage on PATH, its `site-packages` on
    /// PYTHONPATH, its `lib` on LD_LIBRARY_PATH.
    ///
    /// - Throws: when they fail and that is to be a failure.
    func run(in stage: FilePath) async throws -> TestResult {
        let policy = job.settings.checks.policy(for: job.recipe.name)
        if policy == .no { return .notRun }
        var scripts = try PackageScripts(job).scripts()
        scripts.variables.find(stage, sitePackages: job.interpreter.sitePackages)
        guard scripts.has(.check) else { return .notAvailable }
        job.enter(.checking)
        do {
            try await scripts.run(
                .check, jobserver: job.jobserver, log: job.log, terminal: job.terminal)
        } catch {
            guard policy == .warn, case .failed = error else { throw error }
            job.note("warning: tests failed\n\(error)")
            return .failed
        }
        return .passed
    }
}

/// The tests of a package that is installed, by the script that is kept for them.
struct InstalledTests {
    private let workspace: Workspace
    private let jobserver: Jobserver

    init(_ workspace: Workspace, _ jobserver: Jobserver) {
        self.workspace = workspace
        self.jobserver = jobserver
    }

    /// Runs them and notes the result in the record.
    ///
    /// - Throws: when they fail, unless the policy is to warn.
    func run(_ recipe: Recipe) async throws {
        let tree = try workspace.tree(of: recipe)
        guard var record = try tree.records(of: recipe.name.text).last else {
            throw InstallError.notInstalled(recipe.name.text)
        }
        let scripts = try SavedScripts(of: record, in: tree, workspace)
        guard try scripts.has(.check) else {
            workspace.note(record.fileName, "it has no tests")
            return
        }
        let failure = try await run(scripts, of: record)
        record.testResult = (failure == nil ? TestResult.passed : .failed).rawValue
        try TreeTransaction.replace(
            record, in: tree, "update the record of \(record.fileName)", workspace)
        if let failure {
            guard workspace.settings.checks.policy(for: recipe.name) == .warn else { throw failure }
            workspace.note(record.fileName, "warning: \(failure)")
        } else {
            workspace.reporting.event(.finished(package: record.fileName, .checked))
        }
    }

    /// - Returns: how the tests failed; nil when they passed.
    private func run(_ scripts: SavedScripts, of record: InstalledRecord) async throws
        -> BuildError?
    {
        workspace.reporting.event(.phase(package: record.fileName, .checking))
        let log = try workspace.openLog(of: record.fileName)
        do {
            try await scripts.run(
                .check, jobserver: jobserver, log: log,
                terminal: workspace.reporting.output(besides: log))
            return nil
        } catch {
            guard case .savedScriptFailed = error else { throw error }
            return error
        }
    }
}

extension SavedScripts {
    /// Those that are kept of an installed package.
    init(of record: InstalledRecord, in tree: Tree, _ workspace: Workspace) throws {
        let package = ScriptedPackage(
            name: record.name, version: record.version, root: workspace.settings.root, in: tree)
        let place = try workspace.buildPlace(of: record.fileName, in: tree)
        self.init(
            of: package, at: place,
            variables: try BuildVariables(
                forSavedScriptsOf: package, at: place, host: workspace.scriptHost,
                inherited: workspace.settings.environment))
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
