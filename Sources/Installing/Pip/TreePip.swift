internal import Changes
internal import Locks
internal import Platform
public import SystemPackage
internal import Trees

/// The tree's own pip, for a person who runs it: under the pip lock, and with a look at what it changed.
public struct TreePip {
    /// That runs pip.
    public let interpreter: FilePath
    private let workspace: Workspace
    private let tree: Tree

    /// - Throws: `InstallError.noPipHere`, `.pipAsAnother`, before anything is done.
    public init(_ settings: Settings, _ reporting: Reporting) throws {
        workspace = try Workspace(settings: settings, reporting: reporting)
        tree = settings.venv
        interpreter = tree.interpreterLink
        if !settings.sudo.isEmpty { throw InstallError.pipAsAnother(tree: tree.root) }
        let hasPip =
            try targetStatus(interpreter) != nil
            && Platform.run(
                [interpreter.string, "-I", "-c", "import pip"], environment: settings.environment
            ).status == 0
        if !hasPip { throw InstallError.noPipHere(tree: tree.root) }
    }

    /// Runs pip. The lock is handed down: it is held until pip has ended, even when this process is
    /// killed.
    ///
    /// - Parameter pip: runs it to its end, with open files inherited.
    /// - Returns: what pip returned, and what it changed of packages that spkg has installed.
    public func run<Status>(_ pip: () throws -> Status) throws -> (Status, [PipChange]) {
        try TreePreparation(workspace).settleTrees()
        let damage = try DamageByPip(in: tree, settings: workspace.settings.trees)
        let status = try withLock(pip)
        let changes = try damage.changes()
        if !changes.isEmpty { note(changes) }
        return (status, changes)
    }

    private func withLock<Status>(_ pip: () throws -> Status) throws -> Status {
        try makeDirectories(tree.pipLock.removingLastComponent())
        let file = try File(locking: tree.pipLock)
        let lock = InheritedLock(descriptor: file.descriptor, path: tree.pipLock)
        while true {
            try lock.take(.exclusive, timeout: workspace.settings.lockTimeout) {
                workspace.reporting.event(.waiting($0))
            }
            // Who holds the lock knows that an open change has lost its process.
            guard try hasOpenChanges(in: tree) else { break }
            try lock.release()
            try TreePreparation(workspace).settleTrees()
        }
        defer { try? lock.release() }
        try lock.surviveExec()
        return try pip()
    }

    private func note(_ changes: [PipChange]) {
        let names = changes.map(\.package).joined(separator: " ")
        TreeWriter(of: tree, workspace).history.add("pip changed \(names)", "pip", false)
    }
}
