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
    private let event: @Sendable (Reporting.Event) -> Void

    /// - Returns: nil for a tree with records, which keeps all that; and where the file system has no
    ///   locks, so that nobody could tell who is last.
    init?(to tree: Tree, _ reporting: Reporting) throws {
        // Whoever builds a first package there has locked it.
        guard try !tree.hasRecords(), try status(tree.path("var/lock/spkg")) == nil,
            let lock = try? DirectoryLock.sharing(tree.root)
        else {
            return nil
        }
        self.tree = tree
        self.lock = lock
        event = reporting.event
    }

    deinit {
        let isUsed = (try? status(tree.pipLock)).flatMap { $0 } != nil
        do {
            guard try lock.isAlone() && !tree.hasRecords() else { return }
            // A journal needs its stage, and the next command.
            guard try remove("var/lib/sage/changes") else { return }
            // What is staged now is of a change that was made or dropped.
            try removeTree(tree.stages)
            try removeTree(tree.pipLock)
            for folder: FilePath in [
                "var/tmp/sage", "var/tmp", "var/lock", "var/lib/sage", "var/lib", "var",
            ] { _ = try remove(folder) }
        } catch {
            // Where nothing was changed there may be no right to.
            guard isUsed else { return }
            let text = "warning: folders that were needed meanwhile are left in var: \(error)"
            event(.note(package: tree.root.string, text))
        }
    }

    /// - Returns: false if something is in it.
    private func remove(_ path: FilePath) throws(PlatformError) -> Bool {
        let folder = tree.path(path)
        do {
            try Directory(opening: folder.removingLastComponent())
                .removeDirectory(folder.lastComponent!)
        } catch  where error.errno == .directoryNotEmpty || error.errno == .fileExists {
            return false
        } catch  where error.errno == .noSuchFileOrDirectory {
            return true
        }
        return true
    }
}
