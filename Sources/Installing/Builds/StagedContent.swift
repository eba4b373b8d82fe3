internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// What a recipe's script staged below SAGE_DESTDIR.
///
///     inst/                    place.staging
///       ABSOLUTE/PATH/OF/TREE/   `path`, in the layout of the tree
///
/// Rule: build/recipes.md, 11.1, step 4.
struct StagedContent {
    let path: FilePath

    /// A folder in the layout of the tree, all of which is content.
    init(at path: FilePath) { self.path = path }

    /// - Returns: nil when nothing was staged.
    /// - Throws: `InstallError.stagedOutside` when something was staged that is not below the tree:
    ///   it would be lost.
    init?(of job: PackageJob) throws {
        path = job.place.staging.pushing(job.tree.root.relative)
        guard try status(job.place.staging) != nil else { return nil }
        var outside: [FilePath] = []
        var folder = try Directory(opening: job.place.staging)
        var here: FilePath = "/"
        for name in job.tree.root.relative.components {
            for entry in try folder.entries() where entry.name != name {
                outside += try folder.files(of: entry.name, as: here.appending(entry.name))
            }
            guard try folder.status(name)?.kind == .directory else {
                if let kind = try folder.status(name)?.kind, kind != .directory {
                    outside.append(here.appending(name))
                }
                guard outside.isEmpty else { break }
                return nil
            }
            here.append(name)
            folder = try folder.directory(name)
        }
        if !outside.isEmpty {
            throw InstallError.stagedOutside(
                recipe: job.recipe.name, outside, tree: job.tree.root)
        }
        try tidy(folder)
    }

    /// Takes out what helped while staging, and libtool's notes on where libraries are, which are
    /// wrong as soon as anything moves.
    private func tidy(_ root: Directory) throws {
        if try root.status("lib64")?.kind == .link { try root.removeFile("lib64") }
        for name: FilePath.Component in ["lib", "lib64"]
        where try root.status(name)?.kind == .directory {
            let folder = try root.directory(name)
            try removeNotes(in: folder)
            if try folder.entries().isEmpty { try root.removeDirectory(name) }
        }
    }

    /// At any depth: plugins have such notes beside them too. Other files may end in `.la`.
    private func removeNotes(in folder: Directory) throws {
        for (name, _) in try folder.entries() {
            switch try folder.status(name)?.kind {
            case .directory: try removeNotes(in: folder.directory(name))
            case .file where try name.extension == "la" && folder.file(name, .read).isLibtoolNote:
                try folder.removeFile(name)
            default: break
            }
        }
    }

    /// Every file and link, read and hashed, sorted by path.
    ///
    /// Directories get `u+rwx`, and set-id bits are dropped: both belong to the tree, not to a build.
    ///
    /// - Throws: `PlatformError.wrongKind` for what can't be installed.
    func manifest() throws -> [ManifestEntry] {
        var entries: [ManifestEntry] = []
        func look(_ folder: Directory, _ path: FilePath) throws {
            for (name, _) in try folder.entries() {
                guard let status = try folder.status(name) else { continue }
                let inner = path.appending(name)
                if status.kind == .directory {
                    let mode = status.mode & 0o1777 | 0o700
                    if mode != status.mode { try folder.setMode(name, mode) }
                    try look(folder.directory(name), inner)
                    continue
                }
                if status.kind == .file, status.mode & 0o6000 != 0 {
                    try folder.setMode(name, status.mode & 0o777)
                }
                if let entry = try ManifestEntry(inner, reading: name, in: folder) {
                    entries.append(entry)
                }
            }
        }
        try look(Directory(opening: path), "")
        return entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Folders with nothing in them, sorted by path.
    func emptyFolders() throws -> [String] {
        func look(_ folder: Directory, _ path: FilePath) throws -> [String] {
            let entries = try folder.entries()
            if entries.isEmpty, !path.isEmpty { return [path.string] }
            return try entries.filter { try folder.status($0.name)?.kind == .directory }
                .flatMap { try look(folder.directory($0.name), path.appending($0.name)) }
        }
        return try look(Directory(opening: path), "").sorted()
    }

    /// Whether there is no file and no link.
    func isEmpty() throws -> Bool {
        let root = try Directory(opening: path)
        return try root.entries().allSatisfy { try root.files(of: $0.name, as: "").isEmpty }
    }

    /// Moves everything into a stage, which may have folders of the same names.
    func move(into stage: Directory) throws {
        try Self.move(Directory(opening: path), into: stage, CopiedLinks())
    }

    private static func move(
        _ source: Directory, into target: Directory, _ links: CopiedLinks
    ) throws(PlatformError) {
        for (name, _) in try source.entries() {
            if try target.status(name)?.kind == .directory,
                try source.status(name)?.kind == .directory
            {
                try move(source.directory(name), into: target.directory(name), links)
                continue
            }
            do {
                try source.rename(name, to: name, in: target, .notReplacing)
            } catch {
                // From another file system, or one without rename flags.
                guard error.errno == .improperLink || error.errno == .invalidArgument else {
                    throw error
                }
                try source.copyTree(name, to: name, in: target, keeping: links)
            }
        }
    }
}

extension FilePath {
    /// Without the leading `/`.
    fileprivate var relative: FilePath { FilePath(root: nil, components) }
}

extension Directory {
    /// The files and links that an entry is or holds, for a message.
    fileprivate func files(
        of name: FilePath.Component, as path: FilePath
    ) throws(PlatformError) -> [FilePath] {
        guard try status(name)?.kind == .directory else { return [path] }
        let inner = try directory(name)
        var found: [FilePath] = []
        for entry in try inner.entries() {
            found += try inner.files(of: entry.name, as: path.appending(entry.name))
        }
        return found
    }
}

extension File {
    /// Whether it says so in its first lines, as every file that libtool writes.
    fileprivate var isLibtoolNote: Bool {
        get throws(PlatformError) {
            let start = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 1)
            defer { start.deallocate() }
            return start[..<(try read(into: start))].firstRange(of: "libtool".utf8) != nil
        }
    }
}
