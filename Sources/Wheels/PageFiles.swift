internal import Platform
internal import SystemPackage

// How pages, and what is beside them, get into a folder that nobody reads yet.

extension Directory {
    /// A folder below this one, made with its parents.
    func folder(_ path: FilePath) throws(PlatformError) -> Directory {
        var folder = self
        for name in path.components { folder = try folder.directory(makingIfAbsent: name) }
        return folder
    }

    /// Those pages of a repository that are missing or changed, in their places below this folder.
    func write(pagesOf repository: SimpleRepository) throws(PlatformError) {
        let root = FilePath(root: nil, [WheelFolder.pages])
        let wanted = Set(
            repository.differences.filter { $0.kind != .leftOver }
                .map { $0.path.removingLastComponent() })
        for (project, wheels) in repository.projects {
            let place = root.appending(project)
            guard wanted.contains(place) else { continue }
            try folder(place).write(SimplePage(project: project, wheels: wheels))
        }
        if wanted.contains(root) {
            try folder(root).write(SimplePage(projects: repository.projects.map(\.name)))
        }
    }

    func write(_ page: SimplePage, durable: Bool = false) throws(PlatformError) {
        for (name, bytes) in page.files { try write(name, bytes, durable: durable) }
    }

    func write(_ name: String, _ bytes: [UInt8], durable: Bool = false) throws(PlatformError) {
        let file = try file(FilePath.Component(name)!, .create(mode: 0o644))
        try file.write(bytes)
        if durable { try file.sync() }
    }
}
