internal import Platform
public import SystemPackage

/// Writes a text file, its folders made.
public func write(_ path: FilePath, _ text: String, mode: UInt32 = 0o666) throws {
    try makeDirectories(path.removingLastComponent())
    try writeFile(path, text.utf8, mode: mode)
}
