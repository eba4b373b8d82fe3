public import Locks
internal import Platform
public import SystemPackage

extension SimpleRepository {
    /// Brings the repository of any folder up to date, and says what was not as it should be.
    ///
    ///     FOLDER/.simple.lock             held meanwhile, never deleted
    ///     FOLDER/.simple.stage/           removed in the end; left by a run that was killed, it is
    ///       simple/ metadata/             removed by the next
    ///
    /// Pages that are missing or changed are written beside the old ones, all of them before the
    /// first is put in place by a rename: METADATA, then projects, then the root page; what is left
    /// over is removed last. So a reader finds each page old or new, whole, and no link before what
    /// it leads to. A run that is killed in between leaves some pages old; the next does the rest.
    /// Where there were no pages yet, all appear at once.
    ///
    /// - Parameters:
    ///   - durable: wait until the new pages are on disk before the exchange, and then for that.
    ///   - announce: called when another process updates the same folder.
    /// - Throws: `WheelError`, naming each wheel that can't be listed; the pages stay as they were.
    public static func update(
        _ folder: FilePath, record policy: RecordPolicy, durable: Bool,
        announce: (LockWait) -> Void
    ) throws(WheelError) -> SimpleRepository {
        // Before anything is written: this may be the wrong folder.
        let first = try WheelFolder(folder)
        if first.wheels.isEmpty && !first.hasPages { throw .noWheels(folder: folder) }
        let lock = try lock(folder, announce: announce)
        return try update(folder, record: policy, durable: durable, holding: lock)
    }

    private static func lock(_ folder: FilePath, announce: (LockWait) -> Void)
        throws(WheelError) -> HeldLock
    {
        do {
            return try Lock(folder.appending(".simple.lock")).take(announce: announce)
        } catch {
            throw .locked(error)
        }
    }

    private static func update(
        _ folder: FilePath, record policy: RecordPolicy, durable: Bool,
        holding lock: borrowing HeldLock
    ) throws(WheelError) -> SimpleRepository {
        let wheels = try WheelFolder(folder)
        let writer = try RepositoryWriter(in: wheels.directory)
        defer { try? wheels.directory.removeTree(RepositoryWriter.name) }
        let repository = try SimpleRepository(
            wheels, record: policy, trustingPagesBefore: writer.start, metadata: writer.write)
        if repository.differences.isEmpty {
            try writer.confirm(repository)
        } else {
            try writer.write(repository, durable: durable)
        }
        return repository
    }
}

/// Writes the files of a repository beside their places, and then puts them there.
private struct RepositoryWriter: Sendable {
    static let name: FilePath.Component = ".simple.stage"

    private let folder: Directory
    private let stage: Directory
    private let metadata: Directory
    /// Before any wheel was read, by the clock of the folder's file system.
    let start: FileTime

    init(in folder: Directory) throws(WheelError) {
        do {
            try folder.removeTree(Self.name)
            try folder.makeDirectory(Self.name)
            stage = try folder.directory(Self.name)
            metadata = try stage.directory(makingIfAbsent: "metadata")
            start = try stage.status().modified
        } catch {
            throw .platform(error)
        }
        self.folder = folder
    }

    /// A METADATA file, until it may go beside its wheel.
    func write(_ name: String, _ bytes: [UInt8]) throws(WheelError) {
        do { try metadata.write(name, bytes) } catch { throw .platform(error) }
    }

    func write(_ repository: SimpleRepository, durable: Bool) throws(WheelError) {
        try stage.write(pagesOf: repository, time: start)
        do {
            if durable { try stage.syncFileSystem() }
            for (name, _) in try metadata.entries() {
                try metadata.rename(name, to: name, in: folder, .replacing)
            }
            try placePages()
            for path in repository.leftOver {
                try removeTree(folder.path.pushing(path))
            }
            if durable { try folder.syncFileSystem() }
        } catch {
            throw .platform(error)
        }
        try confirm(repository)
    }

    private func placePages() throws(PlatformError) {
        let name = WheelFolder.pages
        guard try stage.status(name) != nil else { return }
        guard try folder.status(name) != nil else {
            return try stage.rename(name, to: name, in: folder, .replacing)
        }
        let new = try stage.directory(name)
        let old = try folder.directory(name)
        for (project, _) in try new.entries() where !WheelFolder.isPage(project) {
            if try old.status(project) == nil {
                try new.rename(project, to: project, in: old, .replacing)
            } else {
                try Self.placePages(of: new.directory(project), in: old.directory(project))
            }
        }
        try Self.placePages(of: new, in: old)
    }

    private static func placePages(of new: Directory, in old: Directory) throws(PlatformError) {
        for (name, _) in try new.entries() where WheelFolder.isPage(name) {
            try new.rename(name, to: name, in: old, .replacing)
        }
    }

    /// These wheels were read, and are as the pages say: the next run need not read them again.
    func confirm(_ repository: SimpleRepository) throws(WheelError) {
        do {
            let pages = try folder.directory(WheelFolder.pages)
            for project in repository.projectsReadAnew {
                try pages.directory(FilePath.Component(project)!)
                    .setModified("index.json", start)
            }
        } catch {
            throw .platform(error)
        }
    }
}
