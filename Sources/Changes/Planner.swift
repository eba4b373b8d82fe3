internal import Platform
internal import SystemPackage
internal import Trees

/// Finds the steps that bring a stage into a tree: *move or recurse* (design.md, section 5).
///
/// Walks stage, owned files and tree side by side and only looks. A folder that can be moved whole
/// costs one step, whatever it holds.
struct Planner {
    let change: TreeChange
    let places: StagePlaces
    private let abilities: Abilities

    private(set) var steps: [Step] = []
    private(set) var conflicts: [Conflict] = []
    /// Files replaced though nobody owned them.
    private(set) var unowned: [FilePath] = []
    /// Files of others, and whose they are, if the change may have them.
    private(set) var takenOver: [FilePath: String] = [:]
    /// A part of the tree that lies on another mount and has no stage there yet: nothing below it was
    /// planned. `staged` is what comes there, in `new/`; nil when things only leave.
    private(set) var missingSide: (part: FilePath, staged: FilePath?)?
    /// Paths that something new takes, and the folders that it is put into.
    private var arriving: Set<FilePath> = []
    private var receiving: Set<FilePath> = []
    private var leaving: Set<FilePath> = []

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
    }

    mutating func plan() throws {
        let root = Place(tree: places.tree, path: "")
        if let staged = try stage(for: root, staged: "") {
            try merge(staged, "", into: root, owned: change.owned.root)
        }
        try remove((change.leaving ?? change.owned).root, from: root)
        steps = steps.inPhases()
    }

    /// A folder of the tree.
    private struct Place {
        let tree: Directory
        let path: FilePath
    }

    /// What is staged for a folder of the tree, where it can be renamed from; nil when no stage is on
    /// that mount yet.
    private mutating func stage(for place: Place, staged: FilePath, from known: Directory? = nil)
        throws(PlatformError) -> Directory?
    {
        let stage = places.place(for: place.path)
        guard try place.tree.mount() == stage.mount else {
            missingSide = missingSide ?? (place.path, staged)
            return nil
        }
        if let known, try known.mount() == stage.mount { return known }
        return try stage.new.descend(staged)
    }

    // MARK: What arrives

    private mutating func merge(
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
        guard [.file, .directory, .link].contains(new.kind) else {
            conflicts.append(Conflict(path: path, reason: .notInstallable(new.kind)))
            return
        }
        guard let old = try place.tree.status(name) else {
            arriving.insert(path)
            steps.append(.place(staged: from, path: path))
            return
        }
        switch (old.kind, new.kind) {
        case (.directory, .directory):
            let folder = try place.tree.directory(name)
            if canMove(path), abilities.exchanges,
                let replaced = try replaced(
                    byExchanging: folder, at: path, for: staged.directory(name), owned)
            {
                unowned += replaced
                arriving.insert(path)
                steps.append(.swap(staged: from, path: path, identity: new.identity))
            } else {
                let inner = Place(tree: folder, path: path)
                if let staged = try stage(
                    for: inner, staged: from, from: staged.directory(name))
                {
                    try merge(staged, from, into: inner, owned: owned)
                }
            }
        case (.link, .directory):
            let text = try place.tree.linkText(name)
            guard let target = try resolve(text, from: place.path) else {
                conflicts.append(Conflict(path: path, reason: .linkLeadsOut(to: text)))
                return
            }
            if let staged = try stage(for: target, staged: from, from: staged.directory(name)) {
                try merge(
                    staged, from, into: target, owned: change.owned.root.node(at: target.path))
            }
        case (.link, .link)
        where try place.tree.linkText(name) == staged.linkText(name):
            arriving.insert(path)
        case (.file, .file), (.file, .link), (.link, .file), (.link, .link):
            try replace(path, from, new, owned)
        case (_, .directory), (.directory, _):
            // A file of the old version may become a folder, and the other way round.
            guard abilities.exchanges, try isOwn(name, old.kind, in: place, owned) else {
                fallthrough
            }
            arriving.insert(path)
            steps.append(.swap(staged: from, path: path, identity: new.identity))
        default:
            conflicts.append(
                Conflict(path: path, reason: .kindsDiffer(inTree: old.kind, staged: new.kind)))
        }
    }

    /// Whether an entry, with all that is in it, is the old version's.
    private func isOwn(
        _ name: FilePath.Component, _ kind: FileKind, in place: Place, _ owned: OwnedFiles.Node?
    ) throws(PlatformError) -> Bool {
        guard let owned else { return false }
        if kind != .directory { return owned.isFile }
        guard canMove(place.path.appending(name)) else { return false }
        return try owned.owns(everythingIn: place.tree.directory(name))
    }

    private mutating func replace(
        _ path: FilePath, _ from: FilePath, _ new: FileStatus, _ owned: OwnedFiles.Node?
    ) throws {
        if owned?.isFile != true, !isTrees(path) {
            if let package = try change.ownerOf(path) {
                guard change.overwrites else {
                    conflicts.append(
                        Conflict(path: path, reason: .ownedByAnother(package: package)))
                    return
                }
                takenOver[path] = package
            } else {
                unowned.append(path)
            }
        }
        arriving.insert(path)
        steps.append(
            abilities.exchanges
                ? .swap(staged: from, path: path, identity: new.identity)
                : .replace(staged: from, path: path, kept: String(steps.count)))
    }

    /// The folder inside the tree that a link there leads to; nil if there is none.
    ///
    /// The text is followed by name only, and every folder on the way is opened without following
    /// links: a link can't lead further than it says.
    private func resolve(_ text: FilePath, from folder: FilePath) throws(PlatformError) -> Place? {
        guard text.isRelative else { return nil }
        let path = folder.pushing(text).lexicallyNormalized()
        guard path.isRelative, !path.components.starts(with: [".."]) else { return nil }
        var directory = places.tree
        for name in path.components {
            guard try directory.status(name)?.kind == .directory else { return nil }
            directory = try directory.directory(name)
        }
        return Place(tree: directory, path: path)
    }

    // MARK: What leaves

    /// - Returns: whether every entry of the folder leaves.
    @discardableResult
    private mutating func remove(_ owned: OwnedFiles.Node, from place: Place)
        throws(PlatformError) -> Bool
    {
        var everything = !receiving.contains(place.path)
        for (name, kind) in try candidates(owned, in: place) {
            let path = place.path.appending(name)
            var leaves = false
            if !arriving.contains(path) {
                if try place.tree.isFolder(name, kind) {
                    leaves = try remove(folder: name, owned, from: place)
                } else if let child = owned.children[name] {
                    leaves = try remove(file: name, child, from: place)
                }
            }
            everything = everything && leaves
        }
        return everything
    }

    /// What may leave a folder, in order: everything that is there; of a folder that stays anyhow, and
    /// may hold thousands of other packages' files, only what is owned or byte code.
    private func candidates(_ owned: OwnedFiles.Node, in place: Place) throws(PlatformError)
        -> [(name: FilePath.Component, kind: FileKind)]
    {
        guard isSkeleton(place.path) else {
            return try place.tree.entries().sorted { byBytes($0.name, $1.name) }
        }
        var found: [(name: FilePath.Component, kind: FileKind)] = []
        for name in Set(owned.children.keys).union(["__pycache__"]).sorted(by: byBytes) {
            if let kind = try place.tree.status(name)?.kind { found.append((name, kind)) }
        }
        return found
    }

    private mutating func remove(
        file name: FilePath.Component, _ owned: OwnedFiles.Node, from place: Place
    ) throws(PlatformError) -> Bool {
        if owned.isFile {
            drop(place.path.appending(name))
            return true
        }
        // A record may name files by way of a link to a folder: `lib64/x` for `lib/x`.
        if let text = try? place.tree.linkText(name),
            let target = try resolve(text, from: place.path)
        {
            try remove(owned, from: target)
        }
        return false
    }

    private mutating func remove(
        folder name: FilePath.Component, _ owned: OwnedFiles.Node, from place: Place
    ) throws(PlatformError) -> Bool {
        let isByteCode = name == "__pycache__"
        let child = owned.children[name]
        // An owned folder without children was installed empty.
        guard isByteCode || child?.children.isEmpty == false || child?.isFile == true else {
            return false
        }
        let path = place.path.appending(name)
        let folder = try place.tree.directory(name)
        if try folder.mount() != places.place(for: path).mount {
            missingSide = missingSide ?? (path, nil)
            return false
        }
        if canMove(path), !receiving.contains(path) {
            let whole =
                isByteCode
                ? try owned.owns(byteCodeIn: folder) : try child!.owns(everythingIn: folder)
            if whole {
                drop(path)
                return true
            }
        }
        let emptied =
            isByteCode
            ? try removeByteCode(of: owned, from: Place(tree: folder, path: path))
            : try remove(child!, from: Place(tree: folder, path: path))
        guard emptied, !isSkeleton(path) else { return false }
        steps.append(.removeDirectory(path: path, mode: try folder.status().mode))
        return true
    }

    /// Byte code goes with its source: listed by nobody, it would shadow the next version.
    private mutating func removeByteCode(of owned: OwnedFiles.Node, from cache: Place)
        throws(PlatformError) -> Bool
    {
        var everything = !receiving.contains(cache.path)
        for name in try cache.tree.entries().map(\.name).sorted(by: byBytes) {
            let path = cache.path.appending(name)
            if !arriving.contains(path), owned.owns(byteCode: name) {
                drop(path)
            } else {
                everything = false
            }
        }
        return everything
    }

    private mutating func drop(_ path: FilePath) {
        // Two spellings of one path, one by way of a link, would drop it twice.
        guard !arriving.contains(path), leaving.insert(path).inserted else { return }
        steps.append(.drop(path: path, kept: String(steps.count)))
    }

    private func canMove(_ path: FilePath) -> Bool {
        !isSkeleton(path) && !abilities.immovable.contains(path)
    }

    /// The folders that make a tree a tree: they stay, even when the last package leaves.
    private func isSkeleton(_ path: FilePath) -> Bool {
        Self.skeleton.contains(path) || path.lastComponent == "site-packages"
            || path.starts(with: "lib") && path.components.count == 2
                && path.lastComponent!.string.hasPrefix("py")
    }

    private static let skeleton: Set<FilePath> = [
        "bin", "lib", "lib64", "var", "var/lib", "var/lib/sage", "var/lib/sage/installed",
        "var/lib/sage/scripts", "var/lib/sage/wheels", "var/lib/sage/wheels/simple",
    ]
}

/// Names in the order of their bytes: the same plan on every machine.
private func byBytes(_ one: FilePath.Component, _ other: FilePath.Component) -> Bool {
    one.withPlatformString { one in other.withPlatformString { other in precedes(one, other) } }
}

private func precedes(_ one: UnsafePointer<CChar>, _ other: UnsafePointer<CChar>) -> Bool {
    var at = 0
    while one[at] != 0 && one[at] == other[at] { at += 1 }
    return UInt8(bitPattern: one[at]) < UInt8(bitPattern: other[at])
}

extension OwnedFiles.Node {
    func node(at path: FilePath) -> OwnedFiles.Node? {
        var node: OwnedFiles.Node? = self
        for component in path.components { node = node?.children[component] }
        return node
    }
}
