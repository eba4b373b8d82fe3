internal import Platform
internal import SystemPackage
internal import Trees

// What of the old version leaves: what the stage doesn't bring again and no other package lists.

extension Planner {
    mutating func removeRecords() throws(PlatformError) {
        let path = Tree.Place.installed
        guard let owned = change.owned.root.node(at: path),
            let installed = try? places.tree.descend(path)
        else { return }
        try remove(owned, from: Place(tree: installed, path: path))
    }

    /// - Returns: whether every entry of the folder leaves.
    @discardableResult
    mutating func remove(_ owned: OwnedFiles.Node, from place: Place)
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
                    leaves = remove(file: name, child, from: place)
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
    ) -> Bool {
        guard owned.isOnlyOurs else { return false }
        drop(place.path.appending(name))
        return true
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
        if canMove(path), !receiving.contains(path), child?.isShared != true {
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
        guard emptied, !isSkeleton(path), child?.isShared != true else { return false }
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

    mutating func drop(_ path: FilePath) {
        // Two spellings of one path, one by way of a link, would drop it twice.
        guard !arriving.contains(path), leaving.insert(path).inserted else { return }
        steps.append(.drop(path: path, kept: String(steps.count)))
    }
}
