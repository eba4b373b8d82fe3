internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What pip, or somebody by hand, has made of a package's distribution since it was installed. An install
/// undoes it, and says so.
struct ChangesByOthers {
    private let tree: Tree

    init(in tree: Tree) { self.tree = tree }

    /// In words; nil when it is as its RECORD and our record say.
    ///
    /// Reads and hashes the distribution's files. What can't be read is the change's to complain of.
    ///
    /// - Parameter names: distributions that come, for a package that no record is of.
    func text(of package: RecipeName, bringing names: Set<DistributionName>) -> String? {
        guard let records = try? tree.records(of: package.text) else { return nil }
        if records.isEmpty { return try? foreign(names) }
        guard let record = records.last(where: { $0.wheel != nil }),
            let distribution = record.distribution
        else { return nil }
        return try? changes(of: distribution, record)
    }

    private func foreign(_ names: Set<DistributionName>) throws -> String? {
        for site in try SitePackages.all(in: tree) {
            for name in names.sorted() {
                for found in try site.distributions(named: name) {
                    let installer = (try? found.installer(in: site.folder)) ?? "something else"
                    if installer == "spkg" { continue }
                    let version = found.version.map { " \($0)" } ?? ""
                    return "\(installer) had installed \(name)\(version), which is replaced now"
                }
            }
        }
        return nil
    }

    private func changes(
        of distribution: InstalledRecord.Distribution, _ record: InstalledRecord
    ) throws -> String? {
        let name = try DistributionName(distribution.name)
        var changes: [String] = []
        var isThere = false
        for site in try SitePackages.all(in: tree) {
            for found in try site.distributions(named: name) {
                let installer = (try? found.installer(in: site.folder)) ?? "something else"
                if site.path.appending(found.entry).string != distribution.metadata {
                    changes.append("\(installer) has installed \(name) \(found.version ?? "")")
                } else {
                    isThere = true
                    if installer != "spkg" { changes.append("\(installer) has installed it again") }
                    changes += try changedFiles(of: found, record, in: site)
                }
            }
        }
        if !isThere, changes.isEmpty { changes.append("it was uninstalled") }
        if changes.isEmpty { return nil }
        let text = changes.joined(separator: ", and ")
        return "since \(name) \(distribution.version) was installed, \(text); that is undone now"
    }

    private func changedFiles(
        of distribution: InstalledDistribution, _ record: InstalledRecord, in site: SitePackages
    ) throws -> [String] {
        let listed = try distribution.files(in: site.folder, at: site.path, of: tree.root)
        var changed: [FilePath] = []
        var contents = ContentComparison(in: tree)
        for file in listed?.files ?? []
        where !file.path.hasSuffix(".pyc") && record.overwritten?[file.path] == nil {
            let path = FilePath(file.path)
            guard let there = try targetStatus(tree.path(path)),
                file.size == nil || file.size == there.size
            else {
                changed.append(path)
                continue
            }
            guard let hash = ContentComparison.Claim.Hash(row: file.hash) else { continue }
            changed += try contents.add(
                .init(package: record.name, path: path, size: there.size, hash: hash)
            ).map(\.path)
        }
        changed += try contents.compare().map(\.path)
        if changed.isEmpty { return [] }
        let names = changed.map(\.string).sorted()
        let some = names.prefix(3).joined(separator: ", ")
        let more = names.count > 3 ? " and \(names.count - 3) more" : ""
        return ["files were changed or removed: \(some)\(more)"]
    }
}
