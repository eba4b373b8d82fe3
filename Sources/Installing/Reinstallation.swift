internal import Locks
internal import Platform
internal import SystemPackage
internal import Trees

/// One package that is to be installed again from its stored wheel.
///
/// Its record stays: what was built, and of what, is the same. No script of its recipe is run.
struct Reinstallation {
    private let workspace: Workspace
    private let tree: Tree
    private let package: String

    /// - Throws: `InstallError.notInstalled`, `.noWheelToReinstall`, `.wheelGone`.
    init(of package: String, _ workspace: Workspace) throws {
        let trees = try workspace.settings.allTrees.filter { tree in
            try tree.recordFiles().contains { $0.package == package }
        }
        guard let tree = trees.first else { throw InstallError.notInstalled(package) }
        self.workspace = workspace
        self.tree = tree
        self.package = package
        _ = try record()
    }

    func run() throws {
        let start = ContinuousClock.now
        let lock = try workspace.lockPackage(package, in: tree)
        defer { withExtendedLifetime(lock) {} }
        let record = try record()
        workspace.reporting.event(.phase(package: record.fileName, .installing))
        let repair = PackageRepair(
            reinstalling: record, in: tree,
            try workspace.interpreter(of: workspace.settings.venv))
        let transaction = try TreeTransaction(in: tree, label: package, workspace)
        _ = try repair.stage(in: transaction.new)
        try transaction.restore("reinstall \(record.fileName)", record)
        workspace.reporting.event(
            .finished(
                package: record.fileName, .installed(took: ContinuousClock.now - start)))
    }

    /// What `run` would do.
    func planned() throws -> PlannedPackage {
        let record = try record()
        let file = record.wheel!.file
        return PlannedPackage(
            package: record.fileName, reason: .requested, archive: file,
            size: try targetStatus(tree.wheels.appending(file))?.size, expected: nil)
    }

    private func record() throws -> InstalledRecord {
        guard let record = try tree.records(of: package).last else {
            throw InstallError.notInstalled(package)
        }
        guard let wheel = record.wheel, record.distribution != nil else {
            throw InstallError.noWheelToReinstall(package: package)
        }
        guard try record.hasWheel(in: tree) else {
            throw InstallError.wheelGone(
                package: package, wheel: tree.wheels.appending(wheel.file))
        }
        return record
    }
}
