internal import Platform
internal import Requirements
internal import SystemPackage

/// What a folder of wheels holds, by name: the wheels themselves are not read.
struct WheelFolder {
    let path: FilePath
    let directory: Directory
    /// In byte order.
    let wheels: [WheelFilename]
    /// METADATA files beside the wheels whose wheel is gone, in byte order.
    let orphans: [String]
    /// Whether there is something in the pages' place.
    let hasPages: Bool

    static let pages: FilePath.Component = "simple"

    /// Looks at the folder itself, not below it.
    ///
    /// - Throws: every name that is no wheel's, and every two that differ only in case.
    init(_ path: FilePath) throws(WheelError) {
        let names: [FilePath.Component]
        do {
            directory = try Directory(opening: path)
            names = try directory.entries().map(\.name)
        } catch {
            throw .platform(error)
        }
        self.path = path
        hasPages = names.contains(Self.pages)

        var wheels: [WheelFilename] = []
        var metadata: [String] = []
        var errors: [WheelError] = []
        for name in names {
            let text = name.string
            if text.hasSuffix(".whl.metadata") { metadata.append(text) }
            guard text.hasSuffix(".whl") else { continue }
            do { wheels.append(try WheelFilename(text)) } catch {
                // Wheels of a later standard are for those who know it.
                if case .invalidWheelFilename(_, .laterStandard) = error { continue }
                errors.append(.badFilename(wheel: path.appending(name), error))
            }
        }
        self.wheels = wheels.sorted { precedes($0.raw, $1.raw) }
        let there = Set(wheels.map { $0.raw + ".metadata" })
        orphans = metadata.filter { !there.contains($0) }.sorted(by: precedes)
        errors += Self.sameInOtherCase(self.wheels, in: path)
        if !errors.isEmpty {
            errors.sort { precedes($0.description, $1.description) }
            throw errors.count == 1 ? errors[0] : .several(errors)
        }
    }

    private static func sameInOtherCase(_ wheels: [WheelFilename], in path: FilePath)
        -> [WheelError]
    {
        Dictionary(grouping: wheels) { $0.raw.lowercased() }.values
            .filter { $0.count > 1 }
            .map { .namesDifferInCase($0.map { path.appending($0.raw) }) }
    }

    /// Where a project's pages are.
    func pages(of project: String) -> FilePath {
        path.appending(Self.pages).appending(project)
    }

    /// The names of projects that have pages, in no order; empty when there are none yet.
    ///
    /// - Throws: `WheelError.strangerInRepository` for anything that this program wouldn't put there.
    func projectsWithPages() throws(WheelError) -> [String] {
        guard hasPages else { return [] }
        var projects: [String] = []
        var found: FilePath?
        do {
            let pages = try directory.directory(Self.pages)
            for (name, kind) in try pages.entries() where !Self.isPage(name) {
                if let stranger = try Self.stranger(name, kind, in: pages) {
                    found = stranger
                    break
                }
                projects.append(name.string)
            }
        } catch {
            throw .platform(error)
        }
        if let found { throw .strangerInRepository(found) }
        return projects
    }

    /// The first thing below an entry of `simple/` that is no page.
    private static func stranger(
        _ name: FilePath.Component, _ kind: FileKind, in pages: Directory
    ) throws(PlatformError) -> FilePath? {
        guard kind == .directory || kind == .unknown else { return pages.path.appending(name) }
        let project = try pages.directory(name)
        return try project.entries().first { !isPage($0.name) }
            .map { project.path.appending($0.name) }
    }

    static func isPage(_ name: FilePath.Component) -> Bool {
        name == "index.html" || name == "index.json"
    }
}
