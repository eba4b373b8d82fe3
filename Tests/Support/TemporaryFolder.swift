import Glibc
import Platform
public import SystemPackage

/// Gives a test an empty folder of its own, and removes it afterwards.
public func withTemporaryFolder<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    let folder = try makeTemporaryFolder()
    defer { try? removeTree(folder) }
    return try body(folder)
}

/// The same for asynchronous tests.
public func inTemporaryFolder<Result>(
    named name: String = "spkg tést ", _ body: (FilePath) async throws -> Result
) async throws -> Result {
    let folder = try makeTemporaryFolder(named: name)
    defer { try? removeTree(folder) }
    return try await body(folder)
}

// A blank and a letter outside ASCII in every test's path: both are legal everywhere.
private func makeTemporaryFolder(named name: String = "spkg tést ") throws -> FilePath {
    let parent = inherited("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/\(name)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    return try realPath(FilePath(platformString: template))
}

extension FilePath {
    /// Writes a file below this folder, making its parents.
    @discardableResult
    public func write(_ name: FilePath, _ text: String = "", mode: UInt32 = 0o644) throws
        -> FilePath
    {
        let path = pushing(name)
        try Support.write(path, text, mode: mode)
        return path
    }

    public func link(_ name: FilePath, to text: FilePath) throws {
        let path = pushing(name)
        try makeDirectories(path.removingLastComponent())
        try Directory(opening: path.removingLastComponent())
            .makeLink(path.lastComponent!, to: text)
    }

    public func exists(_ name: FilePath) throws -> Bool { try status(pushing(name)) != nil }

    public func text(_ name: FilePath) throws -> String { try readText(pushing(name)) }

    /// Everything below this folder: path → what it is. Two equal listings are equal trees, byte for
    /// byte, mode for mode; times don't count.
    public func listing(except left: (FilePath) -> Bool = { _ in false }) throws -> [String: String]
    {
        var found: [String: String] = [:]
        try list(Directory(opening: self), "", left, into: &found)
        return found
    }
}

private func list(
    _ folder: Directory, _ path: FilePath, _ left: (FilePath) -> Bool,
    into found: inout [String: String]
) throws {
    for (name, _) in try folder.entries() {
        let inner = path.appending(name)
        guard !left(inner), let status = try folder.status(name) else { continue }
        let mode = String(status.mode, radix: 8)
        switch status.kind {
        case .directory:
            found[inner.string] = "folder \(mode)"
            try list(folder.directory(name), inner, left, into: &found)
        case .link: found[inner.string] = "link to \(try folder.linkText(name))"
        case .file:
            let digest = try Digest(ofFile: folder.file(name, .read))
            found[inner.string] = "file \(mode) \(digest.hex.prefix(16))"
        default: found[inner.string] = status.kind.phrase
        }
    }
}
