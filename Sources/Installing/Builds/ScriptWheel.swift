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
        /// Isolated; if that fails, once more without. Old recipes rely on it: some don't name all
        /// that their build needs, and find it in the tree (build/README.md, `sdh_build_wheel`).
        case preferred
        /// The tree's Python, and whatever is installed there. Requirements are not looked at.
        case none
    }

    private let environment: [String: String]
    private let workingDirectory: FilePath
    private let recipe: RecipeName
    private let place: BuildPlace
    private let tree: Tree
    private let stores: [WheelStore]
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
        settings = try TreeSettings(environment: environment)
        recipe = try RecipeName(value("PKG_BASE"))
        let package = try value("PKG_NAME")
        let local = FilePath(try value("SAGE_LOCAL"))
        let venv = FilePath(try value("SAGE_VENV"))
        place = BuildPlace(
            package: package, directory: FilePath(try value("SAGE_BUILD_DIR")).appending(package),
            helpers: FilePath(try value("SPKG_LIBEXEC")), root: FilePath(try value("SAGE_ROOT")),
            local: local, venv: venv)
        logs = FilePath(try value("SAGE_LOGS"))
        // A package that is no Python package itself may build one with the Python of the other tree.
        let own = Tree(FilePath(try value("SAGE_INST_LOCAL")))
        let tree = try targetStatus(own.interpreterLink) != nil ? own : Tree(venv)
        self.tree = tree
        var trees = [tree]
        for other in [Tree(venv), Tree(local)] where !trees.contains(other) { trees.append(other) }
        stores = trees.map { WheelStore(of: $0) }
    }

    /// Builds the source tree `folder` into the one wheel of `dist/`.
    ///
    /// - Parameters:
    ///   - folder: relative to the working directory.
    ///   - bySdist: makes an sdist first, also left in `dist/`, and builds what is in it: a file that
    ///     the sdist lacks is missed here, and not by whoever builds from it.
    ///   - settings: `config_settings` of PEP 517; a key may come several times.
    /// - Throws: `BuildError`, `InstallError.requirementNotInStore` and its like. That of an isolated
    ///   build which went well without isolation goes to the log, and to `place.isolationFailure` for
    ///   whoever runs the script.
    public func build(
        _ folder: FilePath, isolation: Isolation, bySdist: Bool,
        settings: [(key: String, value: String)]
    ) async throws -> BuiltWheel {
        let log = try BuildLog(of: place.package, in: logs, passingOn: 1)
        let source = workingDirectory.pushing(folder).lexicallyNormalized()
        let project = try PyProject(of: source)
        func build(isolated: Bool) async throws -> BuiltWheel {
            try await self.build(
                start(project, at: source, isolated: isolated), source: source, bySdist: bySdist,
                settings: settings, log: log)
        }
        do {
            return try await build(isolated: isolation != .none)
        } catch {
            guard isolation == .preferred, isAboutEnvironment(error) else { throw error }
            try log.write("\(error)\nOnce more, with whatever is installed in \(tree.root)\n")
            let wheel = try await build(isolated: false)
            try writeFile(place.isolationFailure, "\(error)".utf8)
            return wheel
        }
    }

    /// Whether a build may end better that finds more installed.
    private func isAboutEnvironment(_ error: any Error) -> Bool {
        switch error {
        case BuildError.failed, BuildError.noBackend, InstallError.requirementNotInStore,
            InstallError.requirementUnfit:
            true
        default: false
        }
    }

    private func start(_ project: PyProject, at source: FilePath, isolated: Bool) throws
        -> WheelBuild
    {
        var variables = BuildVariables(ofScript: environment, isolatedAt: isolated ? place : nil)
        let jobs = try HeldJobs(of: source, from: Jobserver(joining: environment))
        variables.set(jobs.variables)
        guard isolated else {
            var build = try WheelBuild(
                at: place, project: project, variables: variables, with: tree)
            build.jobs = jobs
            return build
        }
        let interpreter = try Interpreter(
            asking: tree.interpreterLink.string, environment: environment,
            cache: settings.cache)
        var build = try WheelBuild(
            isolatedAt: place, project: project, variables: variables, recipe: recipe,
            stores: stores, interpreter: interpreter)
        build.jobs = jobs
        return build
    }

    private func build(
        _ start: WheelBuild, source: FilePath, bySdist: Bool,
        settings: [(key: String, value: String)], log: BuildLog
    ) async throws -> BuiltWheel {
        var wheel = start
        wheel.build.source = source
        wheel.build.dist = workingDirectory.appending("dist")
        wheel.build.settings = settings
        if bySdist {
            let sdist = try await wheel.packSdist(log: log, terminal: nil)
            wheel.build.source = try unpack(sdist)
        }
        return try await wheel.run(log: log, terminal: nil)
    }

    /// - Returns: the folder that the sdist was unpacked into.
    private func unpack(_ sdist: FilePath) throws -> FilePath {
        let folder = place.run.appending("sdist")
        try removeTree(folder)
        // What we have just made needs no other proof than that it is still the same.
        let file = try verify(
            Distfile(
                name: sdist.lastComponent!.string, package: recipe.text,
                sha256: Digest(ofFile: File(reading: sdist))),
            in: sdist.removingLastComponent())
        return try Distfiles.unpack(file, into: folder).path
    }
}
