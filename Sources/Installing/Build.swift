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

        var build = try WheelBuild(
            isolatedAt: place, project: project, variables: variables, recipe: work.recipe.name,
            stores: wheelStores(for: work.tree), interpreter: work.interpreter)
        reporting.event(.phase(package: work.package, .building))
        defer { tellOfNetwork(work.package) }
        _ = try await build.run(log: work.log, terminal: reporting.output(besides: work.log))
    }
}

extension Installer {
    /// Where builds in a tree find wheels: its own store first.
    private func wheelStores(for tree: Tree) -> [WheelStore] {
        ([tree] + settings.allTrees.filter { $0 != tree }).map { WheelStore(of: $0) }
    }

    /// What `spkg shell` starts.
    ///
    /// - Throws: `InstallError.noBuildDirectory` when no build has left one.
    public func shell(for recipe: Recipe) throws -> BuildShell {
        let tree = try tree(of: recipe)
        let place = try buildPlace(of: recipe, in: tree)
        guard try status(place.directory) != nil else {
            throw InstallError.noBuildDirectory(recipe: recipe.name, place.directory)
        }
        let hasSource = try status(place.source) != nil
        if recipe.form(of: .install) != nil {
            return BuildShell(
                in: place, variables: try scripts(of: recipe, in: tree).variables,
                inherited: settings.environment, hasSource: hasSource,
                functions: settings.helpers.appending("sage-dist-helpers"))
        }
        let variables = BuildVariables(
            at: place, inherited: settings.environment,
            usingEnvironment: try status(place.environment) != nil)
        return BuildShell(
            in: place, variables: variables, inherited: settings.environment, hasSource: hasSource)
    }
}
