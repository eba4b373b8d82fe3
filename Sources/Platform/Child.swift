internal import CPlatform
internal import Glibc
public import SystemPackage

/// What a short child process said. For questions with an answer (`python3 -c …`); builds, which
/// run long and write much, have their own way.
public struct ChildOutput: Sendable {
    /// The exit status, or 128 + the number of the signal that ended it.
    public let status: Int
    public let stdout: String
    public let stderr: String
}

/// Runs a program to its end and keeps what it prints.
///
/// stdin is empty, no descriptor is inherited. Bytes that are no UTF-8 are repaired.
///
/// - Parameters:
///   - arguments: the first is the program: a path, or a name to be looked up on the PATH of
///     `environment`.
///   - environment: the child's whole environment.
///   - directory: where it runs; nil for this process's own.
///   - mergingErrors: what it writes to stderr stands in `stdout`, in order.
public func run(
    _ arguments: [String], environment: [String: String], in directory: FilePath? = nil,
    mergingErrors: Bool = false
) throws(PlatformError) -> ChildOutput {
    let path = try program(arguments[0], environment)
    let stdout = File(descriptor: try check(spkg_memory_file(), "memfd_create", path), path: path)
    let stderr = File(descriptor: try check(spkg_memory_file(), "memfd_create", path), path: path)
    let process = try spawn(
        path, arguments, environment, in: directory, stdout: stdout.descriptor,
        stderr: mergingErrors ? stdout.descriptor : stderr.descriptor)
    let status = try check(spkg_wait(process), "wait", path)
    return ChildOutput(
        status: Int(status), stdout: try stdout.textFromStart(), stderr: try stderr.textFromStart())
}

/// Runs a program to its end, and hears what it writes to stderr while it runs.
///
/// Everything else is as of `run` above. It stays in our process group: on a terminal it may ask
/// questions there, as sudo does for a password.
///
/// - Parameter line: called with each line of stderr as it comes, without its end.
/// - Returns: its status and stdout; `stderr` is empty, because `line` has had it.
public func run(
    _ arguments: [String], environment: [String: String], hearing line: (String) -> Void
) throws(PlatformError) -> ChildOutput {
    let path = try program(arguments[0], environment)
    TerminalGuests.arrive()
    defer { TerminalGuests.leave() }
    let stdout = File(descriptor: try check(spkg_memory_file(), "memfd_create", path), path: path)
    var ends: [CInt] = [-1, -1]
    try check(spkg_pipe(&ends), "pipe", path)
    let reading = File(descriptor: ends[0], path: path)
    let process: pid_t
    do {
        // Closed at once: the end comes when the child's is closed.
        let writing = File(descriptor: ends[1], path: path)
        process = try spawn(
            path, arguments, environment, in: nil, stdout: stdout.descriptor,
            stderr: writing.descriptor)
    }
    var rest: [UInt8] = []
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    defer { block.deallocate() }
    while case let got = try reading.read(into: block), got > 0 {
        rest += block[..<got]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
    }
    if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
    let status = try check(spkg_wait(process), "wait", path)
    return ChildOutput(status: Int(status), stdout: try stdout.textFromStart(), stderr: "")
}

private func spawn(
    _ path: FilePath, _ arguments: [String], _ environment: [String: String],
    in directory: FilePath?, stdout: CInt, stderr: CInt
) throws(PlatformError) -> pid_t {
    var process = pid_t()
    let spawned = withCStrings(arguments) { words in
        withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
            withCStrings([path.string] + (directory.map { [$0.string] } ?? [])) { paths in
                spkg_spawn(paths[0], words, variables, paths[1], stdout, stderr, &process)
            }
        }
    }
    try check(spawned, "spawn", path)
    return process
}

/// The program of this name: a path, or the first on the PATH of `environment`.
///
/// - Throws: `ENOENT` when there is none.
public func program(_ name: String, _ environment: [String: String])
    throws(PlatformError) -> FilePath
{
    if name.utf8.contains(UInt8(ascii: "/")) { return FilePath(name) }
    for folder in (environment["PATH"] ?? "").split(separator: ":") {
        let path = FilePath(String(folder)).appending(name)
        if path.withPlatformString({ access($0, X_OK) }) == 0,
            try targetStatus(path)?.kind == .file
        {
            return path
        }
    }
    throw .call("spawn", path: FilePath(name), errno: .noSuchFileOrDirectory)
}

/// Becomes another program; returns only by throwing.
///
/// - Parameters: as of `run`.
public func becomeProgram(
    _ arguments: [String], environment: [String: String], in directory: FilePath
) throws(PlatformError) -> Never {
    if directory.withPlatformString({ chdir($0) }) != 0 {
        throw .call("chdir", path: directory, errno: Errno(rawValue: errno))
    }
    let result = withCStrings(arguments) { words in
        withCStrings(environment.map { "\($0.key)=\($0.value)" }) { spkg_exec(words, $0) }
    }
    throw .call("exec", path: FilePath(arguments[0]), errno: Errno(rawValue: -result))
}

/// The texts as C has them, with a null pointer at the end; they may be changed in place.
public func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
}

extension File {
    fileprivate borrowing func textFromStart() throws(PlatformError) -> String {
        lseek(descriptor, 0, SEEK_SET)
        return String(decoding: try readToEnd(), as: UTF8.self)
    }

    /// What is left to read.
    public borrowing func readToEnd() throws(PlatformError) -> [UInt8] {
        var bytes = [UInt8]()
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
        defer { block.deallocate() }
        while case let got = try read(into: block), got > 0 {
            bytes.append(contentsOf: block[..<got])
        }
        return bytes
    }
}
