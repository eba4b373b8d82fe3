internal import Platform
internal import SystemPackage

// When a folder of the tree may go as a whole, because a staged one takes its place: one rename,
// whatever it holds.

extension Planner {
    /// What a folder has that nobody owns and the stage brings anew, if the folder may be exchanged for
    /// the staged one: because all that is in it is the old version's, or comes again. Nil if not.
    func replaced(
        byExchanging folder: Directory, at path: FilePath, for staged: Directory,
        _ owned: OwnedFiles.Node?
    ) throws -> [FilePath]? {
        if change.leaving == nil, let owned, try owned.owns(everythingIn: folder) { return [] }
        // Folders that nobody owns may have been given rights of their own.
        let (old, new) = (try folder.status(), try staged.status())
        guard (old.mode, old.user, old.group) == (new.mode, new.user, new.group) else { return nil }
        let coming = Dictionary(
            uniqueKeysWithValues: try staged.entries().map { ($0.name, $0.kind) })
        var found: [FilePath] = []
        for (name, kind) in try folder.entries() {
            let inner = path.appending(name)
            guard let newKind = coming[name] else { return nil }
            switch (kind, newKind) {
            case (.directory, .directory):
                let folder = try folder.directory(name)
                guard try folder.mount() == places.place(for: path).mount,
                    let more = try replaced(
                        byExchanging: folder, at: inner, for: staged.directory(name),
                        owned?.children[name])
                else { return nil }
                found += more
            case (.file, .file), (.file, .link), (.link, .file), (.link, .link):
                if owned?.children[name]?.isOnlyOurs == true || isTrees(inner) { continue }
                // Refused, shared, or taken over, one by one.
                if try !change.ownersOf(inner).isEmpty { return nil }
                found.append(inner)
            default: return nil
            }
        }
        return found
    }

    /// Wheel store, index and records are the tree's own: they have no owner and no surprise.
    func isTrees(_ path: FilePath) -> Bool {
        path.starts(with: "var/lib/sage") || path.starts(with: "etc/spkg")
    }
}
