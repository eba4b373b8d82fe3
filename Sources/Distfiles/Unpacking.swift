internal import Glibc
internal import Platform
internal import SystemPackage

/// Writes the entries of one archive below one folder.
///
/// Every entry is made relative to an open handle of its parent, and each handle was opened from
/// the one above without following a link. So no entry can be written through a link, whatever
/// the archive holds; that is stronger than libarchive's own checks of names, and needs none of
/// its code for writing.
struct Unpacking {
    private let archive: FilePath
    private let root: Directory
    private let now: FileTime
    /// The folders from the root to where the last entry was written.
    private var trail: [(name: FilePath.Component, directory: Directory)] = []
    private var links = ArchiveLinks()

    init(_ archive: FilePath, into root: Directory) {
        self.archive = archive
        self.root = root
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        now = FileTime(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    /// - Returns: the only entry at the top, if it is a folder.
    mutating func run() throws(DistfileError) -> FilePath.Component? {
        let reader = try ArchiveReader(archive)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var last: String?
        while let entry = try reader.next(after: last) {
            last = entry.name.string
            let place = try entry.place(in: archive)
            if place.isEmpty {
                // `./`, the root itself.
                if case .directory = entry.kind, !entry.name.isEmpty { continue }
                throw refused(entry, .noName)
            }
            if place.contains(where: Self.isJunk) { continue }
            try write(entry, at: place, from: reader, buffer)
        }
        let found = try platform { () throws(PlatformError) in try root.entries() }
        if found.isEmpty { throw .emptyArchive(archive) }
        let top = try onlyFolder(of: found.map(\.name))
        if let (place, text) = links.leadingOutside(depth: top == nil ? 0 : 1) {
            throw .unsafeEntry(
                archive: archive, entry: FilePath(root: nil, place).string,
                .linkLeadsOutside(to: text.string))
        }
        return top
    }

    private mutating func write(
        _ entry: ArchiveEntry, at place: [FilePath.Component], from reader: ArchiveReader,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(DistfileError) {
        let name = place.last!
        switch entry.kind {
        case .directory:
            _ = try directory(at: place[...], for: entry)
            return
        case .file:
            let parent = try directory(at: place.dropLast(), for: entry)
            try writeFile(entry, name, in: parent, from: reader, buffer)
            links.forget(place)
        case .link(let text):
            if text.isEmpty { throw refused(entry, .noName) }
            let parent = try directory(at: place.dropLast(), for: entry)
            try replacing(entry, name, in: parent) { () throws(PlatformError) in
                try parent.makeLink(name, to: text)
            }
            links.add(place, to: text)
        case .hardLink(let target):
            let original = try ArchiveEntry.place(target, of: entry, in: archive)
            if original == place { return }
            guard let originalName = original.last else { throw refused(entry, .noName) }
            let from = try directory(at: original.dropLast(), for: entry, making: false)
            let status = try platform { () throws(PlatformError) in try from.status(originalName) }
            // As tar does it: the link itself gets a second name, what it leads to is not looked at.
            guard status?.kind == .file || status?.kind == .link else {
                throw refused(entry, .hardLinkToNoFile(to: target.string))
            }
            let parent = try directory(at: place.dropLast(), for: entry)
            try replacing(entry, name, in: parent) { () throws(PlatformError) in
                try parent.makeHardLink(name, to: originalName, in: from)
            }
            links.add(place, sameAs: original)
        case .pipe: throw refused(entry, .pipe)
        case .device: throw refused(entry, .device)
        case .socket: throw refused(entry, .socket)
        case .unknown: throw refused(entry, .unknownKind)
        }
        let parent = try directory(at: place.dropLast(), for: entry)
        try platform { () throws(PlatformError) in try parent.setModified(name, now) }
    }

    private func writeFile(
        _ entry: ArchiveEntry, _ name: FilePath.Component, in parent: Directory,
        from reader: ArchiveReader, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(DistfileError) {
        let mode = entry.mode & 0o755 | 0o600
        let file = try replacing(entry, name, in: parent) { () throws(PlatformError) in
            try parent.file(name, .create(mode: mode))
        }
        while case let got = try reader.read(into: buffer, of: entry.name.string), got > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<got])
            do { try file.write(bytes) } catch { throw .platform(error) }
        }
    }

    /// Makes something at `name`; a file or link of an earlier entry gives way to it, as in tar.
    private func replacing<Made: ~Copyable>(
        _ entry: ArchiveEntry, _ name: FilePath.Component, in parent: Directory,
        _ make: () throws(PlatformError) -> Made
    ) throws(DistfileError) -> Made {
        do { return try make() } catch {
            guard error.errno == .fileExists else { throw .platform(error) }
        }
        let status = try platform { () throws(PlatformError) in try parent.status(name) }
        if status?.kind == .directory { throw refused(entry, .collides) }
        do {
            try parent.removeFile(name)
            return try make()
        } catch { throw .platform(error) }
    }

    /// The folder at a place, made if absent.
    private mutating func directory(
        at place: ArraySlice<FilePath.Component>, for entry: ArchiveEntry, making: Bool = true
    ) throws(DistfileError) -> Directory {
        let shared = zip(trail, place).prefix { $0.0.name == $0.1 }.count
        trail.removeSubrange(shared...)
        for name in place.dropFirst(shared) {
            let parent = trail.last?.directory ?? root
            do {
                let directory =
                    making
                    ? try parent.directory(makingIfAbsent: name, mode: 0o755)
                    : try parent.directory(name)
                trail.append((name, directory))
            } catch  where [.notDirectory, .tooManySymbolicLinkLevels].contains(error.errno) {
                let path = FilePath(root: nil, trail.map(\.name) + [name])
                throw refused(
                    entry,
                    place.count == trail.count + 1 && isItself(entry, path)
                        ? .collides : .parentIsNoDirectory(path))
            } catch  where error.errno == .noSuchFileOrDirectory && !making {
                if case .hardLink(let target) = entry.kind {
                    throw refused(entry, .hardLinkToNoFile(to: target.string))
                }
                throw .platform(error)
            } catch { throw .platform(error) }
        }
        return trail.last?.directory ?? root
    }

    private func isItself(_ entry: ArchiveEntry, _ path: FilePath) -> Bool {
        if case .directory = entry.kind { entry.name.lexicallyNormalized() == path } else { false }
    }

    private func onlyFolder(of names: [FilePath.Component]) throws(DistfileError)
        -> FilePath.Component?
    {
        guard names.count == 1 else { return nil }
        let status = try platform { () throws(PlatformError) in try root.status(names[0]) }
        return status?.kind == .directory ? names[0] : nil
    }

    private func refused(_ entry: ArchiveEntry, _ reason: UnsafeEntry) -> DistfileError {
        .unsafeEntry(archive: archive, entry: entry.name.string, reason)
    }

    /// What macOS puts into archives: no source of anything.
    private static func isJunk(_ name: FilePath.Component) -> Bool {
        name.string == ".DS_Store" || name.string.hasPrefix("._")
    }
}
