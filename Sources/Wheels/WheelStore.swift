public import Platform
public import Requirements
public import SystemPackage
public import Trees

/// The wheels of a tree: exactly one per installed Python package, and the simple repository over
/// them, which `SimplePage` draws.
///
/// Looking needs no lock: wheels arrive and leave whole. Changes are staged here and committed with
/// the package they belong to.
public struct WheelStore: Sendable {
    public let tree: Tree

    public init(of tree: Tree) { self.tree = tree }

    /// The stored wheels, sorted by file name; empty when there is no store yet. Files that are no
    /// wheels by their name, or those of a later standard, are passed over: see `strays`.
    public func wheels() throws(WheelError) -> [WheelFilename] {
        try names(in: tree.wheels).filter { $0.hasSuffix(".whl") }
            .compactMap { try? WheelFilename($0) }.sorted { $0.raw < $1.raw }
    }

    /// The stored wheels of these projects: several where something went wrong, none of most.
    public func wheels(of projects: Set<DistributionName>) throws(WheelError) -> [WheelFilename] {
        let spellings = NameSpellings(of: projects.map(\.normalized))
        return try names(in: tree.wheels).filter { $0.hasSuffix(".whl") && spellings.begin($0) }
            .compactMap { try? WheelFilename($0) }.filter { projects.contains($0.name) }
    }

    /// What lies in the store and is neither one of `wheels` nor beside one of them; relative to the
    /// tree's root, sorted. Hidden files are not looked at.
    public func strays(besides wheels: Set<String>) throws(WheelError) -> [FilePath] {
        let known = wheels.union(wheels.map { "\($0).metadata" }).union(["simple"])
        return try names(in: tree.wheels).filter { !known.contains($0) && !$0.hasPrefix(".") }
            .sorted().map { Tree.Place.wheels.appending($0) }
    }

    /// Normalized names of the projects that the repository has, in no order.
    public func projects() throws(WheelError) -> [String] {
        // Pages and strays have a dot in their names, normalized names of projects have none.
        try names(in: tree.path(Tree.Place.simple))
            .filter { !$0.utf8.contains(UInt8(ascii: ".")) }
    }

    private func names(in folder: FilePath) throws(WheelError) -> [String] {
        do {
            return try Directory(opening: folder).names()
        } catch  where error.errno == .noSuchFileOrDirectory {
            return []
        } catch {
            throw .platform(error)
        }
    }

    /// What a stored wheel brings besides itself; relative to the tree's root.
    public static func files(of wheel: String, project: String) -> [FilePath] {
        [
            Tree.Place.wheels.appending(wheel), Tree.Place.wheels.appending("\(wheel).metadata"),
            Tree.Place.simple.appending(project).appending("index.html"),
            Tree.Place.simple.appending(project).appending("index.json"),
        ]
    }

    /// Puts a wheel, its metadata and its project's page into a stage.
    ///
    /// The wheel is linked, or copied where it lies on another file system; the caller must not
    /// write to it any more.
    ///
    /// - Returns: the wheel's SHA-256.
    public func add(_ wheel: CheckedWheel, to stage: Directory) throws(WheelError) -> Digest {
        do {
            let folder = try stage.folder(Tree.Place.wheels)
            let name = FilePath.Component(wheel.filename.raw)!
            try folder.take(wheel.path, as: name)
            let now = FileTime.now
            try folder.setModified(name, now)
            try folder.write("\(wheel.filename.raw).metadata", wheel.metadata.bytes)
            let digest = wheel.archive.digest()
            let project = wheel.name.normalized
            let page = SimplePage(
                project: project, wheels: [ListedWheel(wheel, sha256: digest.hex, stored: now)])
            try stage.folder(Tree.Place.simple.appending(project)).write(page)
            return digest
        } catch {
            throw .platform(error)
        }
    }

    /// The files beside a stored wheel and what should be in them, made anew from the wheel.
    public func pages(of wheel: String, sha256: String) throws(WheelError)
        -> [(path: FilePath, bytes: [UInt8])]
    {
        let path = tree.wheels.appending(wheel)
        let checked = try check(path, for: nil, record: .rewrite)
        let stored: FileTime
        do { stored = try targetStatus(path)?.modified ?? FileTime(seconds: 0) } catch {
            throw .platform(error)
        }
        let project = checked.name.normalized
        let page = SimplePage(
            project: project, wheels: [ListedWheel(checked, sha256: sha256, stored: stored)])
        let contents = [checked.metadata.bytes, page.html, page.json]
        return Array(zip(Self.files(of: wheel, project: project).dropFirst(), contents))
    }

    /// Puts what the repository over the store lacks into a stage: missing and changed pages and METADATA.
    ///
    /// - Returns: the repository over the store.
    public func restore(to stage: Directory) throws(WheelError) -> SimpleRepository {
        let store: Directory
        do { store = try stage.folder(Tree.Place.wheels) } catch { throw .platform(error) }
        let repository = try SimpleRepository(
            WheelFolder(tree.wheels), record: .rewrite, trustingPagesBefore: nil
        ) { name, bytes throws(WheelError) in
            do throws(PlatformError) { try store.write(name, bytes) } catch {
                throw .platform(error)
            }
        }
        try store.write(pagesOf: repository)
        return repository
    }
}

extension Directory {
    /// A folder below this one; nil when it isn't there.
    func existingFolder(_ path: FilePath) throws(PlatformError) -> Directory? {
        do {
            return try descend(path)
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Links a file into this folder, or copies it if that can't be.
    fileprivate func take(_ path: FilePath, as name: FilePath.Component) throws(PlatformError) {
        let source = try Directory(opening: path.removingLastComponent())
        do {
            try makeHardLink(name, to: path.lastComponent!, in: source)
        } catch  where [.improperLink, .notPermitted, .tooManyLinks].contains(error.errno) {
            try copyFile(path, to: self.path.appending(name))
        }
        try setMode(name, 0o644)
    }
}
