internal import Platform
internal import SystemPackage

/// A staged entry that goes into a folder with the set-gid bit.
///
/// What is made in such a folder gets its group, and folders the bit, from the kernel; what is moved
/// there doesn't. So it is given both while it is still staged.
struct Inheritance: Equatable {
    /// In `new/`.
    let staged: FilePath
    /// In the tree.
    let path: FilePath
    let group: UInt32

    /// Doing it twice does no harm. A group that isn't the user's own can't be given away: then the
    /// entry keeps the user's, as a copy by hand would.
    func apply(in places: StagePlaces) throws(PlatformError) {
        let folder = try places.place(for: path).new.descend(staged.removingLastComponent())
        try apply(to: staged.lastComponent!, in: folder)
    }

    private func apply(to name: FilePath.Component, in folder: Directory) throws(PlatformError) {
        guard let status = try folder.status(name) else { return }
        if status.group != group {
            do { try folder.setOwner(name, user: status.user, group: group) } catch
                where error.errno == .notPermitted
            {
                return
            }
        }
        guard status.kind == .directory else { return }
        if status.mode & 0o2000 == 0 || status.group != group {
            try folder.setMode(name, status.mode | 0o2000)
        }
        let inner = try folder.directory(name)
        for entry in try inner.entries() { try apply(to: entry.name, in: inner) }
    }
}
