internal import Platform
internal import SystemPackage
internal import Trees

/// Finds the steps that bring a stage into a tree: *move or recurse*.
///
/// Walks stage, owned files and tree side by side and only looks. A folder that can be moved whole
/// costs one step, whatever it holds.
struct Planner {
    let change: TreeChange
    let places: StagePlaces
    let abilities: Abilities
    let links: TreeLinks

    var steps: [Step] = []
    var conflicts: [Conflict] = []
    /// Files replaced though nobody owned them.
    var unowned: [FilePath] = []
    /// Files of others, and whose they are, if the change may have them.
    var takenOver: [FilePath: [String]] = [:]
    /// Files of others that are the same as the staged ones, and their modes: they stay, for both.
    var shared: [FilePath: UInt32] = [:]
    /// Staged folders whose content goes to another folder of the tree, by way of a link there.
    var redirected: [FilePath: FilePath] = [:]
    /// Staged entries that go into a folder whose group new ones inherit, and that group.
    var inheriting: [Inheritance] = []
    /// A part of the tree that lies on another mount and has no stage there yet: nothing below it was
    /// planned. `staged` is what comes there, in `new/`; nil when things only leave.
    var missingSide: (part: FilePath, staged: FilePath?)?
    /// Paths that hold what the stage brings, and the folders that something is put into.
    var arriving: Set<FilePath> = []
    var receiving: Set<FilePath> = []
    /// Of the former, those that are moved in, whole, and where they are staged.
    var moving: [FilePath: FilePath] = [:]
    /// What is staged below links of the tree: planned when all else is known.
    var detours: [Detour] = []
    var leaving: Set<FilePath> = []

    /// What the tree's file system can do; learnt by trying.
    struct Abilities: Equatable {
        /// `RENAME_EXCHANGE`.
        var exchanges = true
        /// Folders that can't be moved: lower layers of an overlay, mount points.
        var immovable: Set<FilePath> = []
    }

    init(change: TreeChange, places: StagePlaces, abilities: Abilities) {
        self.change = change
        self.places = places
        self.abilities = abilities
        links = TreeLinks(of: places.tree)
    }

    mutating func plan() throws {
        let root = try Place(tree: places.tree, path: "")
        if let staged = try stage(for: root, staged: "") {
            try merge(staged, "", into: root, owned: change.owned.root)
        }
        try planDetours()
        try remove((change.leaving ?? change.owned).root, from: root)
        steps = steps.inPhases()
    }

    /// A folder of the tree.
    struct Place {
        let tree: Directory
        let path: FilePath
        /// The group that new entries get, where the folder's set-gid bit says so.
        let group: UInt32?

        init(tree: Directory, path: FilePath) throws(PlatformError) {
            self.tree = tree
            self.path = path
            let status = try tree.status()
            group = status.mode & 0o2000 == 0 ? nil : status.group
        }
    }

    /// What is staged for a folder of the tree, where it can be renamed from; nil when no stage is on
    /// that mount yet.
    mutating func stage(for place: Place, staged: FilePath, from known: Directory? = nil)
        throws(PlatformError) -> Directory?
    {
        let stage = places.place(for: place.path)
        guard try place.tree.mount() == stage.mount else {
            missingSide = missingSide ?? (place.path, staged)
            return nil
        }
        if let known, try known.mount() == stage.mount { return known }
        return try places.staged(staged, in: stage)
    }

    mutating func merge(
        _ staged: Directory, _ stagedPath: FilePath, into place: Place, owned: OwnedFiles.Node?
    ) throws {
        receiving.insert(place.path)
        for name in try staged.entries().map(\.name).sorted(by: byBytes) {
            try add(name, to: place, from: staged, stagedPath, owned?.children[name])
        }
    }

    private mutating func add(
        _ name: FilePath.Component, to place: Place, from staged: Directory,
        _ stagedPath: FilePath, _ owned: OwnedFiles.Node?
    ) throws {
        let path = place.path.appending(name)
        let from = stagedPath.appending(name)
        guard let new = try staged.status(name) else { return }
        guard isInstallable(new.kind, path) else { return }
        if let first = moving[path] {
            try add(name, from: staged, from, beside: first, at: path)
            return
        }
        guard let old = try place.tree.status(name) else {
            move(from, to: path, place.group)
            steps.append(.place(staged: from, path: path))
            return
        }
        switch (old.kind, new.kind) {
        case (.directory, .directory):
            try merge(folder: name, of: place, from: staged, from, new, owned)
        case (.link, .directory):
            if isOwnLink(path, owned) {
                exchange(path, from, new, place.group)
            } else {
                detours.append(Detour(link: path, staged: staged, from: from))
            }
        case (.link, .link)
        where try place.tree.linkText(name) == staged.linkText(name):
            arriving.insert(path)
        case (.file, .file), (.file, .link), (.link, .file), (.link, .link):
            try replace(name, of: place, from: staged, from, new, owned)
        case (_, .directory), (.directory, _):
            // A file of the old version may become a folder, and the other way round.
            guard try isOwn(name, old.kind, in: place, owned) else { fallthrough }
            exchange(path, from, new, place.group)
        default:
            conflicts.append(
                Conflict(path: path, reason: .kindsDiffer(inTree: old.kind, staged: new.kind)))
        }
    }

