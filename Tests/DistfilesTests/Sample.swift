import Distfiles
import Glibc
import Platform
import Support
import Synchronization
import SystemPackage

/// Puts bytes into a folder as a verified archive, beside an empty build directory.
func withArchive(
    _ bytes: [UInt8], _ body: (_ archive: VerifiedDistfile, _ build: FilePath) throws -> Void
) throws {
    try withTemporaryFolder { folder in
        let upstream = folder.appending("upstream")
        try makeDirectories(upstream)
        try writeFile(upstream.appending("p-1.0.tar"), bytes)
        let distfile = try Distfile(name: "p-1.0.tar", package: "p", sha256: Digest(of: bytes))
        try body(verify(distfile, in: upstream), folder.appending("build"))
    }
}

/// Unpacks bytes and looks at what came out.
func unpacked(_ bytes: [UInt8], _ body: (_ build: FilePath, _ src: FilePath) throws -> Void) throws
{
    try withArchive(bytes) { archive, build throws in
        try body(build, try unpack(archive, into: build).path)
    }
}

func names(in folder: FilePath) throws -> [String] {
    try Directory(opening: folder).entries().map(\.name.string).sorted()
}

/// What a program writes to its standard output.
func output(of words: [String]) throws -> [UInt8] {
    try withTemporaryFolder { folder in
        let file = folder.appending("output")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, file.string, O_WRONLY | O_CREAT, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let arguments = words.map { strdup($0) } + [nil]
        defer { for text in arguments { free(text) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, words[0], &actions, nil, arguments, environ)
        if failure != 0 { throw Errno(rawValue: failure) }
        var status: CInt = 0
        waitpid(process, &status, 0)
        if status != 0 { throw Errno.invalidArgument }
        return try readFile(file)
    }
}

/// What callbacks on several threads hand over, in order.
final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    func append(_ value: Value) { values.withLock { $0.append(value) } }

    var all: [Value] { values.withLock { $0 } }
}
