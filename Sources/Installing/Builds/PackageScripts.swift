internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// The scripts of a recipe that build and install its package.
///
/// Order and SAGE_SUDO: build/recipes.md, 11.1 and 11.2.
struct PackageScripts {
    private let job: PackageJob

    init(_ job: PackageJob) { self.job = job }

    /// Runs those up to `spkg-install`, which stage below `place.staging`.
    func build() async throws {
        let scripts = try scripts()
        for warning in try scripts.prepare(log: job.log) { job.note(warning) }
        let staged = FilePath(job.place.staging.string + job.tree.root.string)
        try makeDirectories(staged.appending("lib"))
        try Directory(opening: staged).makeLink("lib64", to: "lib")
        try DirectWrites(job).recordStart()

        let sudo = job.settings.sudo
        try await run(.preinst, of: scripts, sudo: sudo)
        guard scripts.has(.build) else {
            try await run(.install, of: scripts)
            return
        }
        try await run(.build, of: scripts)
        try await run(.install, of: scripts, sudo: sudo)
    }

    /// Runs `spkg-postinst`, if the recipe has it, and says in the record that nothing is left to do,
    /// and what it made. Until then the record says that the package is unfinished, and the next
    /// install does it again.
    func finish(_ unfinished: InstalledRecord) async throws {
        guard job.recipe.form(of: .postinst) != nil else { return }
        let writes = DirectWrites(job)
        try writes.recordStart()
        var scripts = try scripts()
        scripts.variables.set(["SAGE_DESTDIR": "", "SAGE_DESTDIR_LOCAL": job.tree.root.string])
        try await run(.postinst, of: scripts, sudo: job.settings.sudo)
        var record = unfinished
        record.isUnfinished = nil
        let known = Set(record.files)
        try record.add(
            writes.files(isStaging: true).filter { !known.contains($0.string) }, in: job.tree)
        try TreeTransaction.replace(
            record, in: job.tree, "finish \(job.package)", job.workspace)
    }

    func scripts() throws -> RecipeScripts {
        try RecipeScripts(of: job.recipe, in: job.tree, job.workspace)
    }

    /// Runs a script if the recipe has it.
    private func run(
        _ script: RecipeScript, of scripts: RecipeScripts, sudo: [String] = []
    ) async throws {
        guard scripts.has(script) else { return }
        job.enter(.building)
        defer { job.noteNetwork() }
        do {
            try await scripts.run(
                script, sudo: sudo, jobserver: job.jobserver, log: job.log, terminal: job.terminal)
        } catch {
            if !sudo.isEmpty { handBackAfterFailure() }
            throw error
        }
        if !sudo.isEmpty { try handBack() }
        if let reason = try readTextIfPresent(job.place.isolationFailure) {
            let text = "warning: a wheel was built with whatever is installed; isolated it failed:"
            job.note("\(text)\n\(reason)")
            try removeTree(job.place.isolationFailure)
        }
    }

    private func handBack() throws {
        try SudoCommands(job.workspace)
            .handBack(job.place.directory, of: job.package, in: job.tree)
    }

    /// The directory stays for looking at, and must be ours to remove. That the script failed is the
    /// error; this can only be said besides.
    private func handBackAfterFailure() {
        do { try handBack() } catch {
            job.note("warning: \(job.place.directory) may hold what is not yours: \(error)")
        }
    }
}

extension RecipeScripts {
    /// Those of a recipe, in its build directory.
    init(of recipe: Recipe, in tree: Tree, _ workspace: Workspace) throws {
        let package = ScriptedPackage(recipe, in: tree)
        let place = try workspace.buildPlace(of: recipe.nameAndVersion, in: tree)
        self.init(
            of: recipe, in: package, at: place,
            variables: try BuildVariables(
                forScriptsOf: package, at: place, host: workspace.scriptHost,
                inherited: workspace.settings.environment,
                network: BuildVariables.Network(for: recipe)))
    }
}

extension PackageJob {
    /// Says once what keeps builds from the network, if it is less than it should be.
    func noteNetwork() {
        if let warning = NetworkCut.warning() { note(warning) }
    }
}
