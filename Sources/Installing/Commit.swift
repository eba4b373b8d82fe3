internal import Changes
internal import Glibc
internal import Locks
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// Brings a wheel into the tree: its files, the stored wheel, its pages and the record, in one
    /// change that also removes what only the old version had.
    func put(
        _ wheel: CheckedWheel, of recipe: Recipe, _ fingerprint: String, isAsked: Bool,
        _ interpreter: Interpreter, into tree: Tree
    ) throws {
        let stage = try Stage(in: tree, label: recipe.name.text)
        let unpacked = try unpack(
            wheel, layout: WheelLayout(of: interpreter, prefix: tree.root), into: stage.new,
            requested: isAsked)
        for warning in unpacked.warnings {
            reporting.event(.note(package: recipe.nameAndVersion, "\(warning)"))
        }
        let digest = try WheelStore(of: tree).add(wheel, to: stage.new)
        let project = wheel.name.normalized
        var record = InstalledRecord(
            name: recipe.name.text, version: recipe.displayedVersion,
            installDate: FileTime.now.text,
            systemUname: systemName(), sageVersion: try sageVersion())
        record.files = WheelStore.files(of: wheel.filename.raw, project: project)
            .map(\.string).sorted()
        record.wheel = .init(file: wheel.filename.raw, sha256: digest.hex)
        record.distribution = .init(
            name: wheel.name.raw, version: wheel.version.description, metadata: unpacked.distInfo)
        record.fingerprint = fingerprint
        try makeDirectories(stage.path.pushing(Tree.Place.installed))
        try writeFile(
            stage.path.pushing(Tree.Place.installed).appending(record.fileName), record.json(),
            mode: 0o644)

        try committing(to: tree).commit(
            stage, title: "install \(recipe.nameAndVersion)", label: recipe.name.text
        ) { try OwnedByPackage(recipe.name.text, [wheel.name], in: tree) }
    }

    private func sageVersion() throws -> String {
        try readTextIfPresent(settings.root.appending("VERSION.txt")).map {
            String($0.prefix { $0 != "\n" })
        } ?? ""
    }
}

/// As `uname -a` says it.
private func systemName() -> String {
    var name = utsname()
    uname(&name)
    func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return [name.sysname, name.nodename, name.release, name.version, name.machine]
        .map { text($0) }.joined(separator: " ")
}
