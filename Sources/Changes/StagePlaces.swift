internal import Platform
internal import SystemPackage

/// Where staged content lies, and where what it replaces is kept.
///
/// Usually one folder each. Renames work only within one mount: for every part of the tree that lies
/// on another one (a file system mounted at `share/`, a bind mount), there is a stage beside it, with
/// copies, so that the change itself consists of renames there too.
///
///     var/tmp/sage/stage/ID/
///       new/        staged content, or
///       from        a file: path and identity of the folder that has it (`AdoptedFolder`)
///       old/        what the change took out of the tree
///       beside      a file: parts of the tree on other mounts, one path per line
///       journal     the plan, until it is moved to changes/ID
///       done        the same after the commit
///     TREE/PART/.spkg-ID/{new,old}
///
/// Paths are written as in `Journal`.
final class StagePlaces {
    let id: String
    let folder: Directory
    /// The tree's root.
    let tree: Directory
    let main: Place
    /// Whether the staged content is in somebody else's folder.
    let isAdopted: Bool
    private(set) var sides: [(part: FilePath, place: Place)] = []
    /// Whether what is staged has to be on disk before the change is opened.
    let isDurable: Bool
    /// Whether it is, by now. Who stages more says so.
    var isOnDisk: Bool

    struct Place {
        let new: Directory
        let old: Directory
        /// See `Directory.mount`.
        let mount: Int64

        init(new: Directory, old: Directory) throws(PlatformError) {
            self.new = new
            self.old = old
            mount = try old.mount()
        }
    }

    /// Opens what is on disk.
    ///
    /// - Throws: `PlatformError`, `ENOENT` among them, when a part of it is gone.
    ///
    /// - Parameters:
    ///   - isDurable, isOnDisk: of a change that is yet to be opened.
    init(
        opening folder: Directory, id: String, in tree: Directory, isDurable: Bool = false,
        isOnDisk: Bool = true
    ) throws(PlatformError) {
        self.id = id
        self.isDurable = isDurable
        self.isOnDisk = isOnDisk
        self.folder = folder
        self.tree = tree
        let adopted = try AdoptedFolder(of: folder)
        isAdopted = adopted != nil
        let new = if let adopted { try adopted.open() } else { try folder.directory("new") }
        main = try Place(new: new, old: folder.directory("old"))
        for line in try folder.text("beside")?.split(separator: "\n") ?? [] {
            let part = FilePath(journalText: String(line))
            let side = try tree.descend(part).directory(name)
            sides.append(
                (part, try Place(new: side.directory("new"), old: side.directory("old"))))
        }
    }

    /// Of the stages beside parts of the tree.
    private var name: FilePath.Component { Self.sideName(id) }

    private static func sideName(_ id: String) -> FilePath.Component {
        FilePath.Component(".spkg-\(id)")!
    }

    /// Where content for a path of the tree is.
    func place(for path: FilePath) -> Place { side(for: path).map { sides[$0].place } ?? main }

    /// The innermost part of the tree that a path is in, by its place in `sides`; nil for `main`.
    func side(for path: FilePath) -> Int? {
        sides.indices.filter { path.starts(with: sides[$0].part) }
            .max { sides[$0].part.components.count < sides[$1].part.components.count }
    }

    /// Makes a stage beside a part of the tree and copies there what is staged for it.
    ///
    /// After a failure it is gone again.
    ///
    /// - Parameter staged: where in `new/` that is; nil when things only leave.
    func add(beside part: FilePath, staged: FilePath?) throws(PlatformError) {
        // Written down first: whoever sweeps must find it. On another disk the folder may be there at once.
        try noteSides(sides.map(\.part) + [part], durable: isDurable)
        isOnDisk = false
        let parent = try tree.descend(part)
        do {
            try parent.makeDirectory(name, mode: 0o700)
            let side = try parent.directory(name)
            try side.makeDirectory("new")
            try side.makeDirectory("old", mode: 0o700)
            let place = try Place(new: side.directory("new"), old: side.directory("old"))
            if let staged { try copy(staged, to: place.new) }
            sides.append((part, place))
        } catch {
            try parent.removeTree(name)
            try noteSides(sides.map(\.part), durable: false)
            throw error
        }
    }

    /// A staged folder where it can be renamed from.
    func staged(_ path: FilePath, in place: Place) throws(PlatformError) -> Directory {
        do { return try place.new.descend(path) } catch
            where error.errno == .noSuchFileOrDirectory
        {
            // A second name of what is copied there already.
            isOnDisk = false
            try copy(path, to: place.new)
            return try place.new.descend(path)
        }
    }

    private func noteSides(_ parts: [FilePath], durable: Bool) throws(PlatformError) {
        try folder.replace(
            "beside", parts.map { "\(escape($0))\n" }.joined(), durable: durable)
    }

    /// Copies a folder of `new/` with its path.
    private func copy(_ staged: FilePath, to target: Directory) throws(PlatformError) {
        var source = main.new
        var copy = target
        for name in staged.components {
            source = try source.directory(name)
            copy = try copy.directory(makingIfAbsent: name)
        }
        let links = CopiedLinks()
        for entry in try source.entries() {
            try source.copyTree(entry.name, to: entry.name, in: copy, keeping: links)
        }
    }

    /// Removes the stages beside parts of the tree. What is gone already is fine.
    static func removeSides(of folder: Directory, id: String, in tree: Directory)
        throws(PlatformError)
    {
        for line in try folder.text("beside")?.split(separator: "\n") ?? [] {
            do {
                try tree.descend(FilePath(journalText: String(line))).removeTree(sideName(id))
            } catch  where error.errno == .noSuchFileOrDirectory {}
        }
    }
}

extension Directory {
    /// A small file; nil when there is none.
    func text(_ name: FilePath.Component) throws(PlatformError) -> String? {
        guard try status(name) != nil else { return nil }
        let bytes = try file(name, .read).readToEnd()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces a small file in one step.
    func replace(_ name: FilePath.Component, _ text: String, durable: Bool = false)
        throws(PlatformError)
    {
        let beside = FilePath.Component("\(name).writing")!
        if try status(beside) != nil { try removeFile(beside) }
        let new = try file(beside, .create(mode: 0o644))
        try new.write(text.utf8)
        if durable { try new.sync() }
        try rename(beside, to: name, in: self, .replacing)
        if durable { try sync() }
    }
}
