internal import Platform
public import SystemPackage

/// Files of an adopted folder that are written again while a change is made ready, as they were: a
/// change that comes to nothing leaves the folder to its owner as it was.
///
///     var/tmp/sage/stage/ID/
///       originals/PATH     a file's content and mode
///       added/PATH/        an empty folder: nothing was there
public struct AdoptedOriginals: Sendable {
    private let originals: FilePath
    private let added: FilePath
    /// Nil for a stage that is nobody else's.
    private let adopted: FilePath?

    /// - Parameter folder: the stage's.
    init(in folder: Directory, of adopted: FilePath?) {
        originals = folder.path.appending("originals")
        added = folder.path.appending("added")
        self.adopted = adopted
    }

    /// Remembers a file, or that there is none. Only the first time counts. Waits until it is on disk: what
    /// a power cut leaves is put back.
    ///
    /// - Parameter path: relative to the adopted folder.
    public func keep(_ path: FilePath) throws(ChangeError) {
        guard let adopted else { return }
        do throws(PlatformError) {
            let kept = originals.pushing(path)
            if try status(kept) != nil { return }
            if try status(added.pushing(path)) != nil { return }
            guard let found = try status(adopted.pushing(path)), found.kind == .file else {
                return try makeDirectories(added.pushing(path))
            }
            try makeDirectories(kept.removingLastComponent())
            try writeFile(
                kept, readFile(adopted.pushing(path)), mode: found.mode, durable: true)
            try Directory(opening: kept.removingLastComponent())
                .setMode(kept.lastComponent!, found.mode)
        } catch {
            throw .platform(error)
        }
    }

    /// Makes the folder what it was. Doing it again changes nothing.
    func restore() throws(PlatformError) {
        guard let adopted else { return }
        for (path, kind) in try Self.leaves(of: originals) where kind == .file {
            guard let name = path.lastComponent else { continue }
            let folder = path.removingLastComponent()
            try Directory(opening: originals.pushing(folder)).rename(
                name, to: name, in: Directory(opening: adopted.pushing(folder)), .replacing)
        }
        for (path, kind) in try Self.leaves(of: added) where kind == .directory {
            try removeTree(adopted.pushing(path))
        }
    }

    /// Files, and folders with nothing in them, relative to `folder`; none when it isn't there.
    private static func leaves(of folder: FilePath) throws(PlatformError)
        -> [(path: FilePath, kind: FileKind)]
    {
        guard try status(folder) != nil else { return [] }
        var found: [(path: FilePath, kind: FileKind)] = []
        var waiting: [FilePath] = [""]
        while let path = waiting.popLast() {
            let inner = try Directory(opening: folder.pushing(path))
            let names = try inner.entries().map(\.name)
            if names.isEmpty, !path.isEmpty { found.append((path, .directory)) }
            for name in names {
                if try inner.status(name)?.kind == .directory {
                    waiting.append(path.appending(name))
                } else {
                    found.append((path.appending(name), .file))
                }
            }
        }
        return found
    }
}
