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
    ///
    /// - Parameter time: of the pages, if it matters; see `KnownWheels`.
    func write(pagesOf repository: SimpleRepository, time: FileTime? = nil) throws(WheelError) {
        let root = FilePath(root: nil, [WheelFolder.pages])
        let paths = Set(
            repository.differences.filter { $0.kind != .leftOver && $0.path.starts(with: root) }
                .map(\.path))
        if paths.isEmpty { return }
        let folders = Set(paths.map { $0.removingLastComponent() })
        let stale = repository.projects.filter { folders.contains(root.appending($0.name)) }
        _ = try mapInParallel(costs: stale.map(\.wheels.count)) { piece throws(WheelError) in
            let (name, wheels) = stale[piece]
            let page = SimplePage(project: name, wheels: wheels)
            try self.write(page, at: root.appending(name), only: paths, time)
        }
        if folders.contains(root) {
            let page = SimplePage(projects: repository.projects.map(\.name))
            try write(page, at: root, only: paths, nil)
        }
    }

    private func write(
        _ page: SimplePage, at place: FilePath, only paths: Set<FilePath>, _ time: FileTime?
    ) throws(WheelError) {
        do throws(PlatformError) {
            let folder = try folder(place)
            for (name, bytes) in page.files where paths.contains(place.appending(name)) {
                try folder.write(name, bytes)
                if let time { try folder.setModified(FilePath.Component(name)!, time) }
            }
        } catch {
            throw .platform(error)
        }
    }

    func write(_ page: SimplePage) throws(PlatformError) {
        for (name, bytes) in page.files { try write(name, bytes) }
    }

    func write(_ name: String, _ bytes: [UInt8]) throws(PlatformError) {
        try file(FilePath.Component(name)!, .create(mode: 0o644)).write(bytes)
    }
}
