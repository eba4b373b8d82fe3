public import Platform
internal import Requirements
internal import SystemPackage
public import Trees
internal import Wheels

/// Compares wheel store, records, repository and `site-packages` of a tree, and computes every hash
/// anew. Reads only.
public struct Verification {
    let tree: Tree
    private let settings: TreeSettings
    private let reading: Reading
    /// Whose content is read; nil: everybody's.
    private let suspects: Set<String>?
    private var findings: [Finding] = []
    private var contents: ContentComparison

    /// Which files are hashed.
    public enum Reading: Sendable {
        case everything
        case nothing
        /// Content, or a name or mode, that was changed at this time or later.
        case changed(since: FileTime)
    }

    /// What is wrong, sorted by path; empty when all is well.
    ///
    /// What is found is looked at once more while nothing can change the tree (`lookSteadily`).
    ///
    /// - Parameters:
    ///   - packages: only these; nil for everything, which also finds what belongs to none. In an
    ///     environment without records: names of distributions.
    ///   - reading: whose content is hashed; of the others sizes, modes and names must do.
    /// - Throws: for what can't be read at all.
    public static func findings(
        in tree: Tree, of packages: Set<String>?, settings: TreeSettings,
        reading: Reading = .everything
    ) throws -> [Finding] {
        var suspects: Set<String>?
        return try lookSteadily(at: [tree], settings, isFine: \.isEmpty) {
            var verification = Verification(tree, settings, reading, suspects)
            try verification.run(packages)
            let findings = verification.findings.sorted {
                ($0.path.string, $0.kind.rawValue) < ($1.path.string, $1.kind.rawValue)
            }
            // With the lock held, not everything is read again.
            suspects = Set(findings.map(\.package))
            return findings
        }
    }

    private init(
        _ tree: Tree, _ settings: TreeSettings, _ reading: Reading, _ suspects: Set<String>?
    ) {
        self.reading = reading
        self.tree = tree
        self.settings = settings
        self.suspects = suspects
        contents = ContentComparison(in: tree)
    }

    private mutating func run(_ packages: Set<String>?) throws {
        var records: [InstalledRecord] = []
        for (file, read) in try tree.readRecords(where: {
            packages?.contains($0.package) ?? true
        }) {
            do { records.append(try read.get()) } catch {
                let path = Tree.Place.installed.appending(file.name)
                let lines = "\(error)".split(separator: "\n").joined(separator: "; ")
                add(.unreadable, file.package, path, lines)
            }
        }
        let sites = try SitePackages.all(in: tree).map(ListedSite.init)
        for record in records { try verify(record, sites) }
        if try !tree.hasRecords() { try verifyDistributions(named: packages, in: sites) }
        findings += try contents.compare()
        try verifyInterpreter(of: records)
        guard packages == nil else { return }
        try verifyStore(records)
        guard try tree.hasRecords() else { return }
        let files = Set(records.flatMap { $0.files.map { FilePath($0) } })
        for listed in sites { try findUnowned(in: listed, besides: files) }
    }

    /// Of an environment that others filled, every distribution that has a list of files.
    private mutating func verifyDistributions(
        named names: Set<String>?, in sites: [ListedSite]
    ) throws {
        let names = names.map { Set($0.map { DistributionName.normalize($0) }) }
        for listed in sites {
            for found in listed.distributions
            where names?.contains(found.normalizedName) ?? true {
                try verify(found, of: found.name, in: listed.site, isAt: nil, except: [:])
            }
        }
    }

    private mutating func verifyInterpreter(of records: [InstalledRecord]) throws {
        let found = TreeInterpreter(of: tree, settings)
        let link = FilePath("bin/python3")
        switch try found.fault() {
        case .gone:
            add(.interpreter, "", link, "it is missing or leads nowhere; run: spkg repair")
            return
        case .other(let version):
            add(
                .interpreter, "", "pyvenv.cfg",
                "it is for Python \(version), and bin/python3 is another; run: spkg repair")
        case .noEnvironmentFile:
            add(.interpreter, "", "pyvenv.cfg", "it is missing; run: spkg repair")
        case nil: break
        }
        guard try status(tree.environmentFile) != nil else { return }
        let place = try found.interpreter().sitePackages
        for record in records {
            guard let metadata = record.distribution.map({ FilePath($0.metadata) }),
                !metadata.starts(with: place)
            else { continue }
            add(
                .otherPython, record.name, metadata,
                "the tree's Python looks into \(place); run: spkg install \(record.name)")
        }
    }

