import Platform
import Recipes
import Support
import SystemPackage
import Testing
import Trees

@testable import Building

/// A recipe with scripts in a temporary distribution, whose `build/bin` is the real one.
struct ScriptFixture {
    let root: FilePath
    let tree: Tree
    let log: BuildLog
    let shown = Shown()
    let jobserver: Jobserver
    /// What helpers call back; a test may put something there.
    var program: FilePath { root.appending("spkg program") }
    var recipeFolder: FilePath { root.pushing("build/pkgs/pico") }
    var inherited = inheritedPath

    /// - Parameter files: of the recipe; `type` and the version are there.
    init(in folder: FilePath, files: [FilePath: String] = [:]) throws {
        root = folder
        tree = Tree(folder.appending("local"))
        try makeDirectories(tree.root)
        try folder.write("build/pkgs/pico/type", "optional\n")
        try folder.write("build/pkgs/pico/package-version.txt", "1.2.p3\n")
        for (name, text) in files { try folder.pushing("build/pkgs/pico").write(name, text) }
        log = try BuildLog(of: "pico-1.2.p3", in: folder.pushing("logs/pkgs"))
        jobserver = try Jobserver(joining: ["SPKG_JOBS": "2"])
        inherited["HOME"] = folder.string
    }

    static let binaries = projectFolder.pushing("build/bin")

    /// A `checksums.ini` that makes the recipe one with an archive; nobody fetches it.
    static let archive =
        "tarball=pico-1.2.tar.gz\nsha256=\(String(repeating: "0", count: 64))\n"

    var place: BuildPlace {
        BuildPlace(
            package: "pico-1.2.p3", directory: tree.builds.appending("pico-1.2.p3"),
            helpers: Self.binaries, root: root, local: tree.root, venv: tree.root)
    }

    var host: ScriptHost {
        ScriptHost(
            program: program, distfiles: root.appending("upstream"),
            logs: root.pushing("logs/pkgs"))
    }

    func recipe() throws -> Recipe {
        try Recipe(RecipeName("pico"), in: root.pushing("build/pkgs"))!
    }

    func scripts() throws -> RecipeScripts {
        let recipe = try recipe()
        let package = ScriptedPackage(recipe, in: tree)
        return RecipeScripts(
            of: recipe, in: package, at: place,
            variables: try BuildVariables(
                forScriptsOf: package, at: place, host: host, inherited: inherited,
                network: .init(for: recipe)))
    }

    func saved() throws -> SavedScripts {
        let package = ScriptedPackage(name: "pico", version: "1.2.p3", root: root, in: tree)
        return SavedScripts(
            of: package, at: place,
            variables: try BuildVariables(
                forSavedScriptsOf: package, at: place, host: host, inherited: inherited))
    }

    var terminal: TerminalLines {
        TerminalLines(prefix: place.package) { [shown] in shown.add($0) }
    }

    func prepareAndRun(_ script: RecipeScript, sudo: [String] = []) async throws {
        let scripts = try scripts()
        _ = try scripts.prepare(log: log)
        try await scripts.run(
            script, sudo: sudo, jobserver: jobserver, log: log, terminal: terminal)
    }

    /// Runs a fragment as `spkg-install.in`.
    ///
    /// - Parameter staged: false to set SAGE_DESTDIR to nothing.
    /// - Returns: what it printed.
    @discardableResult
    func run(_ fragment: String, staged: Bool = true) async throws -> String {
        try recipeFolder.write("spkg-install.in", staged ? fragment : Self.unstaged + fragment)
        try await prepareAndRun(.install)
        return try output()
    }

    private static let unstaged = "SAGE_DESTDIR= SAGE_DESTDIR_LOCAL=$SAGE_INST_LOCAL\n"

    /// Runs a fragment that must fail.
    func failure(of fragment: String, staged: Bool = true) async throws -> FailedBuild {
        do {
            let said = try await run(fragment, staged: staged)
            Issue.record("it did not fail, and said: \(said)")
            throw CancellationError()
        } catch BuildError.failed(let failed) {
            return failed
        }
    }

    /// What the last command said: the log without its header, which ends in the script's name.
    func output() throws -> String {
        let text = try log.textOfLastCommand()
        guard let name = text.firstRange(of: "spkg-install") else { return text }
        return String(text[name.upperBound...].drop { $0 != "\n" }.dropFirst())
    }

    /// A wheel in `dist/`, as far as the store cares.
    func addWheel(_ name: String = "pico-1.2-py3-none-any.whl") throws {
        try place.directory.write(FilePath("dist/\(name)"), "a wheel")
    }

    /// Puts a program where helpers look for spkg: it says its arguments, one per line.
    func addProgram(_ more: String = "") throws {
        try Support.write(
            program, "#!/bin/bash\nprintf 'called: %s\\n' \"$@\"\n\(more)\n", mode: 0o755)
    }
}

extension FilePath {
    /// Where this absolute path is in a staging folder.
    func staged(in place: BuildPlace) -> FilePath {
        FilePath(place.staging.string + string)
    }
}
