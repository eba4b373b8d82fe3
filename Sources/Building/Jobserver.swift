internal import FoundationEssentials
internal import Glibc
internal import Platform
public import SystemPackage

/// The pool of job tokens that all makes, ninjas and cargos below us share.
///
/// Either the one that an outer make handed us, or one of our own. Three tools, three wishes: make 4.3
/// knows inherited descriptors only, and ends at once when it reads `fifo:`; ninja 1.13 knows `fifo:`
/// only; children get no descriptors above 2 from us, and Python closes them between itself and *its*
/// children. So children are told both, in one value that each tool reads its own way:
///
///     MAKEFLAGS=" -j --jobserver-auth=3,4 -- --jobserver-auth=fifo:/proc/PID/././fd/N"
///
/// PID becomes that of the child's supervisor, which has the same pipes open: in a user namespace our
/// own folder in `/proc` is closed to the child. (The dots are room for a longer number.)
///
/// Behind `--` make expects variables and takes the second word for one; ninja and cargo look for the
/// last `--jobserver-auth` wherever it stands. The path is a pipe that this process holds open: opening
/// it in `/proc` gives the very pipe, so no named fifo has to lie anywhere, and none is left behind. A
/// shell opens it as 3 and 4 before it runs the program (`command(running:)`).
///
/// Programs that Python starts get `-jN` in place of `3,4`, see `variables(for:)`.
public final class Jobserver: Sendable {
    /// All jobs at once, our own included; nil when the outer make doesn't say.
    public let jobs: Int?
    /// Where the tokens can be read and written by whoever opens it.
    public let path: FilePath
    /// Whether an outer make made it.
    public let isHandedDown: Bool
    /// What we hold open so that `path` leads somewhere.
    private let descriptors: [CInt]
    private let inherited: MakeFlags

    private init(
        jobs: Int?, path: FilePath, isHandedDown: Bool, holding descriptors: [CInt],
        _ inherited: MakeFlags
    ) {
        self.jobs = jobs
        self.path = path
        self.isHandedDown = isHandedDown
        self.descriptors = descriptors
        self.inherited = inherited
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    /// Joins the outer make's jobserver, or makes one with `jobs - 1` tokens: the job that isn't
    /// counted is the child itself.
    ///
    /// Make names descriptors also to commands for which it has closed them (recipe lines without
    /// `+`); then other files may bear their numbers, so each must be a pipe. In that case make means
    /// one job at a time, and the jobserver made here has none to give.
    ///
    /// - Parameter environment: this process's: MAKEFLAGS, MAKE, SPKG_JOBS, SAGE_NUM_THREADS.
    public convenience init(joining environment: [String: String]) throws(BuildError) {
        let flags = MakeFlags(environment["MAKEFLAGS"] ?? "")
        switch flags.auth {
        case .descriptors(let read, let write) where isPipe(read) && isPipe(write):
            self.init(
                jobs: flags.jobs, path: pathOfOwn(read), isHandedDown: true,
                holding: [], flags)
        case .fifo(let path) where (try? targetStatus(FilePath(path)))??.kind == .pipe:
            self.init(
                jobs: flags.jobs, path: FilePath(path), isHandedDown: true, holding: [], flags)
        case .some:
            try self.init(jobs: 1, flags)
        case nil:
            try self.init(jobs: jobCount(environment), flags)
        }
    }

    private convenience init(jobs: Int, _ inherited: MakeFlags) throws(BuildError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .platform(.call("pipe", path: "", errno: Errno(rawValue: errno)))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A pipe holds 64 KiB; nobody has so many cores.
        let tokens = [UInt8](repeating: UInt8(ascii: "+"), count: min(jobs - 1, 4096))
        _ = tokens.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        self.init(
            jobs: jobs, path: pathOfOwn(ends[0]), isHandedDown: false,
            holding: ends, inherited)
    }

    /// Tokens that nobody holds at this moment.
    public var freeTokens: Int {
        var count: CInt = 0
        let descriptor = open(path.string, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// MAKEFLAGS, and numbers of jobs for those who don't ask make's variable.
    ///
    /// What Python starts has no descriptor 3 and 4: make would say "jobserver unavailable: using
    /// -j1". With `-jN` alone it makes a jobserver of its own.
    ///
    /// - Parameter count: how many jobs the step may run; nil: all.
    public func variables(for step: BuildStep, jobs count: Int? = nil) -> [String: String] {
        let number = count ?? jobs ?? activeCores()
        let words =
            switch step {
            case .script: [jobs.map { "-j\($0)" } ?? "-j", "--jobserver-auth=3,4"]
            case .python: ["-j\(number)"]
            }
        return Self.variables(
            jobs: number,
            flags: inherited.text(jobs: words, variables: ["--jobserver-auth=fifo:\(path)"]))
    }

    /// The same for what runs when the build and its jobserver are gone: each make makes one of its own.
    ///
    /// - Parameter environment: as of `init(joining:)`.
    public static func variablesWithoutServer(_ environment: [String: String]) -> [String: String] {
        let number = jobCount(environment)
        let inherited = MakeFlags(environment["MAKEFLAGS"] ?? "")
        return variables(
            jobs: number, flags: inherited.text(jobs: ["-j\(number)"], variables: []))
    }

    private static func variables(jobs: Int, flags: String) -> [String: String] {
        [
            "MAKEFLAGS": flags,
            // cmake --build, numpy's old distutils, PyTorch-style setup.py files.
            "CMAKE_BUILD_PARALLEL_LEVEL": "\(jobs)",
            "NPY_NUM_BUILD_JOBS": "\(jobs)",
            "MAX_JOBS": "\(jobs)",
            "SAGE_NUM_THREADS": "\(jobs)",
        ]
    }

    /// The command with descriptors 3 and 4 opened for it.
    public func command(running arguments: [String]) -> [String] {
        let script = #"exec 3<>"$0" 4<>"$0" && exec "$@""#
        return ["/bin/sh", "-c", script, path.string] + arguments
    }
}

/// How many jobs the user wants: SPKG_JOBS, else `-jN` in MAKEFLAGS or MAKE, else SAGE_NUM_THREADS,
/// else one for each core.
public func jobCount(_ environment: [String: String]) -> Int {
    func number(_ text: String?) -> Int? { text.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
    return number(environment["SPKG_JOBS"])
        ?? number(MakeFlags(environment["MAKEFLAGS"] ?? "").jobs.map(String.init))
        ?? number(MakeFlags(environment["MAKE"] ?? "").jobs.map(String.init))
        ?? number(environment["SAGE_NUM_THREADS"])
        ?? activeCores()
}

/// The cores that this process may use.
func activeCores() -> Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

extension Jobserver {
    /// This process's folder in `/proc`, with room for any other's number; see `spkg_step_start`.
    static var holder: String { "/proc/\(getpid())/././." }
}

/// A name under which other processes can open a pipe of this one.
private func pathOfOwn(_ descriptor: CInt) -> FilePath {
    FilePath("\(Jobserver.holder)/fd/\(descriptor)")
}

private func isPipe(_ descriptor: CInt) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
}
