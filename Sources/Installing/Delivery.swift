internal import Changes
internal import Glibc
internal import Platform
internal import SystemPackage
internal import Trees

/// Where the new content of a package is put together before it goes into its tree.
///
/// Usually a stage in the tree. With SAGE_SUDO the tree is another user's: then a folder of our own,
/// from which a `spkg merge` with those rights takes it (design.md, section 9).
struct Delivery {
    /// In the layout of the tree.
    let new: Directory
    private let own: OwnStage?
    private let installer: Installer
    private let tree: Tree
    private let label: String

    /// - Parameter label: the package's name.
    init(to tree: Tree, label: String, _ installer: Installer) throws {
        if installer.settings.sudo.isEmpty {
            let stage = try Stage(in: tree, label: label)
            new = stage.new
            own = OwnStage(stage)
        } else {
            let folder = installer.settings.builds(of: tree)
                .appending(".\(label)-\(getpid()).stage")
            try removeTree(folder)
            try makeDirectories(folder, mode: 0o755)
            new = try Directory(opening: folder)
            own = nil
        }
        self.installer = installer
        self.tree = tree
        self.label = label
    }

    /// Brings it into the tree, where it takes the place of what is there of the same package.
    func commit(
        _ title: String, _ options: InstallOptions, owned: () throws -> OwnedByPackage
    ) throws {
        if let own {
            try installer.committing(to: tree).commit(
                own.stage, title: title, label: label, keepsOld: options.keepsExisting,
                overwrites: options.overwrites, owned: owned)
        } else {
            try installer.mergeBySudo(new.path, into: tree, package: label, options)
            try removeTree(new.path)
        }
    }

    /// A stage that ends with the last reference.
    private final class OwnStage {
        let stage: Stage

        init(_ stage: consuming Stage) { self.stage = stage }
    }
}
