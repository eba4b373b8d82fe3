internal import Platform
internal import SystemPackage

/// A folder that somebody else filled and that serves as a stage's `new/`: its content moves into the
/// tree without being copied.
///
/// The file `from` in the stage's folder has its path and, after a blank, device and inode: whoever
/// finishes the change must not take another folder for it. The inode tells, on the stage's mount: the
/// device's number may be another after a restart.
struct AdoptedFolder {
    let path: FilePath
    private let inode: UInt64
    private let mount: Int64

    /// - Returns: nil for a stage that has a `new/` of its own.
    init?(of folder: Directory) throws(PlatformError) {
        guard let text = try folder.text("from") else { return nil }
        let words = text.split(separator: " ")
        let numbers = words.last?.split(separator: ":").compactMap { UInt64($0) } ?? []
        guard words.count == 2, numbers.count == 2 else {
            throw .notText(path: folder.path.appending("from"))
        }
        path = FilePath(journalText: String(words[0]))
        inode = numbers[1]
        mount = try folder.mount()
    }

    /// Writes the file `from`.
    static func adopt(_ path: FilePath, as folder: Directory) throws(PlatformError) {
        let identity = try Directory(opening: path).status().identity
        try folder.replace("from", "\(escape(path)) \(identity.device):\(identity.inode)")
    }

    /// - Throws: `ENOENT` when another folder, or nothing, is there now.
    func open() throws(PlatformError) -> Directory {
        let found = try Directory(opening: path)
        guard try found.status().identity.inode == inode, try found.mount() == mount else {
            throw .call("open", path: path, errno: .noSuchFileOrDirectory)
        }
        return found
    }

    /// Removes what is in it: after the change, that is what the tree had before.
    static func empty(_ folder: Directory) throws(PlatformError) {
        for entry in try folder.entries() { try folder.removeTree(entry.name) }
    }
}
