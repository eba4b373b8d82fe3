internal import Platform
internal import SystemPackage

/// Takes steps, and takes them back.
///
/// Both look first at what is there: a step that is done, by us before a crash, is done.
struct Mover {
    let tree: Handles
    private let places: StagePlaces
    private let main: Handles
    /// In the order of `places.sides`.
    private let sides: [Handles]
    private let spares: SpareDescriptors

    init(_ places: StagePlaces) throws(PlatformError) {
        spares = try SpareDescriptors(of: places.tree)
        self.places = places
        tree = Handles(places.tree)
        main = Handles(places.main.new)
        sides = places.sides.map { Handles($0.place.new) }
    }

    /// The stage for a path of the tree; see `StagePlaces.place`.
    private func stage(for path: FilePath) -> (new: Handles, old: Directory) {
        guard let side = places.side(for: path) else { return (main, places.main.old) }
        return (sides[side], places.sides[side].place.old)
    }

    func take(_ step: Step) throws(PlatformError) {
        try withFewerHandles { () throws(PlatformError) in try move(step) }
    }

    func takeBack(_ step: Step) throws(PlatformError) {
        try withFewerHandles { () throws(PlatformError) in try moveBack(step) }
    }

    /// Steps may be tried again. When the process has no descriptors left, the spare ones do.
    private func withFewerHandles(_ body: () throws(PlatformError) -> Void) throws(PlatformError) {
        do { try body() } catch
            where error.errno == .tooManyOpenFiles || error.errno == .tooManyOpenFilesInSystem
        {
            spares.release()
            for handles in [tree, main] + sides { handles.economize() }
            try body()
        }
    }

    private func move(_ step: Step) throws(PlatformError) {
        let (stage, old) = stage(for: step.path)
        switch step {
        case .place(let staged, let path):
            guard let (source, name) = try stage.parentIfPresent(of: staged),
                try source.status(name) != nil
            else { return }
            let (folder, target) = try tree.parent(of: path)
            try source.move(name, to: target, in: folder)

        case .swap(let staged, let path, let identity):
            let (source, name) = try stage.parent(of: staged)
            guard try source.status(name)?.inode == identity.inode else { return }
            let (folder, target) = try tree.parent(of: path)
            if try folder.status(target) == nil {
                try source.move(name, to: target, in: folder)
            } else {
                try source.rename(name, to: target, in: folder, .exchanging)
            }

        case .replace(let staged, let path, let kept):
            let (source, name) = try stage.parent(of: staged)
            guard try source.status(name) != nil else { return }
            let (folder, target) = try tree.parent(of: path)
            let spare = FilePath.Component(kept)!
            if try old.status(spare) == nil, try folder.status(target) != nil {
                try old.makeHardLink(spare, to: target, in: folder)
            }
            try source.rename(name, to: target, in: folder, .replacing)

        case .drop(let path, let kept):
            let spare = FilePath.Component(kept)!
            guard try old.status(spare) == nil,
                let (folder, name) = try tree.parentIfPresent(of: path)
            else { return }
            do { try folder.move(name, to: spare, in: old) } catch
                where error.errno == .noSuchFileOrDirectory
            {
                // Somebody else removed it: gone is what we want.
            }

        case .removeDirectory(let path, _):
            guard let (folder, name) = try tree.parentIfPresent(of: path) else { return }
            tree.forget()
            do { try folder.removeDirectory(name) } catch
                where error.errno == .noSuchFileOrDirectory || error.errno == .directoryNotEmpty
                || error.errno == .fileExists
            {
                // Gone, or somebody else put something in: theirs now.
            }
        }
    }

    private func moveBack(_ step: Step) throws(PlatformError) {
        let (stage, old) = stage(for: step.path)
        switch step {
        case .place(let staged, let path):
            let (source, name) = try stage.parent(of: staged)
            guard try source.status(name) == nil else { return }
            let (folder, target) = try tree.parent(of: path)
            try folder.move(target, to: name, in: source)

        case .swap(let staged, let path, let identity):
            let (source, name) = try stage.parent(of: staged)
            let (folder, target) = try tree.parent(of: path)
            guard try folder.status(target)?.inode == identity.inode else { return }
            if try source.status(name) == nil {
                try folder.move(target, to: name, in: source)
            } else {
                try folder.rename(target, to: name, in: source, .exchanging)
            }

        case .replace(let staged, let path, let kept):
            let spare = FilePath.Component(kept)!
            guard let kept = try old.status(spare) else { return }
            let (source, name) = try stage.parent(of: staged)
            let (folder, target) = try tree.parent(of: path)
            if try folder.status(target)?.identity == kept.identity {
                // Two names of one file: a rename between them would do nothing.
                try old.removeFile(spare)
                return
            }
            if try source.status(name) == nil {
                try source.makeHardLink(name, to: target, in: folder)
            }
            try old.rename(spare, to: target, in: folder, .replacing)

        case .drop(let path, let kept):
            let spare = FilePath.Component(kept)!
            guard try old.status(spare) != nil else { return }
            let (folder, name) = try tree.parent(of: path)
            try old.move(spare, to: name, in: folder)

        case .removeDirectory(let path, let mode):
            tree.forget()
            let (folder, name) = try tree.parent(of: path)
            do {
                try folder.makeDirectory(name, mode: mode)
                try folder.setMode(name, mode)
            } catch  where error.errno == .fileExists {}
        }
    }
}

extension FileStatus {
    /// What tells two entries that a step exchanges: they are on one file system, whose device may have
    /// another number since the journal was written. Disks are numbered anew at each start, btrfs at
    /// each mount.
    fileprivate var inode: UInt64 { identity.inode }
}

extension Directory {
    /// Moves an entry to where nothing is.
    ///
    /// Where the file system has no rename flags, we look first: the lock keeps other commands out,
    /// and what others write in that instant is lost to them as it always was.
    fileprivate func move(
        _ name: FilePath.Component, to target: FilePath.Component, in other: Directory
    ) throws(PlatformError) {
        do {
            try rename(name, to: target, in: other, .notReplacing)
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            if try other.status(target) != nil {
                throw .call("rename", path: other.path.appending(target), errno: .fileExists)
            }
            try rename(name, to: target, in: other, .replacing)
        }
    }
}
