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
    /// How long to wait for the pip lock; nil: as long as it takes.
    let lockTimeout: Duration?
    let event: @Sendable (Reporting.Event) -> Void

    /// Makes the change ready, takes the lock, settles what others left open, and makes the change.
    ///
    /// - Parameters:
    ///   - label: the package, for messages.
    ///   - owned: what is there of the package now; asked again under the lock, because it may have
    ///     changed since the stage was made.
    /// - Returns: what was done.
    @discardableResult
    func commit(
        _ stage: borrowing Stage, title: String, label: String, overwrites: Bool = false,
        owned: () throws -> OwnedByPackage
    ) throws -> ChangePlan {
        func change(durable: Bool) throws -> TreeChange {
            let owned = try owned()
            try stageRootPage(stage, without: owned.projects, durable: durable)
            let owners = Owners(of: tree)
            return TreeChange(
                title: title, owned: OwnedFiles(owned.files), overwrites: overwrites,
                ownerOf: { try owners.owner(of: $0) })
        }
        // Without the lock this may read what is just being exchanged; what counts comes below.
        if let early = try? change(durable: false) {
            try early.prepare(stage, durable: isDurable)
        } else if isDurable {
            try stage.sync()
        }
        let plan: ChangePlan
        do {
            let lock = try takeLock()
            try settle(holding: lock)
            plan = try change(durable: isDurable).commit(stage, durable: isDurable, holding: lock)
        }
        if isDurable, !plan.isEmpty { try Directory(opening: tree.changes).sync() }
        for path in plan.replacedUnowned {
            let text = "warning: \(tree.path(path)) belonged to no package and was replaced"
            event(.note(package: label, text))
        }
        return plan
    }

    /// The root page lists the projects that there will be; it is staged only if that changes.
    private func stageRootPage(
        _ stage: borrowing Stage, without leaving: Set<String>, durable: Bool
    ) throws {
        let before = try WheelStore(of: tree).projects()
        let after = before.subtracting(leaving).union(try WheelStore.projects(in: stage.new))
        try WheelStore.setRootPage(
            projects: after == before ? nil : after, in: stage.new, durable: durable)
    }

    func takeLock() throws -> HeldLock {
        try Lock(tree.pipLock).take(timeout: lockTimeout) { event(.waiting($0)) }
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
        Committing(
            tree: tree, isDurable: settings.isDurable, lockTimeout: settings.lockTimeout,
            event: reporting.event)
    }
}
