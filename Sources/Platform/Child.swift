internal import CPlatform
internal import Glibc
internal import SystemPackage

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
///   - arguments: the first is the program: a path, or a name to be looked up on this process's PATH.
///   - environment: the child's whole environment.
public func run(_ arguments: [String], environment: [String: String])
    throws(PlatformError) -> ChildOutput
{
    let path = FilePath(arguments[0])
    let stdout = File(descriptor: try check(spkg_memory_file(), "memfd_create", path), path: path)
    let stderr = File(descriptor: try check(spkg_memory_file(), "memfd_create", path), path: path)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
        environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process = pid_t()
    try check(
        spkg_spawn(&words, &variables, stdout.descriptor, stderr.descriptor, &process),
        "spawn", path)
    let status = try check(spkg_wait(process), "wait", path)
    return ChildOutput(
        status: Int(status), stdout: try stdout.textFromStart(), stderr: try stderr.textFromStart())
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
