internal import CPlatform
internal import Glibc
public import SystemPackage

// Whole files by path, for the places where nobody else can write in between.

/// The content of a file, following links.
public func readFile(_ path: FilePath) throws(PlatformError) -> [UInt8] {
    let file = try File(reading: path)
    if try file.status().kind == .directory {
        throw .wrongKind(path: path, wanted: "a file", found: .directory)
    }
    return try file.readToEnd()
}

/// The content of a UTF-8 file, following links; nil when there is none at `path`.
public func readTextIfPresent(_ path: FilePath) throws(PlatformError) -> String? {
    do { return try readText(path) } catch {
        if error.errno == .noSuchFileOrDirectory { return nil }
        throw error
    }
}

/// The content of a UTF-8 file, following links.
public func readText(_ path: FilePath) throws(PlatformError) -> String {
    guard let text = String(validating: try readFile(path), as: UTF8.self) else {
        throw .notText(path: path)
    }
    return text
}

/// What is at `path`, without following a link there; nil when nothing is.
public func status(_ path: FilePath) throws(PlatformError) -> FileStatus? {
    try status(path, AT_SYMLINK_NOFOLLOW)
}

/// What `path` leads to, through links; nil when nothing is there or a link dangles.
public func targetStatus(_ path: FilePath) throws(PlatformError) -> FileStatus? {
    try status(path, 0)
}

private func status(_ path: FilePath, _ flags: CInt) throws(PlatformError) -> FileStatus? {
    var raw = stat()
    let result = path.withPlatformString { spkg_fstatat(AT_FDCWD, $0, &raw, flags) }
    if result == -ENOENT || result == -ENOTDIR { return nil }
    try check(result, "stat", path)
    return FileStatus(raw)
}

/// Makes a directory and its parents; what is there already is fine.
public func makeDirectories(_ path: FilePath, mode: UInt32 = 0o777) throws(PlatformError) {
    let made = path.withPlatformString { spkg_mkdirat(AT_FDCWD, $0, mode) }
    if made == 0 { return }
    if made == -EEXIST || made == -EISDIR {
        guard let found = try targetStatus(path) else {
            throw .wrongKind(path: path, wanted: "a directory", found: .link)
        }
        if found.kind == .directory { return }
        throw .wrongKind(path: path, wanted: "a directory", found: found.kind)
    }
    let parent = path.removingLastComponent()
    guard made == -ENOENT, !parent.isEmpty, parent != path else {
        throw .call("mkdir", path: path, errno: Errno(rawValue: -made))
    }
    try makeDirectories(parent, mode: mode)
    try makeDirectories(path, mode: mode)
}

/// Replaces the content of a file in one step: a temporary beside it, then a rename.
///
/// After a failure the old file is there, whole; a temporary `.NAME.PID` may be left by a crash.
///
/// - Parameter durable: waits until the content is on disk before it gets its name, and then for the name:
///   without that a power cut may leave an empty file under it, of which nobody can tell that it is not what
///   was meant.
public func writeFile(
    _ path: FilePath, _ bytes: some Sequence<UInt8>, mode: UInt32 = 0o666, durable: Bool = false
) throws(PlatformError) {
    let parent = path.removingLastComponent()
    let directory = try Directory(opening: parent.isEmpty ? "." : parent)
    guard let name = path.lastComponent,
        let temporary = FilePath.Component(".\(name).\(spkg_thread())")
    else { throw .wrongKind(path: path, wanted: "a file", found: .directory) }
    if try directory.status(temporary) != nil { try directory.removeFile(temporary) }
    let file = try directory.file(temporary, .create(mode: mode))
    do {
        try file.write(bytes)
        if durable { try file.sync() }
        try directory.rename(temporary, to: name, in: directory, .replacing)
        if durable { try directory.sync() }
    } catch {
        try? directory.removeFile(temporary)
        throw error
    }
}

/// Copies a file's content, following links at the source, to where nothing is.
///
/// After a failure nothing is there.
public func copyFile(_ source: FilePath, to target: FilePath, mode: UInt32 = 0o644)
    throws(PlatformError)
{
    let original = try File(reading: source)
    let parent = try Directory(opening: target.removingLastComponent())
    let name = target.lastComponent!
    let copy = try parent.file(name, .create(mode: mode))
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { block.deallocate() }
    do {
        try original.read(through: block) { part throws(PlatformError) in try copy.write(part) }
    } catch {
        try? parent.removeFile(name)
        throw error
    }
}

