internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

extension Installer {
    /// Runs the recipe's scripts up to `spkg-install`, staging below `place.staging`.
    ///
    /// Order and SAGE_SUDO: build/recipes.md, 11.1 and 11.2.
    func runScripts(_ work: Work) async throws {
        let scripts = try scripts(of: work)
        try scripts.prepare(log: work.log)
        let staged = FilePath(work.place.staging.string + work.tree.root.string)
        try makeDirectories(staged.appending("lib"))
        try Directory(opening: staged).makeLink("lib64", to: "lib")
        try noteStart(of: work)

        try await run(.preinst, of: scripts, sudo: settings.sudo, work)
        guard scripts.has(.build) else {
            try await run(.install, of: scripts, work)
            return
        }
        try await run(.build, of: scripts, work)
        try await run(.install, of: scripts, sudo: settings.sudo, work)
    }

    func scripts(of work: Work) throws -> RecipeScripts {
        try scripts(of: work.recipe, in: work.tree)
    }

    func scripts(of recipe: Recipe, in tree: Tree) throws -> RecipeScripts {
        let package = ScriptedPackage(recipe, in: tree)
        let place = try buildPlace(of: recipe, in: tree)
        return RecipeScripts(
            of: recipe, in: package, at: place,
            variables: try BuildVariables(
                forScriptsOf: package, at: place, host: scriptHost,
                inherited: settings.environment, network: BuildVariables.Network(for: recipe)))
    }

    /// Runs a script if the recipe has it.
    func run(
        _ script: RecipeScript, of scripts: RecipeScripts, sudo: [String] = [], _ work: Work
    ) async throws {
        guard scripts.has(script) else { return }
        reporting.event(.phase(package: work.package, .building))
        defer { tellOfNetwork(work.package) }
        do {
            try await scripts.run(
                script, sudo: sudo, jobserver: work.jobserver, log: work.log,
                terminal: reporting.output(besides: work.log))
        } catch {
            if !sudo.isEmpty { handBackAfterFailure(work) }
            throw error
        }
        if !sudo.isEmpty { try handBack(work.place.directory, of: work.package, in: work.tree) }
        if let reason = try readTextIfPresent(work.place.isolationFailure) {
            let text = "warning: a wheel was built with whatever is installed; isolated it failed:"
            reporting.event(.note(package: work.package, "\(text)\n\(reason)"))
            try removeTree(work.place.isolationFailure)
        }
    }

    /// Says once what keeps builds from the network, if it is less than it should be.
    func tellOfNetwork(_ package: String) {
        if let warning = NetworkCut.warning() {
            reporting.event(.note(package: package, warning))
        }
    }

    /// The folder stays for looking at, and must be ours to remove. That the script failed is the
    /// error; this can only be said besides.
    private func handBackAfterFailure(_ work: Work) {
        do { try handBack(work.place.directory, of: work.package, in: work.tree) } catch {
            reporting.event(
                .note(
                    package: work.package,
                    "warning: \(work.place.directory) may hold what is not yours: \(error)"))
        }
    }

    var scriptHost: ScriptHost {
        ScriptHost(
            program: settings.program, distfiles: settings.distfiles, logs: settings.logs)
    }
}
