internal import Platform
internal import Requirements
public import SystemPackage
internal import Trees

/// What is known of the files of an installed distribution that is to leave.
public struct RemovableFiles: Sendable {
    /// Relative to the tree's root; the metadata folder's among them.
    public let files: [FilePath]
    /// Whether that is all, as far as anything tells: false where the list of files is gone and no
    /// wheel says what was in it.
    public let areComplete: Bool
}

extension SitePackages {
    /// As `files(of:)`, and where the list of files is gone, empty or cut short, what the tree's own
    /// wheel of that very version brought. pip refuses to go on without RECORD; metadata alone would
    /// leave modules that belong to nobody.
    public func removableFiles(of distribution: InstalledDistribution) throws(WheelError)
        -> RemovableFiles
    {
        let listed = try files(of: distribution)
        let record = path.appending(distribution.entry).appending("RECORD")
        let list = try distribution.files(in: folder, at: path, of: tree.root)
        switch distribution.form {
        case .distInfo:
            // Every list has a row of its own file, mostly the last one (PEP 627).
            if let list, list.files.contains(where: { $0.path == record.string }) {
                return RemovableFiles(files: listed, areComplete: true)
            }
        case .eggInfo:
            if list?.files.isEmpty == false {
                return RemovableFiles(files: listed, areComplete: true)
            }
        case .eggInfoFile, .eggLink: break
        }
        let hasRows = list?.files.isEmpty == false
        guard let stored = try storedFiles(of: distribution) else {
            return RemovableFiles(files: listed, areComplete: hasRows)
        }
        // What another distribution lists is not this one's, whatever its wheel had.
        var others: Set<FilePath> = []
        for other in try distributions() where other.entry != distribution.entry {
            others.formUnion(try files(of: other))
        }
        let more = Set(stored).subtracting(others).subtracting(listed)
        return RemovableFiles(
            files: listed + more.sorted { $0.string < $1.string }, areComplete: true)
    }

    /// Where the wheel of this version in the tree's store puts its files; nil when the store has none
    /// that can be read.
    private func storedFiles(of distribution: InstalledDistribution) throws(WheelError)
        -> [FilePath]?
    {
        guard let version = distribution.version.flatMap({ try? Version($0) }) else { return nil }
        let wheel = try WheelStore(of: tree).wheels().first {
            $0.name.normalized == distribution.normalizedName && $0.version == version
        }
        guard let wheel,
            let checked = try? check(tree.wheels.appending(wheel.raw), for: nil, record: .rewrite),
            let layout = try? WheelLayout(ofSite: path, prefix: tree.root),
            let plan = try? UnpackPlan(checked, layout)
        else { return nil }
        return plan.places.map { FilePath($0) }
    }

    /// What lies in `site-packages` and is listed by no distribution, as the topmost folders and files
    /// of which nothing is, relative to the tree's root, sorted.
    ///
    /// - Parameter owned: what else is somebody's, relative to the tree's root.
    public func unlisted(besides owned: Set<FilePath>) throws(WheelError) -> [FilePath] {
        var owned = owned
        for distribution in try distributions() { owned.formUnion(try files(of: distribution)) }
        do {
            return try unlisted(in: folder, path, owned).sorted { $0.string < $1.string }
        } catch {
            throw .platform(error)
        }
    }

    private func unlisted(in folder: Directory, _ path: FilePath, _ owned: Set<FilePath>)
        throws(PlatformError) -> [FilePath]
    {
        var found: [FilePath] = []
        var isWhole = path != self.path
        for (name, kind) in try folder.entries() where name != "__pycache__" {
            let inner = path.appending(name)
            if kind == .directory {
                let below = try unlisted(in: folder.directory(name), inner, owned)
                found += below
                isWhole = isWhole && below == [inner]
            } else if owned.contains(inner) {
                isWhole = false
            } else {
                found.append(inner)
            }
        }
        return isWhole && !found.isEmpty ? [path] : found
    }
}

extension WheelLayout {
    /// The layout of a tree by the place of its `site-packages` alone: `lib/python3.11/site-packages`.
    init(ofSite site: FilePath, prefix: FilePath) throws(WheelError) {
        let name = site.removingLastComponent().lastComponent?.string ?? ""
        let version = String(name.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." })
        try self.init(
            sitePackages: site, headers: FilePath("include/site/python\(version)"),
            pythonVersion: version, prefix: prefix)
    }
}
