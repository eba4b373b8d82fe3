public import Platform
public import SystemPackage

/// Follows a tree's own links, such as `lib64 → lib`, and no link that leads out of the tree.
///
/// Links may lead to links, go up, or name the tree by its absolute path. Folders are opened one by
/// one without following links: a link can't lead further than it says. What was found out is kept,
/// so a value must not outlive a change of the tree.
public final class TreeLinks {
    /// A folder of the tree and its path without any link, relative to the tree's root.
    public struct Folder {
        public let directory: Directory
        public let path: FilePath
        /// Links that were followed, in order, by their real paths.
        public let links: [FilePath]
    }

    private let root: Directory
    /// The root by its own name and by its real one.
    private let rootPaths: [FilePath]
    private var realFolders: [FilePath: FilePath] = [:]

    public init(of root: Directory) {
        self.root = root
        rootPaths = [root.path, (try? realPath(root.path)) ?? root.path]
    }

    /// The folder that a path relative to the tree's root leads to; nil when there is none in the
    /// tree.
    public func folder(_ path: FilePath) throws(PlatformError) -> Folder? {
        var waiting = Array(path.components.reversed())
        var at: [(name: FilePath.Component, folder: Directory)] = []
        var links: [FilePath] = []
        while let name = waiting.popLast() {
            switch name.kind {
            case .currentDirectory: continue
            case .parentDirectory:
                if at.popLast() == nil, !returns(&waiting) { return nil }
                continue
            case .regular: break
            }
            let folder = at.last?.folder ?? root
            switch try folder.status(name)?.kind {
            case .directory: at.append((name, try folder.directory(name)))
            case .link:
                let text = try folder.linkText(name)
                links.append(FilePath(root: nil, at.map(\.name) + [name]))
                if links.count > 40 { return nil }
                if text.isAbsolute {
                    guard let inner = inner(text) else { return nil }
                    at = []
                    waiting += inner.components.reversed()
                } else {
                    waiting += text.components.reversed()
                }
            default: return nil
            }
        }
        return Folder(
            directory: at.last?.folder ?? root, path: FilePath(root: nil, at.map(\.name)),
            links: links)
    }

    /// A path with the links of the tree that lead to its folder resolved: one name for one file,
    /// however it is spelled. The last component is never followed.
    ///
    /// As it is where a folder on the way isn't there, or a link leads out of the tree.
    public func real(_ path: FilePath) throws(PlatformError) -> FilePath {
        guard let name = path.lastComponent else { return path }
        return try realFolder(path.removingLastComponent()).appending(name)
    }

    private func realFolder(_ path: FilePath) throws(PlatformError) -> FilePath {
        guard let name = path.lastComponent else { return path }
        if let known = realFolders[path] { return known }
        var real = try realFolder(path.removingLastComponent()).appending(name)
        if try status(root.path.pushing(real))?.kind == .link, let target = try folder(real) {
            real = target.path
        }
        realFolders[path] = real
        return real
    }

    /// An absolute path as one relative to the tree's root; nil when it is not below it.
    private func inner(_ path: FilePath) -> FilePath? {
        for root in rootPaths {
            var inner = path
            if inner.removePrefix(root) { return inner }
        }
        return nil
    }

    /// Whether a path that has just left the root comes back: `../tree/lib` seen from `tree`.
    private func returns(_ waiting: inout [FilePath.Component]) -> Bool {
        var up = 1
        while waiting.last?.kind == .parentDirectory {
            waiting.removeLast()
            up += 1
        }
        let names = Array(rootPaths[1].components.suffix(up))
        guard names.count == up, waiting.suffix(up).reversed().elementsEqual(names) else {
            return false
        }
        waiting.removeLast(up)
        return true
    }
}
