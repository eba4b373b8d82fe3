internal import Platform
internal import SystemPackage
internal import Trees

/// Every record of a tree, for who asks twice: when a change is made ready, and again under the pip
/// lock, where each millisecond counts. Only what was written since is read again.
final class RecordCache {
    private let tree: Tree
    private var known: [RecordFile: (status: FileStatus, record: InstalledRecord)] = [:]

    init(of tree: Tree) { self.tree = tree }

    /// - Throws: `TreeError` for a record that can't be read.
    func records() throws -> [InstalledRecord] {
        var fresh: Set<RecordFile> = []
        var statuses: [RecordFile: FileStatus] = [:]
        for file in try tree.recordFiles() {
            guard let now = try status(tree.installed.appending(file.name)) else { continue }
            statuses[file] = now
            if let old = known[file]?.status, old == now { fresh.insert(file) }
        }
        for record in try tree.records(where: { !fresh.contains($0) }) {
            guard let file = RecordFile(name: record.fileName), let status = statuses[file] else {
                continue
            }
            known[file] = (status, record)
        }
        return statuses.keys.sorted { $0.name < $1.name }.compactMap { known[$0]?.record }
    }
}
