internal import Platform
public import Recipes
public import SystemPackage

/// The scripts of an installed package that were kept in its tree, and run without the build
/// directory; the recipe may be gone or changed.
///
///     var/lib/sage/scripts/NAME/
///       spkg-prerm  spkg-piprm  spkg-postrm  spkg-check
public struct SavedScripts: Sendable {
    public let package: ScriptedPackage
    public let place: BuildPlace
    /// See `BuildVariables.init(forSavedScriptsOf:…)`.
    public var variables: BuildVariables
    /// Where they are: `package.savedScripts`, unless somebody keeps a copy elsewhere.
    public var folder: FilePath

    public static let kept: [RecipeScript] = [.prerm, .piprm, .postrm, .check]

    /// - Parameter place: of a build that may never have been.
    public init(of package: ScriptedPackage, at place: BuildPlace, variables: BuildVariables) {
        self.package = package
        self.place = place
        self.variables = variables
        folder = package.savedScripts
    }

    public func path(of script: RecipeScript) -> FilePath {
        folder.appending("spkg-\(script.rawValue)")
    }

    public func has(_ script: RecipeScript) throws(BuildError) -> Bool {
        guard Self.kept.contains(script) else { return false }
        do { return try targetStatus(path(of: script)) != nil } catch { throw .platform(error) }
    }

    /// Copies a script into a folder, made if it isn't there, for when the package's is gone.
    public func copy(_ script: RecipeScript, to other: FilePath) throws(BuildError) {
        let original = path(of: script)
        do {
            try removeTree(other)
            try makeDirectories(other)
            try copyFile(original, to: other.appending(original.lastComponent!), mode: 0o755)
        } catch { throw .platform(error) }
    }

    /// Runs a script to its end. It starts in SAGE_ROOT; a check in the build directory, or if that
    /// is gone in the recipe's. Rule: build/recipes.md, 10.3.
    ///
    /// - Throws: `savedScriptFailed`, `cancelled`, `notStarted`, `platform`.
    public func run(
        _ script: RecipeScript, sudo: [String] = [], jobserver: Jobserver, log: BuildLog,
        terminal: TerminalLines?
    ) async throws(BuildError) {
        // Not asked of a recipe: complete scripts bring no helpers, and wrapped ones don't mind
        // getting them twice.
        let call = ScriptCall(
            script: script, form: .complete, path: path(of: script),
            directory: try directory(of: script), variables: variables)
        let failed = try await call.run(
            package: package, sudo: sudo, jobserver: jobserver, log: log, terminal: terminal)
        if let failed { throw .savedScriptFailed(failed, script: path(of: script)) }
    }

    private func directory(of script: RecipeScript) throws(BuildError) -> FilePath {
        guard script == .check else { return place.root }
        do {
            for folder in [place.directory, package.recipe]
            where try targetStatus(folder)?.kind == .directory {
                return folder
            }
        } catch { throw .platform(error) }
        return place.root
    }
}
