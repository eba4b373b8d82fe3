public import Platform
public import SystemPackage
public import Trees

/// The Python that a build runs with.
public struct BuildEnvironment: Sendable {
    /// The program to start.
    public let python: FilePath
    /// Whether it is a throw-away environment that holds only what the build requires.
    public let isIsolated: Bool

    /// The tree's own interpreter, for recipes that ask for no isolation: the build sees everything
    /// that is installed there.
    public init(of tree: Tree) throws(BuildError) {
        python = tree.interpreterLink
        isIsolated = false
        let found: FileStatus?
        do { found = try targetStatus(python) } catch { throw .platform(error) }
        if found == nil {
            throw .tree(.treeWithoutInterpreter(tree: tree.root, link: python))
        }
    }

    /// Makes a virtual environment in `place.environment`, without pip and without network, and lets
    /// `fill` put wheels into it. One that is there already is removed first.
    ///
    /// - Parameter fill: gets the environment's root.
    /// - Throws: `BuildError`, and whatever `fill` throws.
    public init(
        isolatedAt place: BuildPlace, interpreter: Interpreter,
        fill: (Directory) throws -> Void
    ) throws {
        do {
            try removeTree(place.environment)
            try makeVirtualEnvironment(at: place.environment, of: interpreter)
        } catch let error as PlatformError {
            throw BuildError.platform(error)
        } catch let error as TreeError {
            throw BuildError.tree(error)
        }
        python = place.environment.appending("bin/python3")
        isIsolated = true
        try fill(try Directory(opening: place.environment))
    }
}
