internal import CPlatform
internal import Dispatch
internal import Glibc
internal import Platform
internal import Synchronization
public import SystemPackage

/// A program that runs long and writes much: a step of a build.
///
/// It gets an empty stdin, and for stdout and stderr together a file: the log itself, unless others
/// write that (see `BuildLog`). A file and no pipe, because then nothing the build says is lost when
/// we die, no slow terminal slows it down, and a grandchild that outlives it can't keep us waiting
/// for the end of its output. What the terminal shows is read from the file as it grows.
///
/// Between us and the program is a supervisor, a process that ends whatever the program has started
/// when it ends, or when we are gone, even by SIGKILL. It holds our locks until then, so no other build
/// uses the folder before.
public struct Child: Sendable {
    /// The first is the program: a path, or a name to be found on the PATH of `environment`.
    public var arguments: [String]
    /// The whole environment.
    public var environment: [String: String]
    /// Absolute.
    public var directory: FilePath
    /// How long the processes may take to end when asked to (SIGTERM), before they are made to
    /// (SIGKILL). A make or ninja that is given this time returns its job tokens.
    public var patience: Duration
    /// Whether it stays in our process group and on our terminal: for sudo, which asks there for a
    /// password. Else it has no terminal: what asks there fails at once, instead of waiting unseen.
    public var keepsTerminal = false
    /// Whether it finds a loopback and no other network. Where the system refuses that, see
    /// `NetworkCut`, it runs all the same.
    public var leavesNetwork = false
    /// What the log's header says is run; nil for the arguments.
    public var title: [String]?

    public init(
        arguments: [String], environment: [String: String], directory: FilePath,
        patience: Duration = .seconds(4)
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.patience = patience
    }

    /// Runs the program to its end.
    ///
    /// When this returns or throws, no process that the program started is left, whatever group or
    /// session it went to; only what runs as another user (by sudo) can't be ended.
    ///
    /// - Parameters:
    ///   - log: gets the output, after a header that names the command.
    ///   - terminal: gets the output's lines as they come; nil for silence.
    /// - Throws: `notStarted`, `platform` when the log can't be written, `cancelled` when the task was
    ///   cancelled.
    public func run(
        phase: String, log: BuildLog, terminal: TerminalLines?
    ) async throws(BuildError) -> ChildEnd {
        let output = try log.begin(title ?? arguments)
        let following = try terminal.map { terminal throws(BuildError) in
            LogFollower(try output.openAtStart(), terminal, isFedBack: log.isFedBack)
        }
        if keepsTerminal { TerminalGuests.arrive() }
        defer { if keepsTerminal { TerminalGuests.leave() } }
        let follow = Task { await following?.follow() }
        let outcome = await spawnAndWait(output)
        follow.cancel()
        await follow.value
        await following?.finish()
        if Task.isCancelled {
            throw .cancelled(package: log.package, phase: phase, log: log.path)
        }
        return try outcome.get()
    }

    private func spawnAndWait(_ output: CommandOutput) async -> Result<ChildEnd, BuildError> {
        do {
            let program = try program(arguments[0], environment)
            if leavesNetwork, NetworkCut.refusal == nil {
                let report = try await start(program, output, leavesNetwork: true)
                guard report.kind == SPKG_STEP_NO_NAMESPACE else { return end(of: report) }
                NetworkCut.refuse(Errno(rawValue: report.value))
            }
            return end(of: try await start(program, output, leavesNetwork: false))
        } catch {
            return .failure(notStarted(error.errno?.description ?? "\(error)"))
        }
    }

    private func notStarted(_ reason: String) -> BuildError {
        .notStarted(program: arguments[0], directory: directory, reason: reason)
    }

    private func end(of report: spkg_step_report) -> Result<ChildEnd, BuildError> {
        guard report.kind == SPKG_STEP_ENDED else {
            return .failure(notStarted(Errno(rawValue: report.value).description))
        }
        let signal = report.value & 0x7F
        return .success(
            signal == 0 ? .exited(Int(report.value >> 8 & 0xFF)) : .signalled(Int(signal)))
    }

    private func start(
        _ program: FilePath, _ output: CommandOutput, leavesNetwork: Bool
    ) async throws(PlatformError) -> spkg_step_report {
        var process = pid_t()
        var line: CInt = -1
        let started = withCStrings([program.string] + arguments) { words in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                withCStrings([directory.string, Jobserver.holder]) { paths in
                    let step = spkg_step(
                        output: output.descriptor, keeps_terminal: keepsTerminal ? 1 : 0,
                        leaves_network: leavesNetwork ? 1 : 0,
                        patience: CInt(patience / .milliseconds(1)))
                    return spkg_step_start(
                        words, variables, paths[0], paths[1], step, &process, &line)
                }
            }
        }
        if started < 0 { throw .call("fork", path: program, errno: Errno(rawValue: -started)) }
        return await SupervisorLine(line).report(from: process)
    }
}

/// Our end of the line to a supervisor.
private final class SupervisorLine: Sendable {
    private let descriptor: CInt
    private let isOpen = Mutex(true)

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    /// Waits for what becomes of the step; a cancelled task's is ended.
    func report(from supervisor: pid_t) async -> spkg_step_report {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    var report = spkg_step_report()
                    spkg_step_wait(supervisor, self.descriptor, &report)
                    self.isOpen.withLock { isOpen in
                        isOpen = false
                        _ = spkg_close(self.descriptor)
                    }
                    continuation.resume(returning: report)
                }
            }
        } onCancel: {
            isOpen.withLock { if $0 { spkg_step_end(descriptor) } }
        }
    }
}