    // MARK: One package

    private mutating func verify(_ record: InstalledRecord, _ sites: [ListedSite]) throws {
        let lost = record.overwritten ?? [:]
        let isHere = try record.prefix.map { try tree.isAt($0) }
        if let prefix = record.prefix, isHere == false {
            add(
                .moved, record.name, Tree.Place.installed.appending(record.fileName),
                "it was installed in \(prefix)")
        }
        for file in record.files where lost[file] == nil && !file.hasSuffix(".whl") {
            if try status(tree.path(FilePath(file))) == nil {
                add(.missing, record.name, FilePath(file))
            }
        }
        for entry in record.manifest ?? [] where lost[entry.path] == nil {
            try verify(entry, of: record.name)
        }
        if record.isUnfinished == true {
            add(
                .unfinished, record.name, Tree.Place.installed.appending(record.fileName),
                "spkg-postinst has not run to its end")
        }
        if let wheel = record.wheel {
            try verify(wheel, of: record)
        } else {
            // Of the old machinery, which noted no hash.
            for wheel in record.storedWheels.map({ Tree.Place.wheels.appending($0) })
            where try status(tree.path(wheel)) == nil {
                add(.packageWithoutWheel, record.name, wheel)
            }
        }
        guard let distribution = record.distribution else { return }
        let name = try DistributionName(distribution.name)
        var isThere = false
        for listed in sites {
            for found in listed.byName[name.normalized] ?? [] {
                let metadata = listed.site.path.appending(found.entry)
                if metadata.string == distribution.metadata {
                    isThere = true
                    try verify(found, of: record.name, in: listed.site, isAt: isHere, except: lost)
                } else {
                    add(
                        .replaced, record.name, metadata,
                        "version \(found.version ?? "unknown") is there, not \(distribution.version)"
                    )
                }
            }
        }
        if !isThere { add(.missing, record.name, FilePath(distribution.metadata)) }
    }

    private mutating func verify(_ entry: ManifestEntry, of package: String) throws {
        let path = FilePath(entry.path)
        guard let there = try status(tree.path(path)) else { return }
        if let text = entry.link {
            let parent = try Directory(opening: tree.path(path).removingLastComponent())
            guard there.kind == .link, try parent.linkText(path.lastComponent!).string == text
            else {
                add(.changed, package, path, "it is not a link to \(text) any more")
                return
            }
        } else if there.kind != .file {
            add(.changed, package, path, "it is \(there.kind.phrase)")
        } else if let size = entry.size, size != there.size {
            add(.changed, package, path, "\(there.size) bytes, not \(size)")
        } else if let mode = entry.mode, mode != String(there.mode, radix: 8) {
            add(.changed, package, path, "its mode is \(String(there.mode, radix: 8)), not \(mode)")
        } else if let sha256 = entry.sha256 {
            try read(path, of: package, there.size, .sha256(sha256))
        }
    }

    private mutating func verify(_ wheel: InstalledRecord.StoredWheel, of record: InstalledRecord)
        throws
    {
        let path = Tree.Place.wheels.appending(wheel.file)
        guard let there = try status(tree.path(path)) else {
            add(.packageWithoutWheel, record.name, path)
            return
        }
        try read(path, of: record.name, there.size, .sha256(wheel.sha256))
        let pages: [(path: FilePath, bytes: [UInt8])]
        do {
            pages = try WheelStore(of: tree).pages(of: wheel.file, sha256: wheel.sha256)
        } catch {
            if try status(tree.path(path)) == nil {
                add(.packageWithoutWheel, record.name, path)
            } else {
                add(.unreadable, record.name, path, "\(error)")
            }
            return
        }
        for (page, bytes) in pages {
            // One that is missing was found with the record's files.
            if try status(tree.path(page)) != nil, try readFile(tree.path(page)) != bytes {
                add(.stalePage, record.name, page)
            }
        }
    }

