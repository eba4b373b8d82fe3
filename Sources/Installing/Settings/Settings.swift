internal import Building
internal import Platform
public import SystemPackage
public import Trees

/// Where everything is and how things are to be done: what the command line and the environment
/// say, made into values once.
public struct Settings: Sendable {
    /// SAGE_ROOT: the folder that has `build/pkgs`. Absolute, without links.
    public let root: FilePath
    /// SAGE_SRC, default `ROOT/src`.
    let source: FilePath
    /// SAGE_LOCAL, SAGE_VENV; else where the links `ROOT/prefix` and `ROOT/venv` lead, which a
    /// distribution's configure makes; else `ROOT/local` for both.
    public let local: Tree
    public let venv: Tree
    /// SAGE_DISTFILES, default `ROOT/upstream`.
    public let distfiles: FilePath
    /// SAGE_LOGS, default `ROOT/logs/pkgs`.
    public let logs: FilePath
    /// SAGE_LOGFILE: where the caller's rules say that they write our stderr.
    let callersLog: FilePath?
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
    public var helpers: FilePath { helperDirectory(of: program) }
    /// SAGE_SPKG_COPY_UPSTREAM: gets a copy of each archive that is used.
    public let upstreamCopies: FilePath?
    /// SAGE_SERVER: stands for `${SAGE_SERVER}` in the lists of mirrors.
    let server: String?
    /// SPKG_SYSTEM_PACKAGES: names of packages that the system provides.
    let namedSystemPackages: [String]
    /// SPKG_MEMORY_RESERVE in MiB, here in bytes: what stays free when a build is begun beside others;
    /// nil: the default.
    let memoryReserve: Int?
    /// Whose tests are run.
    public let checks: CheckPolicy
    /// SAGE_INST_TREE: the tree for every recipe, whatever it says.
    let onlyTree: Tree?
    /// SAGE_BUILD_DIR; see `builds(of:)`.
    let buildFolder: FilePath?
    private let variables: Variables

    var cache: FilePath? { trees.cache }
    var isDurable: Bool { trees.isDurable }
    var lockTimeout: Duration? { trees.lockTimeout }
    /// Of this process, as children get it.
    public var environment: [String: String] { trees.environment }

    /// - Parameter workingDirectory: absolute; nil when it was removed.
    /// - Throws: `InstallError.noRoot` when neither SAGE_ROOT nor a folder upwards has recipes;
    ///   `InstallError.badSetting` for a value that means nothing.
    public init(
        environment: [String: String], workingDirectory: FilePath?, program: FilePath = "spkg"
    ) throws(InstallError) {
        let variables = Variables(environment: environment, workingDirectory: workingDirectory)
        self.variables = variables
        root = try Self.findRoot(variables)
        source = try variables.folder("SAGE_SRC") ?? root.appending("src")
        let named = try variables.tree("SAGE_LOCAL")
        local = named ?? Self.tree("prefix", in: root) ?? Tree(root.appending("local"))
        // The link leads into the configured prefix.
        let own = named == nil ? Self.tree("venv", in: root) : nil
        venv = try variables.tree("SAGE_VENV") ?? own ?? local
        distfiles = try variables.folder("SAGE_DISTFILES") ?? root.appending("upstream")
        logs = try variables.folder("SAGE_LOGS") ?? root.appending("logs/pkgs")
        callersLog = try variables.folder("SAGE_LOGFILE")
        python = variables.text("SPKG_PYTHON") ?? "python3"
        trees = try TreeSettings(environment: environment)
        keepsBuilds = try variables.isYes("SAGE_KEEP_BUILT_SPKGS", default: false)
        _ = try variables.isYes("SPKG_NETWORK", default: false)
        try variables.word("SAGE_DEBUG", of: ["yes", "no", "symbols"])
        sudo = (variables.text("SAGE_SUDO") ?? "").split(separator: " ").map(String.init)
        self.program = program
        upstreamCopies = try variables.folder("SAGE_SPKG_COPY_UPSTREAM")
        server = variables.text("SAGE_SERVER")
        namedSystemPackages = try variables.names("SPKG_SYSTEM_PACKAGES")
        memoryReserve = try variables.count("SPKG_MEMORY_RESERVE", from: 0)
            .map { min($0, 1 << 40) << 20 }
        checks = try CheckPolicy(environment: environment)
        onlyTree = try variables.tree("SAGE_INST_TREE")
        buildFolder = try variables.folder("SAGE_BUILD_DIR")
    }

    /// The tree that a recipe's tree variable names; nil for one that this distribution has not.
    public func tree(_ variable: String) throws(InstallError) -> Tree? {
        switch variable {
        case "SAGE_LOCAL": local
        case "SAGE_VENV": venv
        default: try variables.folder(variable).map { Tree($0) }
        }
    }

    /// The tree that a symbolic link of the distribution leads to: one that is there, or that make will
    /// make, in a folder that configure has made.
    private static func tree(_ link: FilePath.Component, in root: FilePath) -> Tree? {
        // Anything else of that name is a person's own.
        guard let text = try? Directory(opening: root).linkText(link) else { return nil }
        let path = absolutePath(text, from: root)
        func isFolder(_ path: FilePath) -> Bool {
            (try? targetStatus(path))?.kind == .directory
        }
        // Where configure found no Python it may leave a link to the word `auto`.
        let above = path.removingLastComponent()
        return isFolder(path) || (above != root && isFolder(above)) ? Tree(path) : nil
    }

    private static func findRoot(_ variables: Variables) throws(InstallError) -> FilePath {
        let named = try variables.folder("SAGE_ROOT")
        guard let start = named ?? variables.workingDirectory else {
            throw .workingDirectoryRemoved
        }
        var folder = start
        while true {
            if (try? targetStatus(folder.appending("build/pkgs")))?.kind == .directory {
                return (try? realPath(folder)) ?? folder
            }
            let parent = folder.removingLastComponent()
            if named != nil || parent == folder {
                throw .noRoot(variables.text("SAGE_ROOT").map { FilePath($0) } ?? start)
            }
            folder = parent
        }
    }
}
