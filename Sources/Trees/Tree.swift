internal import Platform
public import SystemPackage

/// An installation tree: a prefix that packages are installed into.
///
///     ROOT/
///       bin/python3 pyvenv.cfg              the tree is a virtual environment
///       lib/pythonX.Y/site-packages/
///       var/lib/sage/installed/NAME-VER     records
///       var/lib/sage/wheels/*.whl           one wheel per installed Python package
///       var/lib/sage/wheels/simple/         the same as a PEP 503 repository
///       var/lib/sage/scripts/NAME/          what an uninstall will need
///       var/lib/sage/changes/               journals of open changes
///       var/lock/pip3.lock                  the pip lock
///       var/lock/spkg/NAME.lock             one build of a package at a time
///       var/tmp/sage/build/NAME-VER/        build directories
///       var/tmp/sage/stage/ID/              staged content
///
/// Sources/README.md, "On disk".
public struct Tree: Sendable, Hashable {
    /// Absolute.
    public let root: FilePath

    public init(_ root: FilePath) { self.root = root }

    public func path(_ place: FilePath) -> FilePath { root.pushing(place) }

    public var interpreterLink: FilePath { path("bin/python3") }
    public var environmentFile: FilePath { path("pyvenv.cfg") }
    public var installed: FilePath { path(Place.installed) }
    public var wheels: FilePath { path(Place.wheels) }
    public var changes: FilePath { path(Place.changes) }
    public var stages: FilePath { path(Place.stages) }
    public var builds: FilePath { path("var/tmp/sage/build") }
    public var pipLock: FilePath { path("var/lock/pip3.lock") }

    public func packageLock(_ package: String) -> FilePath {
        path(FilePath("var/lock/spkg/\(package).lock"))
    }

    /// Whether a prefix that was written down is this tree's, however it is spelled: what is installed
    /// names it, so a tree that was moved or copied is not the one that it was.
    ///
    /// Costs nothing as long as the spelling is the same.
    public func isAt(_ prefix: String) throws(TreeError) -> Bool {
        if prefix == root.string { return true }
        do {
            guard let there = try targetStatus(FilePath(prefix)) else { return false }
            return try there.identity == targetStatus(root)?.identity
        } catch {
            throw .platform(error)
        }
    }

    /// Where things are, relative to a tree's root.
    public enum Place {
        public static let installed: FilePath = "var/lib/sage/installed"
        public static let wheels: FilePath = "var/lib/sage/wheels"
        public static let simple: FilePath = "var/lib/sage/wheels/simple"
        public static let scripts: FilePath = "var/lib/sage/scripts"
        public static let changes: FilePath = "var/lib/sage/changes"
        public static let stages: FilePath = "var/tmp/sage/stage"
    }
}
