public import Building
internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// Builds a wheel from the unpacked source by PEP 517 into `dist/`, in an isolated environment that
    /// holds what the build requires, from the wheel store.
    func buildWheel(_ work: Work) async throws {
        reporting.event(.phase(package: work.package, .preparing))
        let place = work.place
        let project = try PyProject(of: place.source)
        var variables = BuildVariables(
            at: place, inherited: settings.environment, for: .python, usingEnvironment: true)
        variables.set(work.jobserver.variables(for: .python))

        var filling = EnvironmentFilling(
            recipe: work.recipe.name, store: WheelStore(of: work.tree),
            interpreter: work.interpreter, root: place.environment)
        var satisfied = project.requires
        let environment = try BuildEnvironment(
            isolatedAt: place, interpreter: work.interpreter
        ) { _ in
            try filling.add(satisfied, askedBy: "pyproject.toml")
        }
        let build = PEP517Build(
            at: place, project: project, environment: environment, variables: variables)
        reporting.event(.phase(package: work.package, .building))
        while true {
            let outcome = try await build.run(
                satisfied: satisfied, log: work.log, terminal: reporting.output(work.package))
            guard case .needs(let more) = outcome else { return }
            try filling.add(more, askedBy: project.backend)
            satisfied += more
        }
    }
}

extension Installer {
    /// What `spkg shell` starts.
    ///
    /// - Throws: `InstallError.noBuildDirectory` when no build has left one.
    public func shell(for recipe: Recipe) throws -> BuildShell {
        let tree = try tree(of: recipe)
        let place = buildPlace(of: recipe, in: tree)
        guard try status(place.directory) != nil else {
            throw InstallError.noBuildDirectory(recipe: recipe.name, place.directory)
        }
        let hasSource = try status(place.source) != nil
        if recipe.form(of: .install) != nil {
            let variables = try BuildVariables(
                forScriptsOf: ScriptedPackage(recipe, in: tree), at: place,
                host: scriptHost,
                inherited: settings.environment, network: .init(for: recipe))
            return BuildShell(
                in: place, variables: variables, inherited: settings.environment,
                hasSource: hasSource,
                functions: settings.root.pushing("build/bin/sage-dist-helpers"))
        }
        let variables = BuildVariables(
            at: place, inherited: settings.environment,
            usingEnvironment: try status(place.environment) != nil)
        return BuildShell(
            in: place, variables: variables, inherited: settings.environment, hasSource: hasSource)
    }
}
