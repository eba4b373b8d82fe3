internal import Building
internal import Platform
public import SystemPackage
public import Trees

/// Where everything is and how things are to be done: what the command line and the environment
/// say, made into values once. Names and defaults of variables: recipe-facts, 3 and 4.
public struct Settings: Sendable {
    /// SAGE_ROOT: the folder that has `build/pkgs`. Absolute, without links.
    public let root: FilePath
    /// SAGE_SRC, default `ROOT/src`.
    let source: FilePath
    /// SAGE_LOCAL, default `ROOT/local`; SAGE_VENV, default the same.
    public let local: Tree
    public let venv: Tree
    /// SAGE_DISTFILES, default `ROOT/upstream`.
    public let distfiles: FilePath
    /// SAGE_LOGS, default `ROOT/logs/pkgs`.
    public let logs: FilePath
    /// SPKG_PYTHON, default `python3` on PATH: the interpreter for a new tree.
    public let python: String
    public let trees: TreeSettings
    /// SAGE_KEEP_BUILT_SPKGS: build directories stay after success too.
    public let keepsBuilds: Bool
    /// SAGE_SUDO in words, which go before commands that change a tree of another user's; empty: it
    /// is ours.
    public let sudo: [String]
    /// The running program, as children are to call it.
    public let program: FilePath
    /// What the program brings for recipes' scripts.
    var helpers: FilePath { helperDirectory(of: program) }
    /// SAGE_SPKG_COPY_UPSTREAM: gets a copy of each archive that is used.
    public let upstreamCopies: FilePath?
    /// Whose tests are run.
    public let checks: CheckPolicy
    /// SAGE_INST_TREE: the tree for every recipe, whatever it says.
    let onlyTree: Tree?
    private let buildFolder: FilePath?

    var cache: FilePath? { trees.cache }
    var isDurable: Bool { trees.isDurable }
    var lockTimeout: Duration? { trees.lockTimeout }
    /// Of this process, as children get it.
    public var environment: [String: String] { trees.environment }

    /// - Throws: `InstallError.noRoot` when neither SAGE_ROOT nor a folder upwards has recipes.
    public init(
        environment: [String: String], workingDirectory: FilePath, program: FilePath = "spkg"
    ) throws(InstallError) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func folder(_ name: String) -> FilePath? {
            value(name).map { workingDirectory.pushing(FilePath($0)).lexicallyNormalized() }
        }
        root = try Self.findRoot(value("SAGE_ROOT"), from: workingDirectory)
        source = folder("SAGE_SRC") ?? root.appending("src")
        local = Tree(folder("SAGE_LOCAL") ?? root.appending("local"))
        venv = Tree(folder("SAGE_VENV") ?? local.root)
        distfiles = folder("SAGE_DISTFILES") ?? root.appending("upstream")
        logs = folder("SAGE_LOGS") ?? root.appending("logs/pkgs")
        python = value("SPKG_PYTHON") ?? "python3"
        trees = TreeSettings(environment: environment)
        keepsBuilds = value("SAGE_KEEP_BUILT_SPKGS") == "yes"
        sudo = (value("SAGE_SUDO") ?? "").split(separator: " ").map(String.init)
        self.program = program
        upstreamCopies = folder("SAGE_SPKG_COPY_UPSTREAM")
        checks = try CheckPolicy(environment: environment)
        onlyTree = folder("SAGE_INST_TREE").map { Tree($0) }
        buildFolder = folder("SAGE_BUILD_DIR")
    }

    /// The tree that a recipe's tree variable names; nil for one that this distribution has not.
    public func tree(_ variable: String) -> Tree? {
        switch variable {
        case "SAGE_LOCAL": local
        case "SAGE_VENV": venv
        default: environment[variable].flatMap { $0.isEmpty ? nil : Tree(FilePath($0)) }
        }
    }

    /// Where packages of a tree are built: SAGE_BUILD_DIR, else in the tree, or if that is another
    /// user's, in our own cache.
    func builds(of tree: Tree) -> FilePath {
        if let buildFolder { return buildFolder }
        if sudo.isEmpty { return tree.builds }
        return (cache ?? "/tmp/spkg").appending("build")
    }

    private static func findRoot(_ named: String?, from start: FilePath)
        throws(InstallError) -> FilePath
    {
        var folder = named.map { start.pushing(FilePath($0)).lexicallyNormalized() } ?? start
        while true {
            if (try? targetStatus(folder.appending("build/pkgs")))?.kind == .directory {
                return (try? realPath(folder)) ?? folder
            }
            let parent = folder.removingLastComponent()
            if named != nil || parent == folder {
                throw .noRoot(named.map { FilePath($0) } ?? start)
            }
            folder = parent
        }
    }
}
