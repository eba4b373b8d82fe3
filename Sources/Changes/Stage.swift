internal import Glibc
internal import Locks
public import Platform
internal import Synchronization
public import SystemPackage
public import Trees

/// A private folder on the tree's own file system in which new content is made ready.
///
///     var/tmp/sage/stage/
///       .ID.lock       held with flock as long as the owner lives: a dead owner's stage is swept
///       ID/new/        new content, in the layout of the tree
///       ID/old/        what the change took out of the tree, until it is thrown away
///       ID/…           see `StagePlaces`
///
/// Nothing in the tree changes before `TreeChange.commit`. A stage that goes out of scope is
/// removed; one whose process was killed is removed by the next command that writes.
public struct Stage: ~Copyable, Sendable {
    let id: String
    let tree: Tree
    /// Where new content goes, in the tree's layout.
    public let new: Directory
    let folder: Directory
    private let liveness: HeldLock
    /// Whether what was staged until then is on disk; see `TreeChange.commit`.
    let isOnDisk = Atomic<Bool>(false)
    /// To be asked before a file of `new` is written that may be somebody else's.
    public let originals: AdoptedOriginals

    /// - Parameters:
    ///   - label: goes into the folder's name, for people; a package's name.
    ///   - adopted: a folder with the new content, absolute, on the same mount as the tree's stages.
    ///     Its content moves into the tree; after a change that was made it is empty, after one that
    ///     wasn't it is as it was.
    public init(in tree: Tree, label: String, adopting adopted: FilePath? = nil)
        throws(ChangeError)
    {
        do {
            try makeDirectories(tree.stages)
            // Here already, so that no plan finds the journal's folder missing and brings one.
            try makeDirectories(tree.changes)
            let claim = try Claim(in: tree, label: label)
            let stages = try Directory(opening: tree.stages)
            let name = FilePath.Component(claim.id)!
            try stages.makeDirectory(name, mode: 0o755)
            let folder = try stages.directory(name)
            try folder.makeDirectory("old", mode: 0o700)
            if let adopted {
                try AdoptedFolder.adopt(adopted, as: folder)
            } else {
                try folder.makeDirectory("new", mode: 0o755)
            }
            new = try adopted.map { try Directory(opening: $0) } ?? folder.directory("new")
            self.folder = folder
            self.tree = tree
            originals = AdoptedOriginals(in: folder, of: adopted)
            id = claim.id
            liveness = claim.lock
        } catch {
            throw ChangeError(error)
        }
    }

    /// A name of our own and the lock that says that we live.
    private struct Claim: ~Copyable {
        let id: String
        let lock: HeldLock

        init(in tree: Tree, label: String) throws {
            while true {
                let id = "\(label)-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
                guard FilePath.Component(id) != nil else { throw ChangeError.unusableLabel(label) }
                let lock = Lock(tree.stages.appending(Stage.lockName(id)))
                guard let held = try lock.takeIfFree() else { continue }
                // A sweeper may have taken and removed the file between our open and our lock.
                guard try held.isInPlace() else { continue }
                self.id = id
                self.lock = held
                return
            }
        }
    }

    deinit { discard() }

    /// Absolute path of `new`, for tools that write there themselves.
    public var path: FilePath { new.path }

    /// Waits until the staged content is on disk: what it waits for can take seconds, so it comes
    /// before any lock.
    public func sync() throws(ChangeError) {
        do { try new.syncFileSystem() } catch { throw .platform(error) }
        isOnDisk.store(true, ordering: .relaxed)
    }

    /// Removes the stage, with what its change took out of the tree: now, and not when it goes out of scope.
    ///
    /// A change that is still open, because its way back failed, needs the stage. What can't be removed
    /// now, the next command sweeps.
    public borrowing func discard() {
        guard (try? status(tree.changes.appending(id))) == .some(nil) else { return }
        try? Self.remove(id, from: tree)
    }

    /// Something was staged: what was waited for before isn't all.
    public func noteAddition() { isOnDisk.store(false, ordering: .relaxed) }

    static func lockName(_ id: String) -> String { ".\(id).lock" }

    /// Removes a stage, with what its change threw away.
    static func remove(_ id: String, from tree: Tree) throws(PlatformError) {
        let path = tree.stages.appending(id)
        if try status(path) != nil {
            let folder = try Directory(opening: path)
            try StagePlaces.removeSides(
                of: folder, id: id, in: Directory(opening: tree.root))
            if let adopted = try adoptedFolder(of: folder) {
                do throws(PlatformError) {
                    let content = try adopted.open()
                    if try folder.status("done") != nil {
                        try AdoptedFolder.empty(content)
                    } else {
                        try AdoptedOriginals(in: folder, of: content.path).restore()
                    }
                } catch  where error.errno == .noSuchFileOrDirectory {}
            }
        }
        try removeLargeTree(path)
        try removeTree(tree.stages.appending(lockName(id)))
    }

    /// After a power cut the file that names it may be empty: then no change was opened, for that waits
    /// for the disk, and nothing was taken from the folder.
    private static func adoptedFolder(of folder: Directory) throws(PlatformError) -> AdoptedFolder?
    {
        do { return try AdoptedFolder(of: folder) } catch .notText { return nil }
    }

    /// Removes the stages of processes that are gone, except those of `open` changes.
    static func sweep(_ tree: Tree, keeping open: Set<String>) throws(ChangeError) {
        do {
            guard try status(tree.stages) != nil else { return }
            let names = try Directory(opening: tree.stages).entries().map(\.name.string)
            for name in names where !name.hasPrefix(".") && !open.contains(name) {
                guard let held = try Lock(tree.stages.appending(lockName(name))).takeIfFree()
                else { continue }
                // As long as the removal takes.
                defer { _ = held }
                try remove(name, from: tree)
            }
            for name in names where name.hasPrefix(".") && name.hasSuffix(".lock") {
                let id = String(name.dropFirst().dropLast(5))
                guard !names.contains(id), !open.contains(id) else { continue }
                guard let held = try Lock(tree.stages.appending(name)).takeIfFree()
                else { continue }
                // Who opened the file before it goes must not get it: it would live without a lock.
                defer { _ = held }
                try removeTree(tree.stages.appending(name))
            }
        } catch {
            throw ChangeError(error)
        }
    }
}
