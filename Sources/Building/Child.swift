internal import Glibc
internal import Subprocess
public import SystemPackage

/// A program that runs long and writes much: a step of a build.
///
/// It gets an empty stdin, a process group of its own, and for stdout and stderr together the log
/// file itself. A file and no pipe, because then nothing the build says is lost when we die, no slow
/// terminal slows it down, and a grandchild that outlives it can't keep us waiting for the end of
/// its output. What the terminal shows is read from the file as it grows.
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
    /// False for a child of a process that is itself a step of a build: it stays in the group that
    /// the build ends as a whole.
    public var hasOwnGroup = true
    /// What the log's header says is run; nil for the arguments.
    public var title: [String]?

    public init(
        arguments: [String], environment: [String: String], directory: FilePath,
        patience: Duration = .seconds(5)
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.patience = patience
    }

    /// Runs the program to its end.
    ///
    /// When this returns or throws, no process of the child's group is left: whatever it started and
    /// left running is ended too. Only processes that moved to a group of their own escape. (Without
    /// a group of its own only the child itself is ended.)
    ///
    /// - Parameters:
    ///   - log: gets the output, after a header that names the command.
    ///   - terminal: gets the output's lines as they come; nil for silence.
    /// - Throws: `notStarted`, `platform` when the log can't be written, `cancelled` when the task was
    ///   cancelled.
    public func run(
        phase: String, log: BuildLog, terminal: TerminalLines?
    ) async throws(BuildError) -> ChildEnd {
        try log.begin(title ?? arguments)
        let following = try terminal.map { terminal throws(BuildError) in
            LogFollower(try log.openAtEnd(), terminal)
        }
        let follow = Task { await following?.follow() }
        let outcome = await spawnAndWait(log)
        follow.cancel()
        await follow.value
        await following?.finish()
        if Task.isCancelled {
            throw .cancelled(package: log.package, phase: phase, log: log.path)
        }
        return try outcome.get()
    }

    private func spawnAndWait(_ log: BuildLog) async -> Result<ChildEnd, BuildError> {
        let program = arguments[0]
        var options = PlatformOptions()
        if hasOwnGroup { options.processGroupID = 0 }
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: hasOwnGroup, allowedDurationToNextStep: patience)
        ]
        let configuration = Configuration(
            executable: program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(Array(arguments.dropFirst())),
            environment: .custom(
                Dictionary(
                    uniqueKeysWithValues: environment.compactMap { name, value in
                        Environment.Key(rawValue: name).map { ($0, value) }
                    })),
            workingDirectory: directory, platformOptions: options)
        do {
            let output = FileDescriptor(rawValue: log.descriptor)
            let result = try await Subprocess.run(
                configuration, input: .none,
                output: .fileDescriptor(output, closeAfterSpawningProcess: false),
                error: .fileDescriptor(output, closeAfterSpawningProcess: false))
            if hasOwnGroup {
                await endProcessGroup(result.processIdentifier.value, patience: patience)
            }
            switch result.terminationStatus {
            case .exited(let status): return .success(.exited(Int(status)))
            case .signaled(let signal): return .success(.signalled(Int(signal)))
            }
        } catch {
            return .failure(
                .notStarted(program: program, directory: directory, reason: "\(error)"))
        }
    }
}

/// Ends what is left of a process group whose leader is gone.
///
/// As long as anything is left of it, the kernel gives its number to nobody else. Not cancellable:
/// it is what cancelling must wait for.
func endProcessGroup(_ group: pid_t, patience: Duration) async {
    guard kill(-group, SIGTERM) == 0 else { return }
    await Task {
        let deadline = ContinuousClock.now + patience
        while kill(-group, 0) == 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        kill(-group, SIGKILL)
    }.value
}
