public import Building
internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// Builds a wheel from the unpacked source by PEP 517, in an isolated environment that holds what
    /// the build requires, from the wheel store.
    func buildWheel(
        of recipe: Recipe, at place: BuildPlace, _ interpreter: Interpreter,
        _ jobserver: Jobserver, _ log: BuildLog
    ) async throws -> BuiltWheel {
        let package = recipe.nameAndVersion
        reporting.event(.phase(package: package, .preparing))
        let project = try PyProject(of: place.source)
        var variables = BuildVariables(
            at: place, inherited: settings.environment, for: .python, usingEnvironment: true)
        variables.set(jobserver.variables(for: .python))

        var filling = EnvironmentFilling(
            recipe: recipe.name, store: WheelStore(of: try tree(of: recipe)),
            interpreter: interpreter, root: place.environment)
        var satisfied = project.requires
        let environment = try BuildEnvironment(isolatedAt: place, interpreter: interpreter) { _ in
            try filling.add(satisfied, askedBy: "pyproject.toml")
        }
        let build = PEP517Build(
            at: place, project: project, environment: environment, variables: variables)
        reporting.event(.phase(package: package, .building))
        while true {
            let outcome = try await build.run(
                satisfied: satisfied, log: log, terminal: reporting.output(package))
            switch outcome {
            case .built(let wheel):
                return wheel
            case .needs(let more):
                try filling.add(more, askedBy: project.backend)
                satisfied += more
            }
        }
    }
}

extension Installer {
    /// What `spkg shell` starts.
    ///
    /// - Throws: `InstallError.noBuildDirectory` when no build has left one.
    public func shell(for recipe: Recipe) throws -> BuildShell {
        let place = buildPlace(of: recipe, in: try tree(of: recipe))
        guard try status(place.directory) != nil else {
            throw InstallError.noBuildDirectory(recipe: recipe.name, place.directory)
        }
        let variables = BuildVariables(
            at: place, inherited: settings.environment,
            usingEnvironment: try status(place.environment) != nil)
        return BuildShell(
            in: place, variables: variables, inherited: settings.environment,
            hasSource: try status(place.source) != nil)
    }
}
