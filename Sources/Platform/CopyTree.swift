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

extension Directory {
    /// Copies an entry, with everything in it, to `target` in `other`, where nothing is.
    ///
    /// Directories, files and links are copied, with times; links as they are. Set-id bits are
    /// dropped, and directories get `u+rwx`. No link is followed in the source, and each file is
    /// checked by the handle that it is read from: whoever exchanges entries meanwhile gains nothing.
    ///
    /// - Throws: `PlatformError.wrongKind` for sockets, devices and pipes; `EPERM` for a file that is
    ///   not `handover.from`'s. What was copied by then stays.
    public func copyTree(
        _ name: FilePath.Component, to target: FilePath.Component, in other: Directory,
        handover: Handover? = nil
    ) throws(PlatformError) {
        guard let status = try status(name) else {
            throw .call("lstat", path: path.appending(name), errno: .noSuchFileOrDirectory)
        }
        switch status.kind {
        case .directory: try copyFolder(name, to: target, in: other, handover)
        case .link: try other.makeLink(target, to: linkText(name))
        case .file: try copyContent(name, to: target, in: other, handover)
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
        _ handover: Handover?
    ) throws(PlatformError) {
        let source = try directory(name)
        try other.makeDirectory(target, mode: 0o700)
        let copy = try other.directory(target)
        for entry in try source.entries() {
            try source.copyTree(entry.name, to: entry.name, in: copy, handover: handover)
        }
    }

    private func copyContent(
        _ name: FilePath.Component, to target: FilePath.Component, in other: Directory,
        _ handover: Handover?
    ) throws(PlatformError) {
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
    }
}
