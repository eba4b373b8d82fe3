import Building
import Dispatch
import Glibc
import SystemPackage

/// Runs a command the way a build runs its steps, for tests that need a process of its own between a
/// real make and a real sub-make:
///
///     BuildingDriver LOGFOLDER COMMAND [ARGUMENT…]
///
/// SIGTERM cancels it. Exit status: the command's; 99 when it was cancelled.
@main enum Driver {
    static func main() async throws {
        var environment = inheritedEnvironment()
        let jobserver = try Jobserver(joining: environment)
        environment.merge(jobserver.variables(for: .script)) { _, new in new }
        environment["DRIVER"] = "\(getpid())"
        let folder = FilePath(CommandLine.arguments[1])
        let child = Child(
            arguments: jobserver.command(running: Array(CommandLine.arguments.dropFirst(2))),
            environment: environment, directory: folder)
        let log = try BuildLog(of: "driver-1", in: folder)
        // The command may send the signal at once, so it starts only when we listen.
        let (listening, startSignal) = AsyncStream<Void>.makeStream()
        let task = Task.detached {
            for await _ in listening { break }
            return try await child.run(
                phase: "driver", log: log,
                terminal: TerminalLines(prefix: "driver-1", descriptor: 1))
        }
        signal(SIGTERM, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        source.setEventHandler { @Sendable in task.cancel() }
        source.setRegistrationHandler { @Sendable in startSignal.yield() }
        source.activate()
        do { exit(CInt(try await task.value.status)) } catch BuildError.cancelled { exit(99) }
    }

    private static func inheritedEnvironment() -> [String: String] {
        var environment: [String: String] = [:]
        var variable = environ
        while let text = variable.pointee.map({ String(cString: $0) }) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            environment[String(parts[0])] = String(parts[1])
            variable += 1
        }
        return environment
    }
}
