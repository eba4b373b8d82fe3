internal import Changes
internal import Locks
internal import Platform
internal import SystemPackage
internal import Trees
internal import Wheels

/// The last step of every command that changes a tree: what is staged goes in, under the pip lock.
struct Committing {
    let tree: Tree
    let isDurable: Bool
    let event: @Sendable (Reporting.Event) -> Void

    /// Takes the lock, settles what others left open, and makes the change.
    ///
    /// - Parameters:
    ///   - label: the package, for messages.
    ///   - adding: the project that the wheel store gets, if any.
    ///   - owned: what is there of the package now; asked under the lock, because it may have
    ///     changed since the stage was made.
    func commit(
        _ stage: borrowing Stage, title: String, label: String, adding project: String? = nil,
        owned: () throws -> OwnedByPackage
    ) throws {
        let lock = try takeLock()
        try settle(holding: lock)
        let owned = try owned()
        let before = try WheelStore(of: tree).projects()
        let after = before.subtracting(owned.projects).union(project.map { [$0] } ?? [])
        if after != before {
            try WheelStore.addRootPage(projects: after, to: stage.new, durable: isDurable)
        }
        let owners = Owners(of: tree)
        let change = TreeChange(
            title: title, owned: OwnedFiles(owned.files), ownerOf: { try owners.owner(of: $0) })
        let outcome = try change.commit(stage, durable: isDurable, holding: lock)
        for path in outcome.replacedUnowned {
            let text = "warning: \(tree.path(path)) belonged to no package and was replaced"
            event(.note(package: label, text))
        }
    }

    func takeLock() throws -> HeldLock {
        try Lock(tree.pipLock).take { event(.waiting($0)) }
    }

    /// Finishes or drops changes of dead processes, and says so.
    func settle(holding lock: borrowing HeldLock) throws {
        for change in try recover(tree, holding: lock) {
            let ending =
                switch change.ending {
                case .completed: "was interrupted; it is finished now"
                case .takenBack(let why): "was interrupted; it was taken back: \(why)"
                }
            event(.note(package: change.title, ending))
        }
    }
}

extension Installer {
    func committing(to tree: Tree) -> Committing {
        Committing(tree: tree, isDurable: settings.isDurable, event: reporting.event)
    }
}
