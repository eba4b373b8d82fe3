public import Locks
internal import Platform
internal import SystemPackage
public import Trees

/// A change that a dead process left open.
public struct RecoveredChange: Sendable, Equatable {
    public let title: String
    public enum Ending: Sendable, Equatable {
        /// Every step was taken: the tree is new.
        case completed
        /// A step could not be taken, so all were taken back: the tree is old.
        case takenBack(because: String)
    }
    public let ending: Ending
}

/// The titles of changes that are open: running now, or left by a process that was killed. Only
/// looks, and costs one system call when there are none.
public func openChanges(in tree: Tree) throws(ChangeError) -> [String] {
    try journals(in: tree).map(\.journal.title)
}

/// Whether a change is open. Costs one system call.
public func hasOpenChanges(in tree: Tree) throws(ChangeError) -> Bool {
    do {
        guard try status(tree.changes) != nil else { return false }
        return try !Directory(opening: tree.changes).entries().isEmpty
    } catch {
        throw .platform(error)
    }
}

/// Finishes or drops what dead processes left: open changes, and stages without a change.
///
/// Whoever holds the pip lock knows that an open change has lost its owner, because its owner held
/// the lock. Running it twice, or being killed in it, does no harm.
///
/// - Parameter history: gets a line for each change that is finished.
/// - Throws: `.damagedJournal` before anything is touched; `.stuck`.
@discardableResult
public func recover(
    _ tree: Tree, holding lock: borrowing HeldLock, noting history: HistoryWriter
) throws(ChangeError) -> [RecoveredChange] {
    var recovered: [RecoveredChange] = []
    do {
        for (file, journal) in try journals(in: tree) {
            let change = try OpenChange(recovering: file, journal, in: tree)
            let failure = try change.run(history)
            recovered.append(
                RecoveredChange(
                    title: journal.title,
                    ending: failure.map { .takenBack(because: "\($0.error)") } ?? .completed))
        }
        try removeUnfinishedJournals(in: tree)
    } catch {
        throw ChangeError(error)
    }
    try Stage.sweep(tree, keeping: [])
    return recovered
}

private func journals(in tree: Tree) throws(ChangeError) -> [(file: FilePath, journal: Journal)] {
    do {
        let names = try Directory(opening: tree.changes).entries().map(\.name)
        var found: [(file: FilePath, journal: Journal)] = []
        for name in names.sorted(by: { $0.string < $1.string }) where !isUnfinished(name) {
            let file = tree.changes.appending(name)
            do {
                found.append((file, try Journal(parsing: readFile(file))))
            } catch let damage as Journal.Damage {
                throw ChangeError.damagedJournal(path: file, reason: damage.reason)
            }
        }
        return found
    } catch let error as PlatformError where error.errno == .noSuchFileOrDirectory {
        return []
    } catch {
        throw ChangeError(error)
    }
}

/// A temporary of `writeFile`: its process was killed before the rename, so no step was taken.
private func isUnfinished(_ name: FilePath.Component) -> Bool { name.string.hasPrefix(".") }

private func removeUnfinishedJournals(in tree: Tree) throws(PlatformError) {
    guard try status(tree.changes) != nil else { return }
    let changes = try Directory(opening: tree.changes)
    for name in try changes.entries().map(\.name) where isUnfinished(name) {
        try changes.removeFile(name)
    }
}
