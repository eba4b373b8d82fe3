import Glibc
import Platform
import Support
import SystemPackage

/// A process that runs beside the test.
struct Running: ~Copyable {
    private let process: pid_t
    private let output: FilePath
    private let errors: FilePath

    /// Starts a program, looked up on PATH; what it says goes to files in `folder`.
    fileprivate init(_ words: [String], environment: [String: String], saying folder: FilePath)
        throws
    {
        let name = "said-\(UInt32.random(in: 0 ... .max))"
        output = folder.appending("\(name).out")
        errors = folder.appending("\(name).err")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output.string, writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors.string, writing, 0o600)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var started = pid_t()
        let failure = posix_spawnp(&started, words[0], &actions, nil, &arguments, &variables)
        guard failure == 0 else { throw Errno(rawValue: failure) }
        process = started
    }

    /// Waits for its end.
    consuming func end() throws -> Distribution.Said {
        var status: CInt = 0
        while waitpid(process, &status, 0) == -1 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
        return Distribution.Said(
            status: Int(code), stdout: try readText(output), stderr: try readText(errors))
    }
}

extension Distribution {
    /// Starts a command in the distribution's folder.
    func start(_ command: [String], _ more: [String: String] = [:]) throws -> Running {
        try Running(
            ["env", "-C", root.string] + command,
            environment: environment.merging(more) { $1 }, saying: root)
    }

    /// Starts `spkg`.
    func startSpkg(_ arguments: String...) throws -> Running {
        try start([Self.program.string] + arguments)
    }
}
