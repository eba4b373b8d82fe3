internal import Glibc
internal import Locks
public import Platform
public import SystemPackage
public import Trees

/// A private folder on the tree's own file system in which new content is made ready.
///
///     var/tmp/sage/stage/
///       .ID.lock       held with flock as long as the owner lives: a dead owner's stage is swept
///       ID/new/        new content, in the layout of the tree
///       ID/old/        what the change took out of the tree, until it is thrown away
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

    /// - Parameter label: goes into the folder's name, for people; a package's name.
    public init(in tree: Tree, label: String) throws(ChangeError) {
        do {
            try makeDirectories(tree.stages)
            // Here already, so that no plan finds the journal's folder missing and brings one.
            try makeDirectories(tree.changes)
            let claim = try Claim(in: tree, label: label)
            let stages = try Directory(opening: tree.stages)
            let name = FilePath.Component(claim.id)!
            try stages.makeDirectory(name, mode: 0o755)
            let folder = try stages.directory(name)
            try folder.makeDirectory("new", mode: 0o755)
            try folder.makeDirectory("old", mode: 0o700)
            new = try folder.directory("new")
            self.folder = folder
            self.tree = tree
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
                guard try status(lock.path) != nil else { continue }
                self.id = id
                self.lock = held
                return
            }
        }
    }

    deinit {
        // The next command sweeps what can't be removed now.
        try? Self.remove(id, from: tree)
    }

    /// Absolute path of `new`, for tools that write there themselves.
    public var path: FilePath { tree.stages.appending(id).appending("new") }

    /// Waits until the staged content is on disk. Takes no lock, and must come before one is taken:
    /// what it waits for can take seconds.
    public func sync() throws(ChangeError) {
        do { try new.syncFileSystem() } catch { throw .platform(error) }
    }

    static func lockName(_ id: String) -> String { ".\(id).lock" }

    static func remove(_ id: String, from tree: Tree) throws(PlatformError) {
        try removeTree(tree.stages.appending(id))
        try removeTree(tree.stages.appending(lockName(id)))
    }

    /// Removes the stages of processes that are gone, except those of `open` changes.
    static func sweep(_ tree: Tree, keeping open: Set<String>) throws(ChangeError) {
        do {
            guard try status(tree.stages) != nil else { return }
            let names = try Directory(opening: tree.stages).entries().map(\.name.string)
            for name in names where !name.hasPrefix(".") && !open.contains(name) {
                // Held as long as the removal takes.
                let lock = Lock(tree.stages.appending(lockName(name)))
                if (try lock.takeIfFree()) != nil { try remove(name, from: tree) }
            }
            for name in names where name.hasPrefix(".") && name.hasSuffix(".lock") {
                let id = String(name.dropFirst().dropLast(5))
                guard !names.contains(id), !open.contains(id) else { continue }
                if (try Lock(tree.stages.appending(name)).takeIfFree()) != nil {
                    try removeTree(tree.stages.appending(name))
                }
            }
        } catch {
            throw ChangeError(error)
        }
    }
}
