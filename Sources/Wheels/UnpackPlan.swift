internal import Requirements
internal import SystemPackage

/// Where each file of a wheel goes in a tree.
struct UnpackPlan {
    /// A folder, relative to the tree's root, and the files that go there.
    struct Folder {
        let path: String
        var files: [File] = []
    }

    struct File {
        /// Index in the archive's entries.
        let entry: Int
        let name: String
        let isExecutable: Bool
        /// `#!python` in the first line is to be replaced.
        let isScript: Bool
        let claim: RecordProof.Claim?
        /// Whether another wheel of the same call brings the same: that one is written.
        var isWrittenElsewhere = false
    }

    fileprivate(set) var folders: [Folder] = []
    /// Entries that the installer writes itself, or whose place an entry point's script takes;
    /// they are proved all the same.
    private(set) var skipped: [File] = []
    let scripts: [EntryPoints.Script]
    /// Names of those that another wheel of the same call brings, and the same.
    var scriptsWrittenElsewhere: Set<String> = []
    /// Of every file that will be there, those of the installer among them; relative to the tree's
    /// root.
    private(set) var places: [String] = []
    /// Of the `.dist-info` folder, relative to the tree's root.
    let distInfo: String

    private var folderIndex: [PathKey: Int] = [:]
    private var names: NameSet

    init(_ wheel: CheckedWheel, _ layout: WheelLayout) throws(WheelError) {
        let scripts = wheel.entryPoints.scripts(pythonVersion: layout.pythonVersion)
        self.scripts = scripts
        distInfo = "\(layout.root(of: wheel))/\(wheel.distInfo)"
        names = NameSet(capacity: wheel.archive.entries.count)
        let generated = Set(scripts.map(\.name))
        let ours = Set(["RECORD", "INSTALLER", "REQUESTED"].map { "\(wheel.distInfo)/\($0)" })
        let scheme = WheelScheme(wheel, layout)

        for script in scripts { try place("\(layout.scripts)/\(script.name)", wheel, layout) }
        for name in ["RECORD", "INSTALLER", "REQUESTED"] {
            try place("\(distInfo)/\(name)", wheel, layout)
        }
        for (index, entry) in wheel.archive.entries.enumerated() where !entry.isFolder {
            let claim = wheel.proof.claim(of: entry.name)
            let (path, isScript) = try scheme.place(of: entry.name)
            let (folder, rest) = path.atLastSlash ?? ("", path[...])
            let name = String(rest)
            let file = File(
                entry: index, name: name, isExecutable: entry.isExecutable || isScript,
                isScript: isScript, claim: claim)
            if ours.contains(entry.name)
                || (isScript && Self.isWrapper(name, of: generated))
            {
                skipped.append(file)
                continue
            }
            try place(path, wheel, layout)
            add(file, to: String(folder))
        }
        if let path = names.fileThatIsFolder(of: places) {
            throw .wheel(wheel: wheel.path, entry: path, rule: .destinationDouble)
        }
    }

    /// Claims a place, relative to the tree's root.
    private mutating func place(_ path: String, _ wheel: CheckedWheel, _ layout: WheelLayout)
        throws(WheelError)
    {
        if layout.isProtected(path) {
            throw .wheel(wheel: wheel.path, entry: path, rule: .protectedPlace)
        }
        if !names.insert(path, isFolder: false) {
            throw .wheel(wheel: wheel.path, entry: path, rule: .destinationDouble)
        }
        places.append(path)
    }

    private mutating func add(_ file: File, to folder: String) {
        let index = folderIndex[PathKey(folder)] ?? folders.count
        if index == folders.count {
            folderIndex[PathKey(folder)] = index
            folders.append(Folder(path: folder))
        }
        folders[index].files.append(file)
    }

    /// setuptools once put the scripts of entry points into wheels, also in forms for Windows.
    /// pip makes them anew; so do we.
    private static func isWrapper(_ name: String, of generated: Set<String>) -> Bool {
        let lower = name.lowercased()
        var stem = name[...]
        for suffix in [".exe", "-script.py", ".pya"] where lower.hasSuffix(suffix) {
            stem = name.dropLast(suffix.count)
            break
        }
        return generated.contains(String(stem))
    }
}

extension UnpackPlan {
    /// What a wheel brings to a place.
    enum Content {
        case script(EntryPoints.Script)
        /// Folder and file in `folders`.
        case file(Int, Int)
        /// RECORD and its like.
        case metadata
    }

    /// By path relative to the tree's root, which is in `places`.
    func content(at path: String, scripts folder: FilePath) -> Content {
        let (above, name) = path.atLastSlash ?? ("", path[...])
        if above == folder.string,
            let script = scripts.first(where: { $0.name.utf8.elementsEqual(name.utf8) })
        {
            return .script(script)
        }
        guard let index = folderIndex[PathKey(above)],
            let file = folders[index].files.firstIndex(where: {
                $0.name.utf8.elementsEqual(name.utf8)
            })
        else { return .metadata }
        return .file(index, file)
    }

    /// Leaves a place to another wheel, which brings the same.
    mutating func leave(_ content: Content) {
        switch content {
        case .script(let script): scriptsWrittenElsewhere.insert(script.name)
        case .file(let folder, let file): folders[folder].files[file].isWrittenElsewhere = true
        case .metadata: break
        }
    }
}

/// Which folder of the tree each folder of a wheel means.
///
/// Rule: binary distribution format, "The .data directory".
struct WheelScheme {
    private let wheel: CheckedWheel
    private let site: String
    private let purelib: String
    private let platlib: String
    private let dataRoot: String
    private let scripts: String
    private let headers: String
    private let data: String?

    init(_ wheel: CheckedWheel, _ layout: WheelLayout) {
        self.wheel = wheel
        site = layout.root(of: wheel).string + "/"
        purelib = layout.sitePackages.string + "/"
        platlib = layout.platformPackages.string + "/"
        dataRoot = layout.data.isEmpty ? "" : layout.data.string + "/"
        scripts = layout.scripts.string + "/"
        // As pip names it: the file's spelling with dashes.
        let stem = wheel.filename.stem
        let name = stem[..<(stem.firstIndex(of: "-") ?? stem.endIndex)]
        headers = "\(layout.headers)/" + name.map { $0 == "_" ? "-" : $0 } + "/"
        data = wheel.dataFolder.map { $0 + "/" }
    }

    /// - Parameter name: of a file in the wheel.
    /// - Returns: the path relative to the tree's root.
    func place(of name: String) throws(WheelError) -> (path: String, isScript: Bool) {
        guard let data, let inner = name.after(prefix: data) else { return (site + name, false) }
        guard let (scheme, rest) = inner.atFirstSlash else { throw unknown(name) }
        switch scheme {
        case "purelib": return (purelib + rest, false)
        case "platlib": return (platlib + rest, false)
        case "scripts": return (scripts + rest, true)
        case "headers": return (headers + rest, false)
        case "data": return (dataRoot + rest, false)
        default: throw unknown(name)
        }
    }

    private func unknown(_ name: String) -> WheelError {
        .wheel(wheel: wheel.path, entry: name, rule: .unknownScheme)
    }
}