extension Directory {
    /// Removes an entry and everything in it; a link is removed, not what it leads to.
    ///
    /// Directories without write permission are opened up first. Gone already is success.
    public func removeTree(_ name: FilePath.Component) throws(PlatformError) {
        guard let status = try status(name) else { return }
        guard status.kind == .directory else {
            do { try removeFile(name) } catch  where error.errno == .noSuchFileOrDirectory {}
            return
        }
        if status.mode & 0o700 != 0o700 { try setMode(name, status.mode | 0o700) }
        let inner = try directory(name)
        for entry in try inner.entries() {
            if entry.kind == .directory || entry.kind == .unknown {
                try inner.removeTree(entry.name)
            } else {
                do { try inner.removeFile(entry.name) } catch
                    where error.errno == .noSuchFileOrDirectory
                {}
            }
        }
        do { try removeDirectory(name) } catch  where error.errno == .noSuchFileOrDirectory {}
    }
}

/// Removes a path and everything in it; a link is removed, not what it leads to. Gone already is
/// success.
public func removeTree(_ path: FilePath) throws(PlatformError) {
    guard let name = path.lastComponent, try status(path) != nil else { return }
    let parent = path.removingLastComponent()
    try Directory(opening: parent.isEmpty ? "." : parent).removeTree(name)
}

/// The same on every core: for thousands of files.
public func removeLargeTree(_ path: FilePath) throws(PlatformError) {
    guard let name = path.lastComponent, try status(path) != nil else { return }
    let parent = path.removingLastComponent()
    let outer = try Directory(opening: parent.isEmpty ? "." : parent)
    if processors > 1 {
        let parts = try outer.parts(of: name)
        try inParallel(costs: parts.map { _ in 1 }) {
            { part throws(PlatformError) in try parts[part].folder.removeTree(parts[part].name) }
        }
    }
    try outer.removeTree(name)
}

extension Directory {
    fileprivate struct Part: Sendable {
        let folder: Directory
        let name: FilePath.Component
    }

    /// Folders that lie in a folder, none in another: the highest ones of which there are enough for
    /// several cores, or none.
    fileprivate func parts(of name: FilePath.Component) throws(PlatformError) -> [Part] {
        var parts = [Part(folder: self, name: name)]
        for _ in 0..<5 where parts.count < 16 {
            var inner: [Part] = []
            for part in parts {
                guard let status = try part.folder.status(part.name), status.kind == .directory
                else { continue }
                if status.mode & 0o700 != 0o700 {
                    try part.folder.setMode(part.name, status.mode | 0o700)
                }
                let folder = try part.folder.directory(part.name)
                for (name, kind) in try folder.entries() where kind == .directory {
                    inner.append(Part(folder: folder, name: name))
                }
            }
            if inner.isEmpty { break }
            parts = inner
        }
        return parts.count < 8 ? [] : parts
    }
}

/// The path without any link in it. Everything on the way must exist.
public func realPath(_ path: FilePath) throws(PlatformError) -> FilePath {
    guard let real = path.withPlatformString({ realpath($0, nil) }) else {
        throw .call("realpath", path: path, errno: Errno(rawValue: Glibc.errno))
    }
    defer { free(real) }
    return FilePath(platformString: real)
}

/// Where a path leads from `directory`, without `.`, `..` and doubled slashes, links kept as they are
/// spelled. Where `..` comes after a link that is followed, as by the system.
///
/// - Parameter directory: absolute.
public func absolutePath(_ path: FilePath, from directory: FilePath) -> FilePath {
    let whole = directory.pushing(path)
    guard whole.components.contains(where: { $0.kind == .parentDirectory }) else {
        return whole.lexicallyNormalized()
    }
    var found: FilePath = "/"
    for component in whole.components {
        switch component.kind {
        case .currentDirectory: break
        case .parentDirectory:
            if (try? status(found))?.kind == .link { found = (try? realPath(found)) ?? found }
            found.removeLastComponent()
        case .regular: found.append(component)
        }
    }
    return found
}

extension [UInt8] {
    /// Whether these bytes stand somewhere among these.
    public func holds(_ bytes: [UInt8]) -> Bool {
        withUnsafeBytes { all in
            bytes.withUnsafeBytes { part in
                spkg_holds(all.baseAddress, all.count, part.baseAddress, part.count) != 0
            }
        }
    }
}
