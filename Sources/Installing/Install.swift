internal import Building
internal import Locks
internal import Platform
internal import Recipes
internal import Requirements
internal import Trees

/// The installation of one package: the order of all that happens to it.
///
///     fetch → unpack → build → BuildOutput → StagedPackage → tests → commit → postinst
///
/// Each step takes what the one before it made. Up to the commit nothing in the tree changes.
struct PackageInstall {
    private let workspace: Workspace
    private let jobserver: Jobserver
    private let options: InstallOptions

    init(_ workspace: Workspace, jobserver: Jobserver, _ options: InstallOptions) {
        self.workspace = workspace
        self.jobserver = jobserver
        self.options = options
    }

    func run(_ recipe: Recipe, isRequested: Bool) async throws {
        if recipe.source == .pip { return try await PipInstaller(workspace).install(recipe) }
        let start = ContinuousClock.now
        try await withJob(for: recipe, isRequested: isRequested) { job in
            let output =
                switch options.extent {
                case .everything, .build: try await PackageBuild(job).run()
                case .installBuilt: try BuildOutput(resuming: job)
                }
            if options.extent == .build { return job.finish(.built(job.place.directory)) }

            job.enter(.installing)
            var package = try StagedPackage(output, for: job)
            package.record.testResult = try await StagedTests(job).run(in: package.stage).rawValue
            try package.commit()
            try await PackageScripts(job).finish(package.record)
            try OtherTrees(workspace).leave(recipe)

            // What was asked for is done: a failure here is no failure of it.
            let took = ContinuousClock.now - start
            do { try removeBuild(job, took) } catch {
                job.note("warning: it is installed, but \(error)")
            }
            job.finish(.installed(took: took))
        }
    }

    /// Holds the package's lock while `body` runs, unless the process that held it before has done
    /// the work.
    private func withJob(
        for recipe: Recipe, isRequested: Bool, _ body: (PackageJob) async throws -> Void
    ) async throws {
        let tree = try workspace.tree(of: recipe)
        let interpreter = try TreePreparation(workspace).prepare(tree)
        let lock = try await workspace.holdPackage(recipe.name.text, in: tree)
        defer { withExtendedLifetime(lock) {} }
        var statuses = InstallStatuses(workspace)
        let status = try statuses.of(recipe)
        if status.isUpToDate && options.extent == .everything && !options.isForced(isRequested) {
            try OtherTrees(workspace).leave(recipe)
            let package = recipe.nameAndVersion
            workspace.reporting.event(.finished(package: package, .alreadyInstalled))
            return
        }
        // Before hours of building.
        if let distribution = recipe.distribution.flatMap({ try? DistributionName($0.name) }) {
            _ = try Predecessors(workspace.recipes, in: tree)
                .packages(of: recipe.name, installing: [distribution], storing: [])
        }
        let before = try? tree.records(of: recipe.name.text).last
        do {
            try await body(
                PackageJob(
                    workspace: workspace, recipe: recipe, tree: tree,
                    place: try workspace.buildPlace(of: recipe.nameAndVersion, in: tree),
                    interpreter: interpreter, jobserver: jobserver,
                    log: try workspace.openLog(of: recipe.nameAndVersion),
                    fingerprint: status.fingerprint, inputs: status.inputs,
                    isRequested: isRequested, options: options))
        } catch {
            if let before, !Task.isCancelled,
                let now = try? tree.records(of: recipe.name.text).last, now == before
            {
                workspace.note(recipe.nameAndVersion, "\(before.fileName) stays installed")
            }
            throw error
        }
    }

    private func removeBuild(_ job: PackageJob, _ took: Duration) throws {
        try job.log.noteTime()
        if options.extent == .everything {
            try BuildTimes.note(
                job.recipe.name.text, job.recipe.displayedVersion, took,
                in: workspace.settings.logs)
        }
        if workspace.settings.keepsBuilds || options.keepsBuild { return }
        try SudoCommands(workspace).removeBuild(
            job.place.directory, of: job.package, in: job.tree)
    }

    /// Before anything is begun.
    static func refuseUninstallable(_ recipe: Recipe, _ options: InstallOptions) throws {
        if recipe.source == .none {
            let debian = try recipe.systemPackages(for: "debian") ?? []
            throw InstallError.systemPackage(
                recipe: recipe.name,
                advice: debian.isEmpty
                    ? [] : ["on Debian: apt-get install \(debian.joined(separator: " "))"])
        }
        if recipe.type == .experimental, !options.allowsExperimental {
            throw InstallError.experimental(recipe: recipe.name)
        }
        if recipe.form(of: .install) == nil, recipe.distribution == nil, recipe.source != .pip {
            throw InstallError.notInstallable(
                recipe: recipe.name,
                reason: "it has no install script, and no version_requirements.txt that says which "
                    + "Python distribution it is")
        }
    }
}
