public import Recipes
public import SystemPackage
public import Trees

/// A package as its scripts are told of it.
public struct ScriptedPackage: Sendable, Hashable {
    /// PKG_BASE.
    public let name: String
    /// With the patch level; `NAME-VERSION` is PKG_NAME.
    public let version: String
    /// PKG_VER: without the patch level.
    public let upstreamVersion: String
    /// SAGE_PKG_DIR. Of an installed package the recipe may be gone.
    public let recipe: FilePath
    /// SAGE_INST_LOCAL: where it is installed.
    public let tree: Tree

    public var nameAndVersion: String { "\(name)-\(version)" }

    public init(_ recipe: Recipe, in tree: Tree) {
        name = recipe.name.text
        version = recipe.displayedVersion
        upstreamVersion = recipe.version?.upstream ?? recipe.displayedVersion
        self.recipe = recipe.directory
        self.tree = tree
    }

    /// A package as its record tells of it.
    ///
    /// - Parameter root: SAGE_ROOT.
    public init(name: String, version: String, root: FilePath, in tree: Tree) {
        self.name = name
        self.version = version
        recipe = root.pushing("build/pkgs").appending(name)
        upstreamVersion =
            (try? RecipeVersion(version, in: recipe.appending("package-version.txt")))?.upstream
            ?? version
        self.tree = tree
    }

    /// The folder of what is kept of its scripts for later: `spkg-prerm` and its like.
    public var savedScripts: FilePath { tree.path(Tree.Place.scripts).appending(name) }
}

/// What scripts are told of the program that runs them.
public struct ScriptHost: Sendable, Hashable {
    /// SPKG_PROGRAM: helpers call back into the very program that runs the script.
    public let program: FilePath
    /// SAGE_DISTFILES.
    public let distfiles: FilePath
    /// SAGE_LOGS.
    public let logs: FilePath

    public init(program: FilePath, distfiles: FilePath, logs: FilePath) {
        self.program = program
        self.distfiles = distfiles
        self.logs = logs
    }
}
