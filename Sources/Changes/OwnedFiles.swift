internal import Platform
public import SystemPackage

/// The files that the installed version of a package owns, as a tree of names.
///
/// Filled from a record or a RECORD, so the paths are checked before: relative to the tree's root,
/// without `..`, and without links on the way (`TreeLinks.real`).
public struct OwnedFiles: Sendable {
    /// One name; a file and a folder of the same name can both be listed by a broken record.
    final class Node: @unchecked Sendable {
        var children: [FilePath.Component: Node] = [:]
        var isFile = false
        /// Whether another package lists it too, as a file or as a folder that came empty, or lists
        /// files that are reached through it, a link: it stays as long as that one does.
        var isShared = false

        /// A file or link of this package alone.
        var isOnlyOurs: Bool { isFile && !isShared }
    }

    let root = Node()

    /// - Parameter shared: what others list too; what isn't in `paths`, or a folder of them, is left
    ///   out.
    public init(_ paths: some Sequence<FilePath> = [], shared: some Sequence<FilePath> = []) {
        for path in paths { insert(path) }
        for path in shared { root.node(at: path)?.isShared = true }
    }

    /// - Parameter path: relative to the tree's root. Only the initialiser and its callers write,
    ///   so a value that was handed on never changes.
    private func insert(_ path: FilePath) {
        var node = root
        for component in path.components {
            if let child = node.children[component] {
                node = child
            } else {
                let child = Node()
                node.children[component] = child
                node = child
            }
        }
        node.isFile = true
    }
}

extension OwnedFiles.Node {
    func node(at path: FilePath) -> OwnedFiles.Node? {
        var node: OwnedFiles.Node? = self
        for component in path.components { node = node?.children[component] }
        return node
    }

    /// Whether everything in a folder is this node's: its files, or byte code made from them. What is
    /// mounted there is nobody's: it must not move along.
    func owns(everythingIn folder: Directory) throws(PlatformError) -> Bool {
        try owns(everythingIn: folder, on: folder.mount())
    }

    private func owns(everythingIn folder: Directory, on mount: Int64) throws(PlatformError) -> Bool
    {
        for (name, kind) in try folder.entries() {
            guard try folder.isFolder(name, kind) else {
                if children[name]?.isOnlyOurs != true { return false }
                continue
            }
            let inner = try folder.directory(name)
            guard try inner.mount() == mount else { return false }
            if name == "__pycache__" {
                if try !owns(byteCodeIn: inner) { return false }
            } else if let child = children[name], !child.isShared,
                child.isFile || !child.children.isEmpty
            {
                if try !child.owns(everythingIn: inner, on: mount) { return false }
            } else {
                return false
            }
        }
        return true
    }

    /// Whether everything in the `__pycache__` of this node's folder is this node's.
    func owns(byteCodeIn cache: Directory) throws(PlatformError) -> Bool {
        for (name, kind) in try cache.entries() {
            if kind == .directory || !owns(byteCode: name) { return false }
        }
        return true
    }

    /// Whether a file in this folder's `__pycache__` is listed, or made from a listed source:
    /// `spam.cpython-311.opt-1.pyc` from `spam.py`.
    func owns(byteCode name: FilePath.Component) -> Bool {
        if let listed = children["__pycache__"]?.children[name], listed.isFile {
            return !listed.isShared
        }
        let text = name.string
        guard text.hasSuffix(".pyc"), let dot = text.firstIndex(of: "."),
            let source = FilePath.Component(text[..<dot] + ".py")
        else { return false }
        return children[source]?.isOnlyOurs == true
    }
}

extension Directory {
    /// Whether an entry is a folder, where the kind may be one that the file system didn't tell.
    func isFolder(_ name: FilePath.Component, _ kind: FileKind) throws(PlatformError) -> Bool {
        kind == .unknown ? try status(name)?.kind == .directory : kind == .directory
    }
}
