internal import Platform
public import SystemPackage

/// Unpacks an archive into `build/src`.
///
///     build/.src.unpacking/all/…   private; what is unpacked so far; removed after a failure
///     build/src/                   appears by one rename
///
/// A single folder at the top of the archive becomes `src`; everything else goes into a new one.
/// `.DS_Store` and `._*` are left out, group and others may not write, set-id bits are dropped, and
/// all files have the same time, now: make must not think that one is newer than another.
/// Rule: build/recipes.md, 10.2.
///
/// - Parameter build: the build directory, made if absent; nobody else may be at work in it.
/// - Throws: `alreadyUnpacked`, `notAnArchive`, `damagedArchive`, `emptyArchive`, `unsafeEntry`,
///   `platform`; nothing of the archive is left then.
public func unpack(_ distfile: VerifiedDistfile, into build: FilePath) throws(DistfileError)
    -> SourceTree
{
    let folder = try platform { () throws(PlatformError) in
        try makeDirectories(build)
        return try Directory(opening: build)
    }
    if try platform({ () throws(PlatformError) in try folder.status(source) }) != nil {
        throw .alreadyUnpacked(build.appending(source))
    }
    do {
        // Left by a crash.
        try folder.removeTree(temporary)
        try folder.makeDirectory(temporary, mode: 0o700)
    } catch { throw .platform(error) }
    do {
        try unpack(distfile.path, in: folder)
        try platform { () throws(PlatformError) in try folder.removeTree(temporary) }
    } catch {
        try? folder.removeTree(temporary)
        throw error
    }
    return SourceTree(path: build.appending(source))
}

private let source: FilePath.Component = "src"
private let temporary: FilePath.Component = ".src.unpacking"
private let all: FilePath.Component = "all"

private func unpack(_ archive: FilePath, in folder: Directory) throws(DistfileError) {
    let (outer, inner) = try platform { () throws(PlatformError) in
        let outer = try folder.directory(temporary)
        return (outer, try outer.directory(makingIfAbsent: all))
    }
    let top = try withUTF8Names { () throws(DistfileError) in
        var unpacking = Unpacking(archive, into: inner)
        return try unpacking.run()
    }
    try platform { () throws(PlatformError) in
        if let top {
            try inner.rename(top, to: source, in: folder, .replacing)
        } else {
            try outer.rename(all, to: source, in: folder, .replacing)
        }
    }
}
