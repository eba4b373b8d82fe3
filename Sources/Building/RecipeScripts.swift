internal import Platform
public import Recipes
public import SystemPackage

/// The scripts of a recipe, made ready in a build directory and run there.
///
///     let scripts = RecipeScripts(of: recipe, in: tree, at: place, variables: variables)
///     let warnings = try scripts.prepare(log: log)     // and the source unpacked to place.source
///     if scripts.has(.build) { try await scripts.run(.build, …) }
///     try await scripts.run(.install, …)
///     try scripts.save(to: folderInTheStage)
///
/// What order they run in, and what happens to what they leave in `place.staging`, is the caller's.
public struct RecipeScripts: Sendable {
    public let recipe: Recipe
    public let package: ScriptedPackage
    public let place: BuildPlace
    /// The complete environment of every script, but for the jobserver.
    public var variables: BuildVariables

    public init(
        of recipe: Recipe, in package: ScriptedPackage, at place: BuildPlace,
        variables: BuildVariables
    ) {
        self.recipe = recipe
        self.package = package
        self.place = place
        self.variables = variables
        // What `sdh_build_wheel` does when the script doesn't say.
        if recipe.hasInstallRequires {
            self.variables.set(["SPKG_BUILD_ISOLATION": "no"])
        }
    }

    public func has(_ script: RecipeScript) -> Bool { recipe.form(of: script) != nil }

    /// Fills the build directory. Of a recipe with archives it gets every file; of one that is only
    /// scripts, those and `src`, a link to the source tree. Fragments become programs.
    ///
    /// Comes before or after unpacking; what is there of an earlier call is replaced.
    /// Rule: build/recipes.md, 10.
    ///
    /// - Parameter log: is told of links that lead nowhere.
    /// - Returns: warnings, of scripts that read another installer's functions.
    /// - Throws: `badRecipe`, `noHelpers`, `platform`.
    public func prepare(log: BuildLog) throws(BuildError) -> [String] {
        var copy = RecipeCopy()
        for name in try fileNames() {
            try copy.copy(recipe.directory.appending(name), to: place.directory.appending(name))
        }
        for link in copy.dangling {
            try log.write("\(link) leads nowhere and is left out of the build folder\n")
        }
        let references = try HelperReferences(in: place.helpers)
        var warnings: [String] = []
        for script in RecipeScript.allCases {
            guard let form = recipe.form(of: script), let file = recipe.path(of: script) else {
                continue
            }
            let original = try platform { () throws(PlatformError) in try readFile(file) }
            let text = references.redirected(original)
            if text != nil {
                try log.write("\(file) names a helper of the distribution; spkg's own is used\n")
            }
            if references.readsOthers(text ?? original), try hasForeignFunctions() {
                warnings.append(
                    "warning: \(file) reads sage-dist-helpers of \(place.root)/build/bin, and not "
                        + "spkg's; to have spkg's there: spkg adopt \(shellQuoted(place.root.string))"
                )
            }
            switch form {
            case .fragment: try write(script, wrap(text ?? original, as: script, in: file))
            // Its mode too: whatever became of it in the recipe.
            case .complete: try write(script, text ?? original)
            }
        }
        return warnings
    }

    /// Whether the distribution has functions of its own, and isn't adopted.
    private func hasForeignFunctions() throws(BuildError) -> Bool {
        let file = place.root.pushing("build/bin/sage-dist-helpers")
        return try platform { () throws(PlatformError) in
            guard try targetStatus(file) != nil else { return false }
            return try !Adoption.isStandIn(readFile(file))
        }
    }

    private func wrap(_ fragment: [UInt8], as script: RecipeScript, in file: FilePath)
        throws(BuildError) -> [UInt8]
    {
        try ScriptWrapper(
            script: script, package: package, place: place, variables: variables.values
        ).text(of: fragment, in: file)
    }

    private func write(_ script: RecipeScript, _ text: [UInt8]) throws(BuildError) {
        try platform { () throws(PlatformError) in
            try writeFile(path(of: script), text, mode: 0o755)
        }
    }

    /// The names in the recipe's directory that the build directory gets. Makes its folders, and of a
    /// recipe that is only scripts the link to the source tree.
    private func fileNames() throws(BuildError) -> [FilePath.Component] {
        let names: [FilePath.Component]
        do throws(PlatformError) {
            for folder in [place.directory, place.temporary, place.run] {
                try makeDirectories(folder)
            }
            names = try Directory(opening: recipe.directory).entries().map(\.name)
            guard recipe.source == .normal || recipe.source == .wheel else {
                if names.contains("src") {
                    let build = try Directory(opening: place.directory)
                    try build.removeTree("src")
                    try build.makeLink("src", to: realPath(recipe.directory.appending("src")))
                }
                return names.filter { $0.string.utf8.starts(with: "spkg-".utf8) }
            }
        } catch {
            throw .platform(error)
        }
        let ours = [place.dist, place.staging, place.environment, place.temporary, place.run]
            .map { $0.lastComponent! }
        for name in names where ours.contains(name) || name == "src" && recipe.source == .normal {
            throw .badRecipe(
                path: recipe.directory.appending(name),
                reason: "the build folder has a \(name) of its own; give this another name")
        }
        return names
    }

    /// Where the build directory has a script.
    func path(of script: RecipeScript) -> FilePath {
        place.directory.appending("spkg-\(script.rawValue)")
    }

    /// Runs a script to its end; `prepare` must have been called. Its stdin is empty.
    ///
    /// - Parameters:
    ///   - sudo: the words of SAGE_SUDO, put in front; empty for none.
    ///   - jobserver: whose tokens it may use.
    /// - Throws: `failed` with the script's name as phase, `failedInPipe`, `cancelled`, `notStarted`,
    ///   `platform`. What it left in the build directory stays for looking at.
    public func run(
        _ script: RecipeScript, sudo: [String] = [], jobserver: Jobserver, log: BuildLog,
        terminal: TerminalLines?
    ) async throws(BuildError) {
        let isLegacy = script == .legacyUninstall
        // `sdh_die` writes here what bash would forget.
        let lost = place.temporary.appending("lost-failure")
        try platform { () throws(PlatformError) in try removeTree(lost) }
        var call = ScriptCall(
            script: script, form: recipe.form(of: script) ?? .complete,
            path: isLegacy ? recipe.path(of: script) ?? path(of: script) : path(of: script),
            directory: isLegacy ? recipe.directory : place.directory,
            variables: variables)
        call.variables.set(["SPKG_LOST_FAILURE": lost.string])
        let failed = try await call.run(
            package: package, sudo: sudo, jobserver: jobserver, log: log, terminal: terminal)
        if let failed { throw .failed(failed) }
        guard try platform({ () throws(PlatformError) in try status(lost) }) != nil else { return }
        let message = try platform { () throws(PlatformError) in try readFile(lost) }
        throw .failedInPipe(
            package: package.nameAndVersion, phase: "spkg-\(script.rawValue)",
            message: String(decoding: message.dropLast(), as: UTF8.self), log: log.path)
    }

    /// Copies the scripts that the installed package needs later into a folder: `SavedScripts` runs
    /// them from there.
    ///
    /// - Parameter folder: made if it isn't there; `package.savedScripts`, inside the stage.
    public func save(to folder: FilePath) throws(BuildError) {
        for script in SavedScripts.kept where has(script) {
            do {
                try makeDirectories(folder)
                try copyFile(
                    path(of: script), to: folder.appending("spkg-\(script.rawValue)"), mode: 0o755)
            } catch { throw .platform(error) }
        }
    }
}
