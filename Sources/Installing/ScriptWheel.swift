public import Building
internal import Distfiles
internal import Platform
internal import Recipes
public import SystemPackage
internal import Trees
internal import Wheels

/// A wheel that a recipe's script asks for: `spkg helper build-wheel`, which is what `sdh_build_wheel`
/// calls.
///
/// Runs inside a step of another spkg's build: which package, which trees, and where the build
/// directory is stands in the environment that the script got (see
/// `BuildVariables.init(forScriptsOf:…)`), and what it has changed there holds.
///
///     BUILD/env  BUILD/run  BUILD/tmp     as in every build
///     dist/*.whl                          in the folder that the script is in
public struct ScriptWheel: Sendable {
    public enum Isolation: Sendable {
        /// An environment that holds what the build requires, from the wheel store.
        case isolated
        /// The tree's Python, and whatever is installed there. Requirements are not looked at.
        case none
    }

    private let environment: [String: String]
    private let workingDirectory: FilePath
    private let recipe: RecipeName
    private let place: BuildPlace
    private let tree: Tree
    private let settings: TreeSettings
    private let logs: FilePath

    /// - Throws: `InstallError.notInScript` when a variable is missing that every script has.
    public init(environment: [String: String], workingDirectory: FilePath) throws {
        func value(_ name: String) throws(InstallError) -> String {
            guard let value = environment[name], !value.isEmpty else {
                throw .notInScript(missing: name)
            }
            return value
        }
        self.environment = environment
        self.workingDirectory = workingDirectory
        settings = TreeSettings(environment: environment)
        recipe = try RecipeName(value("PKG_BASE"))
        let package = try value("PKG_NAME")
        let local = FilePath(try value("SAGE_LOCAL"))
        let venv = FilePath(try value("SAGE_VENV"))
        place = BuildPlace(
            package: package, directory: FilePath(try value("SAGE_BUILD_DIR")).appending(package),
            root: FilePath(try value("SAGE_ROOT")), local: local, venv: venv)
        logs = FilePath(try value("SAGE_LOGS"))
        // A package that is no Python package itself may build one with the Python of the other tree.
        let own = Tree(FilePath(try value("SAGE_INST_LOCAL")))
        tree = try targetStatus(own.interpreterLink) != nil ? own : Tree(venv)
    }

    /// Builds the source tree `folder` into the one wheel of `dist/`.
    ///
    /// - Parameters:
    ///   - folder: relative to the working directory.
    ///   - bySdist: makes an sdist first, also left in `dist/`, and builds what is in it: a file that
    ///     the sdist lacks is missed here, and not by whoever builds from it.
    ///   - settings: `config_settings` of PEP 517; a key may come several times.
    /// - Throws: `BuildError`, `InstallError.requirementNotInStore` and its like. There is no second
    ///   try without isolation: it would build with whatever happens to be installed.
    public func build(
        _ folder: FilePath, isolation: Isolation, bySdist: Bool,
        settings: [(key: String, value: String)]
    ) async throws -> BuiltWheel {
        let log = try BuildLog(of: place.package, in: logs, passingOn: 1)
        let source = workingDirectory.pushing(folder).lexicallyNormalized()
        let project = try PyProject(of: source)
        var variables = BuildVariables(
            ofScript: environment, isolatedAt: isolation == .isolated ? place : nil)
        let jobserver = try Jobserver(joining: environment)
        variables.set(jobserver.variables(for: .python))

        var filling: EnvironmentFilling?
        let python: BuildEnvironment
        switch isolation {
        case .none: python = try BuildEnvironment(of: tree)
        case .isolated:
            let interpreter = try Interpreter(
                asking: tree.interpreterLink.string, environment: environment,
                cache: self.settings.cache)
            filling = EnvironmentFilling(
                recipe: recipe, store: WheelStore(of: tree), interpreter: interpreter,
                root: place.environment)
            python = try BuildEnvironment(isolatedAt: place, interpreter: interpreter) { _ in
                try filling?.add(project.requires, askedBy: "pyproject.toml")
            }
        }
        var build = PEP517Build(
            at: place, project: project, environment: python, variables: variables)
        build.source = source
        build.dist = workingDirectory.appending("dist")
        build.hasOwnGroup = false
        build.settings = settings
        if bySdist { build.source = try await packAndUnpack(build, &filling, log) }
        var satisfied = isolation == .isolated ? project.requires : nil
        while true {
            switch try await build.run(satisfied: satisfied, log: log, terminal: nil) {
            case .built(let wheel): return wheel
            case .needs(let more):
                try filling?.add(more, askedBy: project.backend)
                satisfied? += more
            }
        }
    }

    /// - Returns: the folder that the sdist was unpacked into.
    private func packAndUnpack(
        _ build: PEP517Build, _ filling: inout EnvironmentFilling?, _ log: BuildLog
    ) async throws -> FilePath {
        var satisfied = filling == nil ? nil : build.project.requires
        while true {
            switch try await build.packSdist(satisfied: satisfied, log: log, terminal: nil) {
            case .packed(let sdist):
                let folder = place.run.appending("sdist")
                try removeTree(folder)
                // What we have just made needs no other proof than that it is still the same.
                let file = try verify(
                    Distfile(
                        name: sdist.lastComponent!.string, package: recipe.text,
                        sha256: Digest(ofFile: File(reading: sdist))), in: build.dist)
                return try Distfiles.unpack(file, into: folder).path
            case .needs(let more):
                try filling?.add(more, askedBy: build.project.backend)
                satisfied? += more
            }
        }
    }
}
