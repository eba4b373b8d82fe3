internal import Platform
internal import SystemPackage
internal import Trees

// What is staged below a link of the tree (`lib64/x`, where the tree has `lib64 → lib`) goes to the
// folder that the link leads to, where the stage may bring more by the folder's own name.

extension Planner {
    /// A staged folder where the tree has a link.
    struct Detour {
        /// In the tree.
        let link: FilePath
        /// The folder that holds the staged one.
        let staged: Directory
        /// In `new/`.
        let from: FilePath
    }

    mutating func planDetours() throws {
        while !detours.isEmpty { try plan(detours.removeFirst()) }
    }

    private mutating func plan(_ detour: Detour) throws {
        let name = detour.from.lastComponent!
        guard let target = try links.folder(detour.link),
            // A link on the way that the change itself takes away leads nowhere soon.
            try !target.links.contains(where: { moving[$0] != nil }) && staysFolder(target.path)
        else {
            let text = try places.tree.descend(detour.link.removingLastComponent())
                .linkText(detour.link.lastComponent!)
            conflicts.append(Conflict(path: detour.link, reason: .linkLeadsOut(to: text)))
            return
        }
        redirected[detour.from] = target.path
        // Nothing above may be taken away whole.
        var above = target.path
        while receiving.insert(above).inserted, !above.isEmpty { above.removeLastComponent() }
        let staged = try detour.staged.directory(name)
        if let (first, rest) = arrived(target.path) {
            let first = first.pushing(rest)
            try merge(staged, detour.from, beside: first, at: target.path)
            return
        }
        let place = try Place(tree: target.directory, path: target.path)
        if let staged = try stage(for: place, staged: detour.from, from: staged) {
            try merge(
                staged, detour.from, into: place, owned: change.owned.root.node(at: target.path))
        }
    }

    /// Whether a folder of the tree is one after the change, too.
    private func staysFolder(_ path: FilePath) throws(PlatformError) -> Bool {
        guard let (first, rest) = arrived(path), let name = first.lastComponent else { return true }
        var folder = try places.place(for: path).new.descend(first.removingLastComponent())
        for name in [name] + rest.components {
            guard try folder.status(name)?.kind == .directory else { return false }
            folder = try folder.directory(name)
        }
        return true
    }

    /// Where a folder that something was planned to move in, or that is in such a folder, is staged,
    /// and what is left of the path below that.
    private func arrived(_ path: FilePath) -> (staged: FilePath, rest: FilePath)? {
        var above = path
        var rest: [FilePath.Component] = []
        while let name = above.lastComponent {
            if let staged = moving[above] { return (staged, FilePath(root: nil, rest)) }
            rest.insert(name, at: 0)
            above.removeLastComponent()
        }
        return nil
    }

    /// Adds what is staged under a second name of a folder to what comes there already.
    private mutating func merge(
        _ staged: Directory, _ from: FilePath, beside first: FilePath, at path: FilePath
    ) throws {
        for name in try staged.entries().map(\.name).sorted(by: byBytes) {
            let inner = path.appending(name)
            guard let kind = try staged.status(name)?.kind, isInstallable(kind, inner) else {
                continue
            }
            try add(
                name, from: staged, from.appending(name),
                beside: moving[inner] ?? first.appending(name), at: inner)
        }
    }

    /// - Parameter first: where something may be staged that goes to the same path.
    mutating func add(
        _ name: FilePath.Component, from staged: Directory, _ from: FilePath,
        beside first: FilePath, at path: FilePath
    ) throws {
        let stage = places.place(for: path)
        let folder = try stage.new.descend(first.removingLastComponent())
        let other = first.lastComponent!
        switch (try folder.status(other)?.kind, try staged.status(name)?.kind) {
        case (nil, _):
            move(from, to: path, nil)
            steps.append(.place(staged: from, path: path))
        case (.directory, .directory):
            try merge(staged.directory(name), from, beside: first, at: path)
        case (.link, .link) where try folder.linkText(other) == staged.linkText(name): break
        case (.file, .file) where try folder.mode(of: other, ifSameAs: name, in: staged) != nil:
            break
        default: conflicts.append(Conflict(path: path, reason: .stagedTwice(from, first)))
        }
    }
}

extension Directory {
    /// The mode of a file if another has the same content and may be executed by the same: then one
    /// can stand for both.
    func mode(
        of name: FilePath.Component, ifSameAs other: FilePath.Component, in folder: Directory
    ) throws(PlatformError) -> UInt32? {
        guard let one = try status(name), let two = try folder.status(other),
            one.kind == .file, two.kind == .file, one.size == two.size,
            one.mode & 0o111 == two.mode & 0o111
        else { return nil }
        let digest = try Digest(ofFile: file(name, .read))
        return try Digest(ofFile: folder.file(other, .read)) == digest ? one.mode : nil
    }
}
