internal import Changes
internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Whose files a package may take over, where they have other content than its own.
struct Takeover {
    /// Of any package.
    var isUnlimited = false
    /// Of these packages, because they are built again in the same run: a file that moves from one
    /// package to another between releases is in the way of the first only until then.
    var packages: Set<String> = []
    /// What to type for an unlimited one; nil where there is no such command.
    var advice: String?

    func includes(_ owner: String, by owners: Owners) -> Bool {
        if isUnlimited { return true }
        if packages.isEmpty { return false }
        // A record that can't be read takes nothing away.
        return (try? owners.record(of: owner)).flatMap { $0 }.map { packages.contains($0.name) }
            ?? false
    }
}

/// The records of a stage, where they depend on what is in the tree.
///
/// - A file of another package that is taken over is noted in that one's record, so that it doesn't
///   remove it with its own.
/// - A file that goes into the tree by way of a link there (`lib64/x`) is recorded by its real path.
/// - A file that the tree has already, of another package and the same, keeps its mode.
final class StagedRecords {
    private let stage: Directory
    private let originals: AdoptedOriginals
    private let tree: Tree
    private let package: String
    private let owners: Owners
    /// As they were staged.
    private let own: [InstalledRecord]
    private var revised: Set<String> = []
    /// Names of records of others that are staged now.
    private var others: Set<String> = []

    /// - Parameter package: for the others' records.
    init(in stage: borrowing Stage, of tree: Tree, by package: String, _ owners: Owners) throws {
        self.stage = stage.new
        originals = stage.originals
        self.tree = tree
        self.package = package
        self.owners = owners
        own = try Tree(stage.path).records()
    }

    /// - Returns: whether anything that is staged is another now.
    /// - Throws: `InstallError.cannotOverwrite` for files of distributions that no record is of.
    func revise(for plan: ChangePlan) throws -> Bool {
        var isChanged = false
        for record in own {
            let new = record.revised(for: plan)
            // What nobody revised stays byte for byte: it may be another tool's.
            if new == record, !revised.contains(record.fileName) { continue }
            revised.insert(record.fileName)
            if try replace(new) { isChanged = true }
        }
        let taken = try recordsTakenFrom(plan.takenOver)
        for name in others.subtracting(taken.keys) {
            // Of an earlier plan.
            try removeTree(Tree(stage.path).installed.appending(name))
            isChanged = true
        }
        for record in taken.values where try replace(record) { isChanged = true }
        others = Set(taken.keys)
        return isChanged
    }

    /// - Returns: whether another was staged.
    private func replace(_ record: InstalledRecord) throws -> Bool {
        let path = Tree.Place.installed.appending(record.fileName)
        if (try? readFile(stage.path.pushing(path))) == record.json() { return false }
        try originals.keep(path)
        try stage.write(record)
        return true
    }

    /// By file name.
    private func recordsTakenFrom(_ takenOver: [FilePath: [String]]) throws
        -> [String: InstalledRecord]
    {
        var found: [String: InstalledRecord] = [:]
        for (file, losers) in takenOver {
            for owner in losers {
                guard let record = try owners.record(of: owner) else {
                    throw InstallError.cannotOverwrite([tree.path(file)], owner: owner)
                }
                found[record.fileName, default: record].overwritten =
                    (found[record.fileName]?.overwritten ?? record.overwritten ?? [:])
                    .merging([file.string: package]) { $1 }
            }
        }
        return found
    }
}

extension InstalledRecord {
    fileprivate func revised(for plan: ChangePlan) -> InstalledRecord {
        if plan.redirected.isEmpty && plan.shared.isEmpty { return self }
        func place(_ path: String) -> String {
            let folders = plan.redirected.keys.filter { FilePath(path).starts(with: $0) }
            guard let folder = folders.max(by: { $0.components.count < $1.components.count })
            else { return path }
            var rest = FilePath(path)
            _ = rest.removePrefix(folder)
            return plan.redirected[folder]!.pushing(rest).string
        }
        var record = self
        var seen: Set<String> = []
        record.files = files.map(place).filter { seen.insert($0).inserted }.sorted()
        seen = []
        record.manifest = manifest?.map { entry in
            var entry = entry
            entry.path = place(entry.path)
            if entry.mode != nil, let mode = plan.shared[FilePath(entry.path)] {
                entry.mode = String(mode, radix: 8)
            }
            return entry
        }.filter { seen.insert($0.path).inserted }
        record.folders = folders?.map(place)
        return record
    }
}
