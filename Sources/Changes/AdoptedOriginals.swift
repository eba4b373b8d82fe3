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

    /// Remembers a file, or that there is none. Only the first time counts.
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
            try Self.write(readFile(adopted.pushing(path)), to: kept, mode: found.mode)
        } catch {
            throw .platform(error)
        }
    }

    /// Makes the folder what it was. Doing it again changes nothing.
    func restore() throws(PlatformError) {
        guard let adopted else { return }
        for (path, kind) in try Self.leaves(of: originals) where kind == .file {
            let kept = originals.pushing(path)
            guard let found = try status(kept) else { continue }
            try Self.write(readFile(kept), to: adopted.pushing(path), mode: found.mode)
        }
        for (path, kind) in try Self.leaves(of: added) where kind == .directory {
            try removeTree(adopted.pushing(path))
        }
    }

    private static func write(_ bytes: [UInt8], to path: FilePath, mode: UInt32)
        throws(PlatformError)
    {
        try writeFile(path, bytes, mode: mode)
        try Directory(opening: path.removingLastComponent())
            .setMode(path.lastComponent!, mode)
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
