internal import Changes
internal import Locks
internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees

/// Where the new content of a package is put together before it goes into its tree.
///
/// Usually a stage in the tree. With SAGE_SUDO the tree is another user's: then a stage in a folder of
/// our own, from which a `spkg merge` with those rights takes it.
struct Delivery {
    /// In the layout of the tree.
    var new: Directory { own.stage.new }
    private let own: OwnStage
    private let installer: Installer
    private let tree: Tree
    private let label: String

    /// - Parameter label: the package's name.
    init(to tree: Tree, label: String, _ installer: Installer) throws {
        let place = installer.settings.sudo.isEmpty ? tree : try Self.privatePlace(tree, installer)
        own = OwnStage(try Stage(in: place, label: label))
        self.installer = installer
        self.tree = tree
        self.label = label
    }

    /// For stages alone, so that they are swept like those of a tree when their process was killed.
    private static func privatePlace(_ tree: Tree, _ installer: Installer) throws -> Tree {
        let place = Tree(try installer.settings.makeBuilds(of: tree).appending(".stage"))
        if let lock = try Lock(place.pipLock).takeIfFree() {
            try Changes.recover(place, holding: lock)
        }
        return place
    }

    /// Brings it into the tree, where it takes the place of what is there of the same package.
    func commit(
        _ title: String, _ options: InstallOptions, owned: () throws -> OwnedByPackage
    ) throws {
        if installer.settings.sudo.isEmpty {
            try installer.committing(to: tree).commit(
                own.stage, title: title, label: label, keepsOld: options.keepsExisting,
                takeover: options.takeover(by: label), owned: owned)
        } else {
            let owned = try owned()
            try installer.mergeBySudo(
                new.path, into: tree, package: owned.packages.first,
                replacing: Array(owned.packages.dropFirst()), options)
        }
    }

    /// Brings it into the tree, where it takes the place of these distributions.
    func commit(_ title: String, distributions: Set<DistributionName>) throws {
        if installer.settings.sudo.isEmpty {
            try installer.committing(to: tree).commit(own.stage, title: title, label: label) {
                try OwnedByPackage(distributions: distributions, in: tree)
            }
        } else {
            try installer.mergeBySudo(
                new.path, into: tree, package: nil,
                distributions: distributions.map(\.normalized).sorted())
        }
    }

    /// Brings it into the tree as what an installed package, or the tree itself, should have there.
    ///
    /// - Parameter record: the package's, as it is in the tree; nil for the tree's interpreter.
    func restore(_ title: String, _ record: InstalledRecord?) throws {
        if installer.settings.sudo.isEmpty {
            try installer.committing(to: tree).commit(own.stage, title: title, label: label) {
                try Restoration(tree: tree, record: record).owned(staged: new)
            }
        } else {
            try installer.mergeBySudo(
                new.path, into: tree, package: record?.name, isRestoring: true)
        }
    }

    /// Brings it into the tree as nobody's: nothing there is taken for the stage's own.
    func commitUnowned(_ title: String) throws {
        if installer.settings.sudo.isEmpty {
            try installer.committing(to: tree).commit(own.stage, title: title, label: label) {
                .nothing
            }
        } else {
            try installer.mergeBySudo(new.path, into: tree, package: nil)
        }
    }

    /// A stage that ends with the last reference.
    private final class OwnStage {
        let stage: Stage

        init(_ stage: consuming Stage) { self.stage = stage }
    }
}
