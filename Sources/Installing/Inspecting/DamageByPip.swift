internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What pip, run by a person, has changed of the packages that spkg has installed.
struct DamageByPip {
    private let tree: Tree
    private let settings: TreeSettings
    /// Python packages with a record.
    private let records: [InstalledRecord]
    /// Findings from before, which pip is not to blame for.
    private let before: Set<String>
    private let installers: [String: String]
    /// Content that was changed after this is read.
    private let start: FileTime

    /// Looks at a tree before pip is run.
    init(in tree: Tree, settings: TreeSettings) throws {
        self.tree = tree
        self.settings = settings
        records = try tree.readRecords().compactMap { try? $0.record.get() }
            .filter { $0.distribution != nil }
        before = Set(
            try Verification.findings(
                in: tree, of: Set(records.map(\.name)), settings: settings, reading: .nothing
            ).map(\.description))
        installers = try Self.installers(of: records, in: tree)
        // The kernel's clock for files may be a little behind.
        start = FileTime(seconds: FileTime.now.seconds - 1)
    }

    /// What is different now, a package each, sorted by name.
    func changes() throws -> [PipChange] {
        let found = try Verification.findings(
            in: tree, of: Set(records.map(\.name)), settings: settings,
            reading: .changed(since: start)
        ).filter { !before.contains($0.description) }
        let byPackage = Dictionary(grouping: found, by: \.package)
        let installers = try Self.installers(of: records, in: tree)
        return try records.compactMap { record in
            let what = text(
                of: record, byPackage[record.name] ?? [],
                wasInstalledAgain: installers[record.name] != nil
                    && installers[record.name] != self.installers[record.name])
            guard let what else { return nil }
            return PipChange(
                package: record.name, text: what,
                remedy: try remedy(for: record, byPackage[record.name] ?? []))
        }
    }

    private func remedy(for record: InstalledRecord, _ findings: [Finding]) throws -> String {
        let package = record.name
        guard try !findings.isEmpty && record.hasWheel(in: tree) else {
            return "spkg install --reinstall \(package)"
        }
        // Files that are another's now, too, no repair takes away from that one.
        let owners = Owners(of: tree)
        let others = Set(
            try findings.filter { $0.kind == .changed }.flatMap { try owners.owners(of: $0.path) }
        ).subtracting([package]).sorted()
        if others.isEmpty { return "spkg repair \(package)" }
        return "spkg pip uninstall -y \(others.joined(separator: " ")) && spkg repair \(package)"
    }

    private func text(
        of record: InstalledRecord, _ findings: [Finding], wasInstalledAgain: Bool
    ) -> String? {
        guard let distribution = record.distribution else { return nil }
        let name = "\(distribution.name) \(distribution.version)"
        if let other = findings.first(where: { $0.kind == .replaced }) {
            return "pip has replaced \(name): \(other.detail)"
        }
        if findings.contains(where: { $0.path.string == distribution.metadata }) {
            return "pip has removed \(name)"
        }
        if wasInstalledAgain {
            return "pip has installed \(name) again, which isn't spkg's wheel now"
        }
        if findings.isEmpty { return nil }
        let files = findings.map(\.path.string)
        let more = files.count > 3 ? " and \(files.count - 3) more" : ""
        return "pip has changed or removed files of \(name): "
            + files.prefix(3).joined(separator: ", ") + more
    }

    /// Who has installed each package's distribution.
    private static func installers(of records: [InstalledRecord], in tree: Tree) throws
        -> [String: String]
    {
        var found: [String: String] = [:]
        for record in records {
            guard let metadata = record.distribution?.metadata else { continue }
            let file = tree.path(FilePath(metadata)).appending("INSTALLER")
            found[record.name] = try readTextIfPresent(file).map {
                String($0.prefix { !$0.isNewline })
            }
        }
        return found
    }
}

/// A package of spkg's that pip has changed.
public struct PipChange: Sendable {
    public let package: String
    /// A sentence.
    public let text: String
    /// A command that undoes it.
    public let remedy: String
}
