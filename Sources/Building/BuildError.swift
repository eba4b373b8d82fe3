public import Platform
public import SystemPackage
public import Trees

/// Every way in which a build can't give what it should.
///
/// `package` is `NAME-VER` everywhere.
public enum BuildError: Error {
    case platform(PlatformError)
    case tree(TreeError)
    /// A program can't be started at all; nothing was run.
    case notStarted(program: String, directory: FilePath, reason: String)
    /// A step of a build ended badly.
    case failed(FailedBuild)
    /// A function of a script failed inside a pipe, and the script went on to a good end.
    case failedInPipe(package: String, phase: String, message: String, log: FilePath)
    /// A script that was kept for later ended badly; `script` is the file.
    case savedScriptFailed(FailedBuild, script: FilePath)
    /// A file of a recipe that its scripts can't be made of.
    case badRecipe(path: FilePath, reason: String)
    /// The folder of the program's own helper scripts isn't there or lacks the functions.
    case noHelpers(FilePath)
    /// A distribution that needs no stand-ins in `build/bin`.
    case nothingToAdopt(FilePath, reason: String)
    /// The build was called off; every process of it has ended.
    case cancelled(package: String, phase: String, log: FilePath)
    /// `pyproject.toml` breaks a rule of PEP 517, 518 or of TOML.
    case badPyProject(path: FilePath, reason: String)
    /// The backend that `pyproject.toml` names can't be imported.
    case noBackend(package: String, backend: String, reason: String, log: FilePath)
    /// The backend said that all is well and left no wheel.
    case noWheel(package: String, directory: FilePath, log: FilePath)
    /// As `noWheel`, where an sdist was to be made first.
    case noSdist(package: String, directory: FilePath, log: FilePath)
    /// The backend left more than one wheel; `names` are sorted.
    case severalWheels(package: String, directory: FilePath, names: [String])
}

/// A step of a build that ended badly.
public struct FailedBuild: Sendable, Equatable {
    /// `NAME-VER`.
    public let package: String
    /// The hook of PEP 517 or the script: `build_wheel`, `spkg-install`.
    public let phase: String
    public let end: ChildEnd
    public let log: FilePath
    /// The lines of this run's log that tell most; see `LogExcerpt`.
    public let lines: [String]

    public init(package: String, phase: String, end: ChildEnd, log: FilePath, lines: [String]) {
        self.package = package
        self.phase = phase
        self.end = end
        self.log = log
        self.lines = lines
    }
}

/// Does what asks the operating system; its errors become this module's.
func platform<Result>(_ body: () throws(PlatformError) -> Result) throws(BuildError) -> Result {
    do { return try body() } catch { throw .platform(error) }
}

extension BuildError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .platform(let error): "\(error)"
        case .tree(let error): "\(error)"
        case .notStarted(let program, let directory, let reason):
            "cannot start \(program) in \(directory): \(reason)"
        case .failed(let failed): "\(failed)"
        case .failedInPipe(let package, let phase, let message, let log):
            """
            building \(package) failed: \(phase) went on after a failure inside a pipe: \(message)
            begin it with: set -o pipefail; log: \(log)
            \(invitation(package))
            """
        case .savedScriptFailed(let failed, let script):
            "\(failed.package): \(failed.account)\nthe script: \(script)"
        case .badRecipe(let path, let reason): "\(path): \(reason)"
        case .noHelpers(let folder):
            """
            \(folder) has no sage-dist-helpers, which recipes' scripts need
            it belongs to spkg itself: install spkg again with make install
            """
        case .nothingToAdopt(let folder, let reason): "nothing to adopt: \(folder) \(reason)"
        case .cancelled(let package, let phase, let log):
            "building \(package) was called off during \(phase)\nits log so far: \(log)"
        case .badPyProject(let path, let reason):
            "\(path): \(reason)\ncorrect it with a patch in the recipe's patches/ folder"
        case .noBackend(let package, let backend, let reason, let log):
            """
            the build backend \(backend) of \(package) can't be loaded: \(reason)
            add the package that holds it to the recipe's dependencies; log: \(log)
            """
        case .noWheel(let package, let directory, let log):
            """
            building \(package) ended well, but left no wheel in \(directory)
            see the log: \(log)
            \(invitation(package))
            """
        case .noSdist(let package, let directory, let log):
            """
            packing \(package) ended well, but left no sdist in \(directory)
            see the log: \(log)
            \(invitation(package))
            """
        case .severalWheels(let package, let directory, let names):
            """
            building \(package) left \(names.count) wheels in \(directory), not one: \
            \(names.joined(separator: ", "))
            \(invitation(package))
            """
        }
    }
}

/// Names of recipes have no dash, so the first one ends it.
private func invitation(_ package: String) -> String {
    BuildShell.invitation(for: String(package.prefix { $0 != "-" }))
}

extension FailedBuild: CustomStringConvertible {
    public var description: String {
        """
        building \(package) failed: \(account)
        \(invitation(package))
        """
    }

    /// What ended how, what it said, and where the rest is.
    fileprivate var account: String {
        "\(phase) \(end)\n\(lines.map { "    \($0)\n" }.joined())log: \(log)"
    }
}