    private mutating func verify(
        _ distribution: InstalledDistribution, of package: String, in site: SitePackages,
        isAt isHere: Bool?, except lost: [String: String]
    ) throws {
        let listed: InstalledFiles?
        do {
            listed = try distribution.files(in: site.folder, at: site.path, of: tree.root)
        } catch {
            add(.unreadable, package, site.path.appending(distribution.entry), "\(error)")
            return
        }
        guard let listed else {
            add(.missing, package, site.path.appending(distribution.entry).appending("RECORD"))
            return
        }
        for row in listed.refused { add(.outside, package, site.path, row) }
        for file in listed.files where lost[file.path] == nil {
            let path = FilePath(file.path)
            guard let status = try targetStatus(tree.path(path)) else {
                // Byte code may go at any time: Python makes it anew.
                if !file.path.hasSuffix(".pyc") { add(.missing, package, path) }
                continue
            }
            if status.kind != .file {
                add(.changed, package, path, "it is \(status.kind.phrase)")
            } else if let size = file.size, size != status.size {
                add(.changed, package, path, "\(status.size) bytes, not \(size)")
            } else if let hash = ContentComparison.Claim.Hash(row: file.hash) {
                try read(path, of: package, status.size, hash)
            }
            // A record that says where it was made speaks for all its scripts.
            if isHere == nil, path.starts(with: "bin"), status.kind == .file,
                let script = try tree.scriptFromElsewhere(path)
            {
                add(.moved, package, path, "it starts \(script.interpreter)")
            }
        }
    }

    private mutating func read(
        _ path: FilePath, of package: String, _ size: Int, _ hash: ContentComparison.Claim.Hash
    ) throws {
        guard suspects?.contains(package) ?? true else { return }
        switch reading {
        case .everything: break
        case .nothing: return
        case .changed(let time):
            guard let found = try targetStatus(tree.path(path)), found.changed >= time else {
                return
            }
        }
        findings += try contents.add(.init(package: package, path: path, size: size, hash: hash))
    }

    // MARK: What belongs to nobody

    private mutating func verifyStore(_ records: [InstalledRecord]) throws {
        let store = WheelStore(of: tree)
        for path in try store.strays(besides: Set(records.flatMap(\.storedWheels))) {
            let isWheel = path.lastComponent?.string.hasSuffix(".whl") == true
            add(isWheel ? .wheelWithoutPackage : .unowned, "", path)
        }
        let projects = Set(records.flatMap(\.projects))
        for project in try store.projects() where !projects.contains(project) {
            add(.stalePage, project, Tree.Place.simple.appending(project))
        }
        let root = SimplePage(projects: projects)
        for (name, bytes) in [("index.html", root.html), ("index.json", root.json)] {
            let path = Tree.Place.simple.appending(name)
            if try status(tree.path(path)) == nil {
                if !projects.isEmpty { add(.missing, "", path) }
            } else if try readFile(tree.path(path)) != bytes {
                add(.stalePage, "", path)
            }
        }
    }

    private mutating func findUnowned(in listed: ListedSite, besides files: Set<FilePath>) throws {
        let site = listed.site
        var owned: Set<FilePath> = []
        for distribution in listed.distributions {
            do { owned.formUnion(try site.files(of: distribution)) } catch {
                // What is whose can't be told then. A package's own list was met before.
                let path = site.path.appending(distribution.entry)
                if !findings.contains(where: { $0.kind == .unreadable && $0.path == path }) {
                    add(.unreadable, distribution.name, path, "\(error)")
                }
                return
            }
        }
        owned.formUnion(files)
        try findUnowned(in: site.folder, site.path, owned)
    }

    private mutating func findUnowned(
        in folder: Directory, _ path: FilePath, _ owned: Set<FilePath>
    ) throws {
        for (name, kind) in try folder.entries() where name != "__pycache__" {
            let inner = path.appending(name)
            if kind == .directory {
                try findUnowned(in: folder.directory(name), inner, owned)
            } else if !owned.contains(inner) {
                add(.unowned, "", inner)
            }
        }
    }

    private mutating func add(
        _ kind: Finding.Kind, _ package: String, _ path: FilePath, _ detail: String = ""
    ) {
        let line = detail.split(separator: "\n").first.map(String.init) ?? ""
        findings.append(Finding(kind, package, path, line))
    }
}
