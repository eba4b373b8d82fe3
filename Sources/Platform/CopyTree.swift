internal import CPlatform
internal import Glibc
public import SystemPackage

/// For copies that root makes of what another user wrote.
public struct Handover: Sendable {
    /// The only user whose files are copied: a hard link to somebody else's is no way to read it.
    public let from: UInt32
    /// Who gets the copies.
    public let user: UInt32
    public let group: UInt32

    public init(from: UInt32, user: UInt32, group: UInt32) {
        self.from = from
        self.user = user
        self.group = group
    }
}

/// Which files of several names were copied, so that each is copied once and keeps its names.
public final class CopiedLinks {
    /// Absolute paths of the copies.
    fileprivate var copies: [FileIdentity: FilePath] = [:]

    public init() {}
}

extension Directory {
    /// Copies an entry, with everything in it, to `target` in `other`, where nothing is.
    ///
    /// Directories, files and links are copied, with times; links as they are, and hard links to each
    /// other as such. Set-id bits are
    /// dropped, and directories get `u+rwx`. No link is followed in the source, and each file is
    /// checked by the handle that it is read from: whoever exchanges entries meanwhile gains nothing.
    ///
    /// - Parameter links: of all that is copied together; `other` must be one that nobody else writes.
    /// - Throws: `PlatformError.wrongKind` for sockets, devices and pipes; `EPERM` for a file that is
    ///   not `handover.from`'s. What was copied by then stays.
    public func copyTree(
        _ name: FilePath.Component, to target: FilePath.Component, in other: Directory,
        handover: Handover? = nil, keeping links: CopiedLinks = CopiedLinks()
    ) throws(PlatformError) {
        guard let status = try status(name) else {
            throw .call("lstat", path: path.appending(name), errno: .noSuchFileOrDirectory)
        }
        switch status.kind {
        case .directory: try copyFolder(name, to: target, in: other, handover, links)
        case .link: try other.makeLink(target, to: linkText(name))
        case .file:
            if try other.makeHardLink(target, toCopyOf: status, links) { return }
            let copied = try copyContent(name, to: target, in: other, handover)
            // Of the file that was read, whatever has the name by now.
            if copied.links > 1 { links.copies[copied.identity] = other.path.appending(target) }
        default:
            throw .wrongKind(
                path: path.appending(name), wanted: "a file, directory or link",
                found: status.kind)
        }
        if let handover {
            try other.setOwner(target, user: handover.user, group: handover.group)
        }
        // After the owner: a change of owner may reset modes.
        if status.kind == .directory { try other.setMode(target, status.mode & 0o1777 | 0o700) }
        try other.setModified(target, status.modified)
    }

    private func copyFolder(
        _ name: FilePath.Component, to target: FilePath.Component, in other: Directory,
        _ handover: Handover?, _ links: CopiedLinks
    ) throws(PlatformError) {
        let source = try directory(name)
        try other.makeDirectory(target, mode: 0o700)
        let copy = try other.directory(target)
        for entry in try source.entries() {
            try source.copyTree(
                entry.name, to: entry.name, in: copy, handover: handover, keeping: links)
        }
    }

    @discardableResult
    private func copyContent(
        _ name: FilePath.Component, to target: FilePath.Component, in other: Directory,
        _ handover: Handover?
    ) throws(PlatformError) -> FileStatus {
        let original = try file(name, .read)
        let status = try original.status()
        guard status.kind == .file else {
            throw .wrongKind(path: original.path, wanted: "a file", found: status.kind)
        }
        if let handover, status.user != handover.from {
            throw .call("open", path: original.path, errno: .notPermitted)
        }
        let copy = try other.file(target, .create(mode: 0o600))
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { block.deallocate() }
        try original.read(through: block) { part throws(PlatformError) in try copy.write(part) }
        try copy.setMode(status.mode & 0o777)
        return status
    }

    /// Makes a second name of a copy, if there is one of this file.
    private func makeHardLink(
        _ name: FilePath.Component, toCopyOf original: FileStatus, _ links: CopiedLinks
    ) throws(PlatformError) -> Bool {
        guard original.links > 1, let copy = links.copies[original.identity] else { return false }
        do {
            try makeHardLink(
                name, to: copy.lastComponent!,
                in: Directory(opening: copy.removingLastComponent()))
            return true
        } catch  where [.improperLink, .notPermitted, .tooManyLinks].contains(error.errno) {
            return false
        }
    }
}
