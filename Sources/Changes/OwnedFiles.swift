internal import Platform
public import SystemPackage

/// The files that the installed version of a package owns, as a tree of names.
///
/// Filled from a record or a RECORD, so the paths are checked before: relative to the tree's root,
/// without `..`.
public struct OwnedFiles: Sendable {
    /// One name; a file and a folder of the same name can both be listed by a broken record.
    final class Node: @unchecked Sendable {
        var children: [FilePath.Component: Node] = [:]
        var isFile = false
    }

    let root = Node()

    public init(_ paths: some Sequence<FilePath> = []) {
        for path in paths { insert(path) }
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
    /// Whether everything in a folder is this node's: its files, or byte code made from them. What is
    /// mounted there is nobody's: it must not move along.
    func owns(everythingIn folder: Directory) throws(PlatformError) -> Bool {
        try owns(everythingIn: folder, on: folder.mount())
    }

    private func owns(everythingIn folder: Directory, on mount: Int64) throws(PlatformError) -> Bool
    {
        for (name, kind) in try folder.entries() {
            guard try folder.isFolder(name, kind) else {
                if children[name]?.isFile != true { return false }
                continue
            }
            let inner = try folder.directory(name)
            guard try inner.mount() == mount else { return false }
            if name == "__pycache__" {
                if try !owns(byteCodeIn: inner) { return false }
            } else if let child = children[name], child.isFile || !child.children.isEmpty {
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
        if children["__pycache__"]?.children[name]?.isFile == true { return true }
        let text = name.string
        guard text.hasSuffix(".pyc"), let dot = text.firstIndex(of: "."),
            let source = FilePath.Component(text[..<dot] + ".py")
        else { return false }
        return children[source]?.isFile == true
    }
}

extension Directory {
    /// Whether an entry is a folder, where the kind may be one that the file system didn't tell.
    func isFolder(_ name: FilePath.Component, _ kind: FileKind) throws(PlatformError) -> Bool {
        kind == .unknown ? try status(name)?.kind == .directory : kind == .directory
    }
}
