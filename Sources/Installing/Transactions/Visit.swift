internal import Locks
internal import Platform
internal import SystemPackage
internal import Trees

/// Work in an environment that is no tree of ours: what a change needs there (its lock, stage and
/// journal, all below `var/`) goes when the last command that works there ends, however it ends.
///
///     ENVIRONMENT/          shared lock as long as a visit lasts
///       var/lib/sage/changes  var/lock/pip3.lock  var/tmp/sage/stage
///
/// What a killed command left stays, for the next one to finish.
final class Visit: Sendable {
    private let tree: Tree
    private let lock: DirectoryLock

    /// - Returns: nil for a tree with records, which keeps all that; and where the file system has no
    ///   locks, so that nobody could tell who is last.
    init?(to tree: Tree) throws {
        // Whoever builds a first package there has locked it.
        guard try !tree.hasRecords(), try status(tree.path("var/lock/spkg")) == nil,
            let lock = try? DirectoryLock.sharing(tree.root)
        else {
            return nil
        }
        self.tree = tree
        self.lock = lock
    }

    deinit {
        guard lock.isAlone(), (try? tree.hasRecords()) == false else { return }
        // Only empty folders go: a journal, or a stage that could not be removed, keeps the lock too.
        guard remove("var/lib/sage/changes"), remove("var/tmp/sage/stage") else { return }
        try? removeTree(tree.pipLock)
        for folder: FilePath in [
            "var/tmp/sage", "var/tmp", "var/lock", "var/lib/sage", "var/lib", "var",
        ] { remove(folder) }
    }

    /// - Returns: whether it is gone.
    @discardableResult
    private func remove(_ path: FilePath) -> Bool {
        let folder = tree.path(path)
        guard let parent = try? Directory(opening: folder.removingLastComponent()) else {
            return true
        }
        do { try parent.removeDirectory(folder.lastComponent!) } catch {
            return error.errno == .noSuchFileOrDirectory
        }
        return true
    }
}
