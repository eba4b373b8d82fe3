internal import Platform
internal import SystemPackage

/// Open folders under a root, by path, so that each is opened once.
///
/// No link is followed on the way. At most 128 stay open; after `economize`, none.
final class Handles {
    let root: Directory
    private var open: [FilePath: Directory] = [:]
    private var keepsOpen = true

    init(_ root: Directory) { self.root = root }

    /// The folder that holds an entry, and the entry's name in it.
    func parent(of path: FilePath) throws(PlatformError) -> (Directory, FilePath.Component) {
        (try folder(path.removingLastComponent()), path.lastComponent!)
    }

    /// The same, or nil when a folder on the way is gone.
    func parentIfPresent(of path: FilePath) throws(PlatformError) -> (
        Directory, FilePath.Component
    )? {
        do { return try parent(of: path) } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Closes what is open: a folder was removed or made anew, and an old handle would lead to the
    /// one that is gone.
    func forget() { open.removeAll() }

    /// Closes what is open, and from now on has two open at a time, whatever the depth.
    func economize() {
        forget()
        keepsOpen = false
    }

    private func folder(_ path: FilePath) throws(PlatformError) -> Directory {
        guard let name = path.lastComponent else { return root }
        if !keepsOpen { return try root.descend(path) }
        if let known = open[path] { return known }
        let found = try folder(path.removingLastComponent()).directory(name)
        if open.count >= 128 { open.removeAll() }
        open[path] = found
        return found
    }
}

/// File descriptors that are kept free, so that a change that has begun can be taken back whatever
/// else the process has open.
final class SpareDescriptors {
    /// Two folders, each reached by way of the one above it.
    private static let count = 4
    private var held: [Directory]

    /// - Parameter folder: any.
    /// - Throws: `EMFILE` or `ENFILE` when there aren't so many.
    init(of folder: Directory) throws(PlatformError) {
        held = []
        for _ in 0..<Self.count { held.append(try folder.directory(".")) }
    }

    func release() { held = [] }
}
