public import Locks
internal import Platform
public import SystemPackage

extension SimpleRepository {
    /// Brings the repository of any folder up to date, and says what was not as it should be.
    ///
    ///     FOLDER/.simple.lock             held meanwhile, never deleted
    ///     FOLDER/.simple.stage/           removed in the end; left by a run that was killed, it is
    ///       pages/                        removed by the next
    ///       metadata/
    ///
    /// All pages are made anew beside the old ones and exchanged with them by one rename: a reader
    /// finds the old ones or the new ones, whole. Where the file system can't exchange (NFS) there
    /// is no `simple/` between two renames. Nothing is written if nothing differs.
    ///
    /// - Parameters:
    ///   - durable: wait until the new pages are on disk before the exchange.
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

    let folder: Directory
    let stage: Directory
    let pages: Directory
    let metadata: Directory
    /// Before any wheel was read, by the clock of the folder's file system.
    let start: FileTime

    init(in folder: Directory) throws(WheelError) {
        do {
            try folder.removeTree(Self.name)
            try folder.makeDirectory(Self.name)
            stage = try folder.directory(Self.name)
            pages = try stage.directory(makingIfAbsent: "pages")
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
        let projects = repository.projects
        _ = try mapInParallel(costs: projects.map(\.wheels.count)) { place throws(WheelError) in
            do throws(PlatformError) {
                let folder = try pages.directory(
                    makingIfAbsent: FilePath.Component(projects[place].name)!)
                try folder.write(
                    SimplePage(project: projects[place].name, wheels: projects[place].wheels))
                try folder.setModified("index.json", start)
            } catch {
                throw .platform(error)
            }
        }
        do {
            try pages.write(SimplePage(projects: projects.map(\.name)))
            if durable { try stage.syncFileSystem() }
            for (name, _) in try metadata.entries() {
                try metadata.rename(name, to: name, in: folder, .replacing)
            }
            try exchangePages()
            for path in repository.leftOver where path.removingLastComponent().isEmpty {
                try folder.removeTree(path.lastComponent!)
            }
        } catch {
            throw .platform(error)
        }
    }

    private func exchangePages() throws(PlatformError) {
        let place = WheelFolder.pages
        guard try folder.status(place) != nil else {
            return try stage.rename("pages", to: place, in: folder, .replacing)
        }
        do {
            try stage.rename("pages", to: place, in: folder, .exchanging)
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            try folder.rename(place, to: "old", in: stage, .replacing)
            try stage.rename("pages", to: place, in: folder, .replacing)
        }
    }

    /// Every wheel was as the pages say, so they hold as of now: the next run need not read it.
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
