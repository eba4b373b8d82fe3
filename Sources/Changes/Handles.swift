internal import Platform
internal import SystemPackage

/// Open folders under a root, by path, so that each is opened once.
///
/// No link is followed on the way. At most 128 stay open.
final class Handles {
    let root: Directory
    private var open: [FilePath: Directory] = [:]

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

    private func folder(_ path: FilePath) throws(PlatformError) -> Directory {
        guard let name = path.lastComponent else { return root }
        if let known = open[path] { return known }
        let found = try folder(path.removingLastComponent()).directory(name)
        if open.count >= 128 { open.removeAll() }
        open[path] = found
        return found
    }
}
