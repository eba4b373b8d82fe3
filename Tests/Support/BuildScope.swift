internal import Glibc
internal import Platform
public import SystemPackage

/// A temporary folder for the time of `body`, without links in its path; async, for builds.
///
/// Its name holds a blank and an umlaut: both are legal in every path.
public func withBuildFolder<Result>(
    named name: String = "spkg bäu ", _ body: (FilePath) async throws -> Result
) async throws -> Result {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let pattern = "\(parent)/\(name)XXXXXX"
    var bytes = pattern.utf8CString.map(\.self)
    guard mkdtemp(&bytes) != nil else {
        throw PlatformError.call(
            "mkdtemp", path: FilePath(pattern), errno: Errno(rawValue: Glibc.errno))
    }
    let folder = try realPath(FilePath(platformString: bytes))
    defer { try? removeTree(folder) }
    return try await body(folder)
}

/// Writes a text file, its folders made.
public func write(_ path: FilePath, _ text: String, mode: UInt32 = 0o666) throws {
    try makeDirectories(path.removingLastComponent())
    try writeFile(path, text.utf8, mode: mode)
}
