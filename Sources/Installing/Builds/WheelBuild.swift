internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees
internal import Wheels

/// A PEP 517 build and the Python that it runs with.
///
/// An isolated environment is filled from the wheel store with what `pyproject.toml` requires, and
/// again with what the backend asks for, until it asks for nothing more.
struct WheelBuild {
    /// May be changed before the first call: source, `dist`, settings.
    var build: PEP517Build
    /// Held until it is built.
    var jobs: HeldJobs?
    /// Nil without isolation: then nobody asks what is required.
    private var filling: EnvironmentFilling?
    private var satisfied: [String]?

    /// A build in an environment of its own, which is made in `place.environment`.
    ///
    /// - Throws: `InstallError.requirementNotInStore` and its like, `BuildError`.
    init(
        isolatedAt place: BuildPlace, project: PyProject, variables: BuildVariables,
        recipe: RecipeName, stores: [WheelStore], interpreter: Interpreter
    ) throws {
        var filling = EnvironmentFilling(
            recipe: recipe, stores: stores, interpreter: interpreter, root: place.environment)
        let environment = try BuildEnvironment(isolatedAt: place, interpreter: interpreter) { _ in
            try filling.add(project.requires, askedBy: "pyproject.toml")
        }
        build = PEP517Build(
            at: place, project: project, environment: environment, variables: variables)
        self.filling = filling
        satisfied = project.requires
    }

    /// A build with the tree's own Python, and whatever is installed there.
    init(at place: BuildPlace, project: PyProject, variables: BuildVariables, with tree: Tree)
        throws
    {
        build = PEP517Build(
            at: place, project: project, environment: try BuildEnvironment(of: tree),
            variables: variables)
    }

    mutating func run(log: BuildLog, terminal: TerminalLines?) async throws -> BuiltWheel {
        var rounds = 0
        while true {
            switch try await build.run(satisfied: known(rounds), log: log, terminal: terminal) {
            case .built(let wheel): return wheel
            case .needs(let more): try add(more)
            }
            rounds += 1
        }
    }

    mutating func packSdist(log: BuildLog, terminal: TerminalLines?) async throws -> FilePath {
        var rounds = 0
        while true {
            switch try await build.packSdist(satisfied: known(rounds), log: log, terminal: terminal)
            {
            case .packed(let sdist): return sdist
            case .needs(let more): try add(more)
            }
            rounds += 1
        }
    }

    /// A backend whose answer is another one each time is asked twice, and then builds unasked (PEP
    /// 517 has it asked once).
    private func known(_ rounds: Int) -> [String]? { rounds < 2 ? satisfied : nil }

    private mutating func add(_ requirements: [String]) throws {
        try filling?.add(requirements, askedBy: build.project.backend)
        satisfied? += requirements
    }
}
