public import Platform
internal import SystemPackage
internal import Trees

/// The root page of a tree's simple repository, as a change will leave it.
///
/// What projects there will be is certain only under the pip lock, and then every millisecond counts:
/// with 10,000 projects the page takes some. So it is staged before, and drawn again under the lock only
/// if the projects are others by then.
public struct RootPage {
    private let store: WheelStore
    private var staged: Basis?

    /// What a page was staged for.
    private struct Basis: Equatable {
        /// In the order in which the file system has them.
        let projects: [String]
        let leaving: Set<String>
    }

    public init(of store: WheelStore) { self.store = store }

    /// Puts the page into a stage, or takes it out if the set of projects stays as it is.
    ///
    /// - Parameters:
    ///   - leaving: projects that the change removes, unless the stage has a page of theirs.
    /// - Returns: whether anything was written.
    public mutating func stage(
        in stage: Directory, without leaving: Set<String>
    ) throws(WheelError) -> Bool {
        let basis = Basis(projects: try store.projects(), leaving: leaving)
        if basis == staged { return false }
        do throws(PlatformError) {
            let pages = try stage.existingFolder(Tree.Place.simple)
            let coming = try pages.map(Self.projects) ?? []
            let going = leaving.subtracting(coming)
            let present = Set(basis.projects)
            let changes = !present.isSuperset(of: coming) || !present.isDisjoint(with: going)
            if changes {
                let page = SimplePage(projects: present.subtracting(going).union(coming))
                try Self.write(page, to: stage.folder(Tree.Place.simple))
            } else if let pages {
                try Self.write(nil, to: pages)
            }
        } catch {
            throw .platform(error)
        }
        staged = basis
        return true
    }

    private static func projects(in pages: Directory) throws(PlatformError) -> Set<String> {
        Set(try pages.entries().filter { $0.kind == .directory }.map(\.name.string))
    }

    private static func write(_ page: SimplePage?, to folder: Directory) throws(PlatformError) {
        for name in ["index.html", "index.json"] {
            let component = FilePath.Component(name)!
            if try folder.status(component) != nil { try folder.removeFile(component) }
        }
        for (name, bytes) in page?.files ?? [] { try folder.write(name, bytes) }
    }
}
