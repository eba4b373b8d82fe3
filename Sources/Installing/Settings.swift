internal import Platform
public import SystemPackage
public import Trees

/// Where everything is and how things are to be done: what the command line and the environment
/// say, made into values once. Names and defaults of variables: recipe-facts, 3 and 4.
public struct Settings: Sendable {
    /// SAGE_ROOT: the folder that has `build/pkgs`. Absolute, without links.
    public let root: FilePath
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

    var cache: FilePath? { trees.cache }
    var isDurable: Bool { trees.isDurable }
    var lockTimeout: Duration? { trees.lockTimeout }
    /// Of this process, as children get it.
    public var environment: [String: String] { trees.environment }

    /// - Throws: `InstallError.noRoot` when neither SAGE_ROOT nor a folder upwards has recipes.
    public init(environment: [String: String], workingDirectory: FilePath) throws(InstallError) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func folder(_ name: String, default path: FilePath) -> FilePath {
            value(name).map { workingDirectory.pushing(FilePath($0)).lexicallyNormalized() } ?? path
        }
        root = try Self.findRoot(value("SAGE_ROOT"), from: workingDirectory)
        local = Tree(folder("SAGE_LOCAL", default: root.appending("local")))
        venv = Tree(folder("SAGE_VENV", default: local.root))
        distfiles = folder("SAGE_DISTFILES", default: root.appending("upstream"))
        logs = folder("SAGE_LOGS", default: root.appending("logs/pkgs"))
        python = value("SPKG_PYTHON") ?? "python3"
        trees = TreeSettings(environment: environment)
        keepsBuilds = value("SAGE_KEEP_BUILT_SPKGS") == "yes"
    }

    /// The tree that a recipe's tree variable names; nil for one that this distribution has not.
    public func tree(_ variable: String) -> Tree? {
        switch variable {
        case "SAGE_LOCAL": local
        case "SAGE_VENV": venv
        default: environment[variable].flatMap { $0.isEmpty ? nil : Tree(FilePath($0)) }
        }
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
