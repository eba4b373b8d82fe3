internal import Building
internal import Distfiles
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What a build has made, looked at and found installable.
struct BuildOutput {
    /// The wheel of the package's distribution; nil when it is not Python, or only files.
    let wheel: CheckedWheel?
    /// Whether it is also installed; otherwise it is for users' own environments.
    let installsWheel: Bool
    /// Files in the layout of the tree; nil when nothing was staged.
    let content: StagedContent?
    /// The wheel's distribution, staged by the script in the old form as well.
    let staged: StagedDistribution?
    /// Files that a script wrote straight into the tree, relative to its root.
    let written: [FilePath]
    /// The recipe's distribution, if its script has had pip install it: an editable install.
    let editable: InstalledRecord.Distribution?

    /// A wheel that was fetched, or built by PEP 517.
    ///
    /// - Throws: `InstallError.otherDistribution`, `WheelError`.
    init(_ path: FilePath, of job: PackageJob) throws {
        wheel = try job.check(path)
        try job.requireDistribution(wheel!)
        installsWheel = true
        content = nil
        staged = nil
        written = []
        editable = nil
    }

    /// What a recipe's scripts have staged, stored and written. A wheel in the store's place of the
    /// stage is taken out of it: it has its pages, and is no file like others.
    ///
    /// - Throws: `InstallError.stagedOutside`, `.severalWheels`, `.otherDistribution`, `WheelError`.
    init(stagedBy job: PackageJob) throws {
        content = try StagedContent(of: job)
        let apart = job.place.directory.appending("stored")
        try makeDirectories(apart)
        for path in try content.map({ try wheels(in: $0.path.pushing(Tree.Place.wheels)) }) ?? [] {
            let name = path.lastComponent!
            try Directory(opening: path.removingLastComponent()).rename(
                name, to: name, in: Directory(opening: apart), .replacing)
        }
        // After `spkg build` it is there already.
        let stored = try wheels(in: apart)
        if stored.count > 1 {
            throw InstallError.severalWheels(
                recipe: job.recipe.name, stored.map { $0.lastComponent!.string })
        }
        wheel = try stored.first.map { try job.check($0) }
        if let wheel, job.recipe.distribution != nil { try job.requireDistribution(wheel) }
        let isStaging = try wheel != nil || content?.isEmpty() == false
        let writes = DirectWrites(job)
        written = try writes.files(isStaging: isStaging)
        writes.note(written)
        if !isStaging, written.isEmpty, !job.recipe.archives.isEmpty {
            job.note("installed no file: its script has put none into SAGE_DESTDIR")
        }
        if let wheel, let content {
            staged = try StagedDistribution(wheel.name, in: content)
        } else {
            staged = nil
        }
        let named = (try readTextIfPresent(job.place.wheelsToInstall) ?? "").split(separator: "\n")
        let isNamed = wheel.map { named.contains($0.filename.raw[...]) } ?? false
        installsWheel = wheel != nil && (staged != nil || isNamed)
        editable = installsWheel ? nil : try writes.distribution()
    }

    /// What `spkg build` has left in the build directory.
    ///
    /// - Throws: `InstallError.nothingBuilt` when no build came to its end there, and what the others
    ///   throw.
    init(resuming job: PackageJob) throws {
        let nothing = InstallError.nothingBuilt(recipe: job.recipe.name, job.place.directory)
        guard try status(job.place.built) != nil else { throw nothing }
        if job.isScripted {
            try self.init(stagedBy: job)
        } else {
            guard let path = try wheels(in: job.place.dist).first else { throw nothing }
            try self.init(path, of: job)
        }
    }
}

private func wheels(in folder: FilePath) throws -> [FilePath] {
    guard try status(folder) != nil else { return [] }
    return try Directory(opening: folder).entries().map(\.name)
        .filter { $0.string.hasSuffix(".whl") }.map { folder.appending($0) }
}

extension PackageJob {
    fileprivate func check(_ wheel: FilePath) throws -> CheckedWheel {
        try Wheels.check(
            wheel, for: WheelTarget(interpreter),
            record: recipe.has(.allowsBadRecord) ? .rewrite : .strict)
    }

    /// - Throws: `InstallError.otherDistribution`. Another version is said: the recipe is wrong, or the
    ///   source doesn't find its own version, as without a git repository; the package is usable. So
    ///   is one whose archive has the wheel's name, where the recipe's is no more than a mark.
    fileprivate func requireDistribution(_ wheel: CheckedWheel) throws {
        let expected = recipe.distribution?.name ?? recipe.name.text
        if try DistributionName(expected) != wheel.name {
            let isOfArchive = recipe.archives.contains {
                ArchiveName($0.fileName)?.project == wheel.name.normalized
            }
            guard recipe.hasInstallRequires, isOfArchive else {
                let named = ["version_requirements.txt", "install-requires.txt"]
                    .first { recipe.has($0) }.map { "build/pkgs/\(recipe.name)/\($0)" }
                throw InstallError.otherDistribution(
                    recipe: recipe.name, expected: expected, file: named ?? "src/pyproject.toml",
                    found: wheel.name.raw, wheel: wheel.path)
            }
            if recipe.distribution?.isAssumed == false {
                note(
                    """
                    warning: its wheel is of '\(wheel.name.raw)', its install-requires.txt says \
                    '\(expected)'; recorded as \(wheel.name.raw)
                    """)
            }
        }
        // A version that is none in Python's sense can't be compared.
        if let text = recipe.version?.upstream, let version = try? Version(text),
            version.publicVersion != wheel.version.publicVersion
        {
            note("warning: its wheel says version \(wheel.version), its recipe \(text)")
        }
    }
}
