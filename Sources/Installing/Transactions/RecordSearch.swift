internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Looks for a package's distributions, wheels and files in the records of a tree, for who asks twice:
/// when a change is made ready, and again under the pip lock, where each millisecond counts. Only what
/// was written since is read again.
final class RecordSearch {
    private let tree: Tree
    private var names: Set<String> = []
    private var files: Set<FilePath> = []
    /// What was read for these names and files: nil for a record that says nothing of them.
    private var known: [RecordFile: (status: FileStatus, record: InstalledRecord?)] = [:]

    init(of tree: Tree) { self.tree = tree }

    /// The records that may be about one of these, and perhaps others, sorted by file name.
    ///
    /// - Parameters:
    ///   - names: of distributions and projects, normalized.
    ///   - files: relative to the tree's root.
    /// - Throws: `TreeError` for a record that can't be read.
    func records(about names: Set<String>, _ files: some Sequence<FilePath> = []) throws
        -> [InstalledRecord]
    {
        let files = Set(files)
        if !names.isSubset(of: self.names) || !files.isSubset(of: self.files) {
            (self.names, self.files, known) = (names, files, [:])
        }
        var changed: [RecordFile] = []
        var statuses: [RecordFile: FileStatus] = [:]
        for file in try tree.recordFiles() {
            guard let now = try status(tree.installed.appending(file.name)) else { continue }
            statuses[file] = now
            if known[file]?.status != now { changed.append(file) }
        }
        known = known.filter { statuses[$0.key] == $0.value.status }
        for file in changed { known[file] = (statuses[file]!, nil) }
        for record in try tree.records(in: changed, whoseText: isAbout()) {
            guard let file = RecordFile(name: record.fileName), let status = statuses[file] else {
                continue
            }
            known[file] = (status, record)
        }
        return known.values.compactMap(\.record).sorted { $0.fileName < $1.fileName }
    }

    private func isAbout() -> @Sendable ([UInt8]) -> Bool {
        let spellings = NameSpellings(of: names)
        let hashes = PathHashes(files: files, folders: []) { [$0.string] }
        let fingerprint = NameSpellings(of: ["fingerprint"])
        return { text in
            spellings.occur(in: text) || hashes.mayOccur(inStrings: text)
                // One of the old machinery doesn't say which distribution it is of.
                || !fingerprint.occur(in: text)
        }
    }
}
