internal import Changes
internal import Locks
internal import Platform
internal import SystemPackage
public import Trees
public import Wheels

/// The simple repository over a tree's own wheel store.
///
/// Installs and uninstalls keep it right by themselves; this proves it, and mends what somebody has
/// changed by hand.
public struct StoreRepository: Sendable {
    let tree: Tree
    let settings: TreeSettings
    let reporting: Reporting

    public init(of tree: Tree, settings: TreeSettings, reporting: Reporting) {
        self.tree = tree
        self.settings = settings
        self.reporting = reporting
    }

    /// Where pages are not as the wheels say; reads everything, writes nothing. Nil when the tree has
    /// no wheel store yet.
    public func check() throws -> SimpleRepository? {
        let isFine: (SimpleRepository?) -> Bool = { $0?.differences.isEmpty ?? true }
        return try lookSteadily(at: [tree], settings, isFine: isFine) {
            guard try status(tree.wheels) != nil else { return nil }
            return try SimpleRepository.check(tree.wheels, record: .rewrite)
        }
    }

    /// Brings the pages up to date as one change of the tree.
    ///
    /// The wheels are read without the pip lock. Under the lock it is seen whether the store is still
    /// the one that was read; if not, it is read again.
    ///
    /// - Returns: what was not as it should be; nil when the tree has no wheel store yet.
    public func update() throws -> SimpleRepository? {
        try TreeWriter(of: tree, settings, reporting).settleIfOpen()
        // Mostly there is nothing to do, and a tree that can't be written is no trouble then.
        while let found = try check() {
            if found.differences.isEmpty { return found }
            let before = try content()
            let stage = try Stage(in: tree, label: "index")
            let repository = try WheelStore(of: tree).restore(to: stage.new)
            if settings.isDurable { try stage.sync() }
            guard let plan = try commit(stage, repository, unlessChangedFrom: before) else {
                continue
            }
            if !plan.isEmpty {
                TreeWriter(of: tree, settings, reporting).finish(stage, tree.root.string)
            }
            return repository
        }
        return nil
    }

    /// - Returns: nil, with nothing changed, if the store is another than `before`.
    private func commit(
        _ stage: borrowing Stage, _ repository: SimpleRepository,
        unlessChangedFrom before: Set<Entry>
    ) throws -> ChangePlan? {
        let writer = TreeWriter(of: tree, settings, reporting)
        let lock = try writer.takeLock()
        try writer.settle(holding: lock)
        guard try content() == before else { return nil }
        let gone = repository.leftOver.flatMap { path in
            [path, path.appending("index.html"), path.appending("index.json")]
        }
        let change = TreeChange(
            title: "bring the package repository up to date",
            owned: OwnedFiles(gone.map { Tree.Place.wheels.pushing($0) }))
        return try change.commit(
            stage, durable: settings.isDurable, holding: lock, noting: writer.history)
    }

    private struct Entry: Hashable {
        let path: FilePath
        let identity: FileIdentity
        let changed: FileTime
    }

    /// Every file of the store, as far as its times tell.
    private func content() throws -> Set<Entry> {
        var entries: Set<Entry> = []
        try add(Directory(opening: tree.wheels), "", to: &entries)
        return entries
    }

    private func add(_ folder: Directory, _ path: FilePath, to entries: inout Set<Entry>) throws {
        for (name, _) in try folder.entries() {
            guard let status = try folder.status(name) else { continue }
            let path = path.appending(name)
            entries.insert(
                Entry(path: path, identity: status.identity, changed: status.changed))
            if status.kind == .directory { try add(folder.directory(name), path, to: &entries) }
        }
    }
}
