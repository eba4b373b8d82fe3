import Glibc
import Platform
import Support
import Synchronization
import SystemPackage
import Trees

@testable import Building

/// The environment that tests start from: the PATH, so that python3, make and a compiler are found.
let inheritedPath = ["PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"]

/// A package in the making, in a temporary folder.
struct BuildFixture {
    let place: BuildPlace
    let log: BuildLog
    let shown = Shown()
    var settings: [(key: String, value: String)] = []

    var terminal: TerminalLines {
        TerminalLines(prefix: place.package) { [shown] in shown.add($0) }
    }

    init(in folder: FilePath) throws {
        place = BuildPlace(
            package: "pico-1.2.p3", directory: folder.appending("build/pico-1.2.p3"),
            helpers: ScriptFixture.binaries, root: folder, local: folder.appending("local"),
            venv: folder.appending("local"))
        try makeDirectories(place.source)
        try makeDirectories(place.temporary)
        log = try BuildLog(of: place.package, in: folder.appending("logs/pkgs"))
    }

    /// Runs a shell command as a step of the build.
    func shell(
        _ script: String, jobserver: Jobserver? = nil, patience: Duration = .seconds(5)
    ) async throws -> ChildEnd {
        var variables = BuildVariables(at: place, inherited: inheritedPath)
        var arguments = ["/bin/bash", "-c", script]
        if let jobserver {
            variables.set(jobserver.variables(for: .script))
            arguments = jobserver.command(running: arguments)
        }
        return try await Child(
            arguments: arguments, environment: variables.values, directory: place.directory,
            patience: patience
        ).run(phase: "shell", log: log, terminal: terminal)
    }

    /// Builds with an in-tree backend: `hooks` is its Python text, with `make_wheel(directory, name)`
    /// there to be used.
    func build(
        hooks: String, satisfied: [String]? = [], inherited: [String: String] = [:]
    ) async throws -> PEP517Build.Outcome {
        try write(
            place.source.appending("pyproject.toml"),
            """
            [build-system]
            requires = []
            build-backend = "own"
            backend-path = ["backend"]
            """)
        try write(place.source.appending("backend/own.py"), Self.backend + hooks + "\n")
        let interpreter = try Interpreter(
            asking: "python3", environment: inheritedPath, cache: nil)
        let environment = try BuildEnvironment(
            isolatedAt: place, interpreter: interpreter, fill: { _ in })
        var build = PEP517Build(
            at: place, project: try PyProject(of: place.source), environment: environment,
            variables: BuildVariables(
                at: place,
                inherited: inherited.merging(inheritedPath) { mine, _ in mine },
                for: .python, usingEnvironment: true))
        build.settings = settings
        return try await build.run(satisfied: satisfied, log: log, terminal: terminal)
    }

    /// What the log holds of the last command.
    func logText() throws -> String { try log.textOfLastCommand() }

    private static let backend = """
        import os, sys, zipfile

        def make_wheel(directory, name="pico-1.2-py3-none-any.whl"):
            with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
                wheel.writestr("pico.py", "size = 1\\n")
            return name


        """
}

/// What came to the terminal.
final class Shown: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        var waiting: [(ending: String, CheckedContinuation<Void, Never>)] = []

        var text: String { String(decoding: pieces.joined(), as: UTF8.self) }
    }

    private let state = Mutex(State())

    func add(_ more: [UInt8]) {
        state.withLock { state in
            state.pieces.append(more)
            if state.waiting.isEmpty { return }
            let text = state.text
            while let index = state.waiting.firstIndex(where: { text.contains($0.ending) }) {
                state.waiting.remove(at: index).1.resume()
            }
        }
    }

    /// Returns when these words have been shown.
    func wait(for words: String) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.text.contains(words) { return continuation.resume() }
                state.waiting.append((words, continuation))
            }
        }
    }

    var pieces: [[UInt8]] { state.withLock(\.pieces) }
    var text: String { state.withLock(\.text) }
    var lines: [Substring] { text.split(separator: "\n") }
}