    /// Whether a staged entry is of a kind that trees hold; else a conflict.
    mutating func isInstallable(_ kind: FileKind, _ path: FilePath) -> Bool {
        if [.file, .directory, .link].contains(kind) { return true }
        conflicts.append(Conflict(path: path, reason: .notInstallable(kind)))
        return false
    }

    private mutating func merge(
        folder name: FilePath.Component, of place: Place, from staged: Directory,
        _ from: FilePath, _ new: FileStatus, _ owned: OwnedFiles.Node?
    ) throws {
        let path = place.path.appending(name)
        let inner = try Place(tree: place.tree.directory(name), path: path)
        if canMove(path), abilities.exchanges,
            let replaced = try replaced(
                byExchanging: inner.tree, at: path, for: staged.directory(name), owned)
        {
            unowned += replaced
            move(from, to: path, inner.group ?? place.group)
            steps.append(.swap(staged: from, path: path, identity: new.identity))
        } else if let staged = try stage(for: inner, staged: from, from: staged.directory(name)) {
            try merge(staged, from, into: inner, owned: owned)
        }
    }

    /// Notes that a staged entry is moved in.
    mutating func move(_ from: FilePath, to path: FilePath, _ group: UInt32?) {
        arriving.insert(path)
        moving[path] = from
        if let group { inheriting.append(Inheritance(staged: from, path: path, group: group)) }
    }

    /// A link of the old version makes room for a folder, wherever it leads. What it leads to is not
    /// looked at.
    private func isOwnLink(_ path: FilePath, _ owned: OwnedFiles.Node?) -> Bool {
        owned?.isOnlyOurs == true && !isSkeleton(path)
    }

    /// Whether an entry, with all that is in it, is the old version's.
    private func isOwn(
        _ name: FilePath.Component, _ kind: FileKind, in place: Place, _ owned: OwnedFiles.Node?
    ) throws(PlatformError) -> Bool {
        guard let owned, !owned.isShared else { return false }
        if kind != .directory { return owned.isFile }
        guard canMove(place.path.appending(name)) else { return false }
        return try owned.owns(everythingIn: place.tree.directory(name))
    }

    /// One entry for another, of whatever kinds.
    private mutating func exchange(
        _ path: FilePath, _ from: FilePath, _ new: FileStatus, _ group: UInt32?
    ) {
        move(from, to: path, group)
        if abilities.exchanges {
            steps.append(.swap(staged: from, path: path, identity: new.identity))
        } else {
            steps.append(.drop(path: path, kept: String(steps.count)))
            steps.append(.place(staged: from, path: path))
        }
    }

    private mutating func replace(
        _ name: FilePath.Component, of place: Place, from staged: Directory, _ from: FilePath,
        _ new: FileStatus, _ owned: OwnedFiles.Node?
    ) throws {
        let path = place.path.appending(name)
        if owned?.isOnlyOurs != true, !isTrees(path) {
            let others = try change.ownersOf(path)
            if !others.isEmpty {
                if let mode = try place.tree.mode(of: name, ifSameAs: name, in: staged) {
                    shared[path] = mode
                    arriving.insert(path)
                    return
                }
                guard change.restored.contains(path) || take(path, from: others) else {
                    return
                }
            } else if owned?.isFile != true {
                unowned.append(path)
            }
        }
        move(from, to: path, place.group)
        steps.append(
            abilities.exchanges
                ? .swap(staged: from, path: path, identity: new.identity)
                : .replace(staged: from, path: path, kept: String(steps.count)))
    }

    /// Whether a file of others is taken over; else it is a conflict.
    private mutating func take(_ path: FilePath, from others: [String]) -> Bool {
        let keeping = others.filter { !change.mayTake($0) }
        guard keeping.isEmpty else {
            conflicts.append(
                Conflict(
                    path: path, reason: .ownedByAnother(package: keeping.joined(separator: ", "))))
            return false
        }
        takenOver[path] = others
        return true
    }

    func canMove(_ path: FilePath) -> Bool {
        !isSkeleton(path) && !abilities.immovable.contains(path)
    }

    /// The folders that make a tree a tree: they stay, even when the last package leaves.
    func isSkeleton(_ path: FilePath) -> Bool {
        Self.skeleton.contains(path) || path.lastComponent == "site-packages"
            || path.lastComponent == "dist-packages"
            || path.starts(with: "lib") && path.components.count == 2
                && path.lastComponent!.string.hasPrefix("py")
    }

    private static let skeleton: Set<FilePath> = [
        "bin", "lib", "lib64", "var", "var/lib", "var/lib/sage", "var/lib/sage/installed",
        "var/lib/sage/scripts", "var/lib/sage/wheels", "var/lib/sage/wheels/simple",
    ]
}

/// Names in the order of their bytes: the same plan on every machine.
func byBytes(_ one: FilePath.Component, _ other: FilePath.Component) -> Bool {
    one.withPlatformString { one in other.withPlatformString { other in precedes(one, other) } }
}

private func precedes(_ one: UnsafePointer<CChar>, _ other: UnsafePointer<CChar>) -> Bool {
    var at = 0
    while one[at] != 0 && one[at] == other[at] { at += 1 }
    return UInt8(bitPattern: one[at]) < UInt8(bitPattern: other[at])
}
