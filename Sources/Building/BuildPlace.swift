public import SystemPackage

/// Where one package is built, and for which trees.
///
///     DIRECTORY/            …/var/tmp/sage/build/NAME-VER
///       src/                the unpacked, patched source
///       dist/               the wheel
///       inst/               what scripts install: SAGE_DESTDIR
///       env/                the build environment
///       tmp/                TMPDIR of every child
///       run/                what spkg and the PEP 517 runner tell each other
///
/// Nothing here is made by naming it.
public struct BuildPlace: Sendable, Hashable {
    /// `NAME-VER`: the version with its patch level, as in names of logs and records.
    public let package: String
    /// `NAME-VER` in the tree's folder of builds. Absolute.
    public let directory: FilePath
    /// The program's own `sage-dist-helpers` and the commands beside it; see `helperDirectory(of:)`.
    public let helpers: FilePath
    /// SAGE_ROOT.
    public let root: FilePath
    /// SAGE_LOCAL: libraries and headers are found here.
    public let local: FilePath
    /// SAGE_VENV: often the same folder.
    public let venv: FilePath

    public init(
        package: String, directory: FilePath, helpers: FilePath, root: FilePath, local: FilePath,
        venv: FilePath
    ) {
        self.package = package
        self.directory = directory
        self.helpers = helpers
        self.root = root
        self.local = local
        self.venv = venv
    }

    public var source: FilePath { directory.appending("src") }
    public var dist: FilePath { directory.appending("dist") }
    /// SAGE_DESTDIR: the tree's root is `/` in here.
    public var staging: FilePath { directory.appending("inst") }
    public var environment: FilePath { directory.appending("env") }
    public var temporary: FilePath { directory.appending("tmp") }
    public var run: FilePath { directory.appending("run") }
    /// There from the end of a build that worked until what it staged is taken away. Holds the sum of
    /// what it was built from in the distribution's own source, if anything.
    public var built: FilePath { run.appending("built") }
    /// Names of stored wheels that are also to be installed, one a line; scripts write it by the
    /// helper functions.
    public var wheelsToInstall: FilePath { run.appending("wheels-to-install") }
    /// Why a wheel of the script was built without isolation, though it wasn't asked for: the error
    /// of the isolated build.
    public var isolationFailure: FilePath { run.appending("isolation-failure") }
}
