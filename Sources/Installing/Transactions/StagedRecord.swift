internal import Platform
internal import SystemPackage
internal import Trees

/// The record of an installed package after its files were replaced by hand: `spkg merge --package`.
///
/// What the package is and what it was built from stays; its files are those of the stage, and the
/// scripts that are kept for its end.
struct StagedRecord {
    private var record: InstalledRecord
    private let keepsOld: Bool

    /// - Parameter keepsOld: files that the stage doesn't bring stay the package's.
    /// - Throws: `InstallError.mergeOverWheel` for a package with a wheel or a distribution.
    init(of package: String, in tree: Tree, keepsOld: Bool) throws {
        let records = try tree.records(of: package)
        guard let newest = records.last else { throw InstallError.notInstalled(package) }
        if let name = newest.wheel?.file ?? newest.distribution?.name {
            throw InstallError.mergeOverWheel(package: package, wheel: name)
        }
        record = newest
        self.keepsOld = keepsOld
    }

    /// Lists what is staged, and adds the record to it.
    func write(to stage: Directory) throws {
        let content = StagedContent(at: stage.path)
        let staged = try content.manifest()
        let scripts = Tree.Place.scripts.appending(record.name)
        var new = record
        let brought = Set(staged.map(\.path))
        func stays(_ path: String) -> Bool {
            !brought.contains(path) && (keepsOld || FilePath(path).starts(with: scripts))
        }
        new.files = (record.files.filter(stays) + brought).sorted()
        new.manifest = (record.manifest ?? []).filter { stays($0.path) } + staged
        let empty = try content.emptyFolders() + (keepsOld ? record.folders ?? [] : [])
        new.folders = empty.isEmpty ? nil : Array(Set(empty)).sorted()
        new.overwritten = record.overwritten?.filter { !brought.contains($0.key) }
        if new.overwritten?.isEmpty == true { new.overwritten = nil }
        try stage.write(new)
    }
}
