internal import Glibc
internal import Platform
internal import SystemPackage
internal import Trees

// Where packages of a tree are built.
//
//     SAGE_BUILD_DIR/NAME-VER             where that is set
//     TREE/var/tmp/sage/build/NAME-VER    in the tree, if it is ours
//     CACHE/spkg/trees/TREE-DIGEST/       with SAGE_SUDO: a folder for each tree
//       NAME-VER/                         the build
//       .NAME.lock                        one build of a package at a time
//       .stage/                           what is on its way into the tree; see `TreeTransaction`

extension Settings {
    /// Nothing is made by naming it.
    ///
    /// - Throws: `InstallError.noBuildFolder` when the tree is another user's and we have no folder of
    ///   our own: a name that others can guess, in a folder that they can write, is none.
    func builds(of tree: Tree) throws(InstallError) -> FilePath {
        if let buildFolder { return buildFolder }
        if sudo.isEmpty { return tree.builds }
        guard let cache else { throw .noBuildFolder(tree: tree.root) }
        // Distributions have packages of the same name; two trees of one name are told apart.
        let name = tree.root.lastComponent?.string ?? "root"
        let digest = Digest(of: tree.root.string.utf8).hex.prefix(16)
        return cache.appending("trees").appending("\(name)-\(digest)")
    }

    /// The same folder, made if it isn't there.
    ///
    /// - Throws: `InstallError.unsafeFolder` when it is there and others can change what we build.
    func makeBuilds(of tree: Tree) throws -> FilePath {
        let folder = try builds(of: tree)
        guard buildFolder == nil, !sudo.isEmpty else {
            try makeDirectories(folder)
            return folder
        }
        // Another user than root, for whom SAGE_SUDO may stand, must be able to pass.
        try makeDirectories(folder, mode: 0o711)
        for folder in [folder.removingLastComponent(), folder] {
            guard let found = try status(folder), found.kind == .directory,
                found.user == geteuid(), found.mode & 0o022 == 0
            else { throw InstallError.unsafeFolder(folder) }
        }
        return folder
    }
}
