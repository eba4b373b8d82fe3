internal import Building
internal import Distfiles
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// What a build left in its build directory, looked at and found installable.
struct Product {
    /// The wheel of the package's distribution; nil when it is not Python, or only files.
    let wheel: CheckedWheel?
    /// Whether it is also installed; otherwise it is for users' own environments.
    var installsWheel = true
    /// Files in the layout of the tree; nil when nothing was staged.
    let content: StagedContent?
    /// The wheel's distribution, staged by the script in the old form as well.
    var staged: StagedDistribution?
    /// Files that a script wrote straight into the tree, relative to its root.
    let written: [FilePath]
    /// The recipe's distribution, if its script has had pip install it: an editable install.
    var editable: InstalledRecord.Distribution?
}

extension Installer {
    /// Looks through the build directory.
    ///
    /// - Throws: `InstallError.nothingBuilt`, `.stagedOutside`, `.severalWheels`, `.otherDistribution`, `WheelError`.
    func collect(_ work: Work) throws -> Product {
        let target = try WheelTarget(work.interpreter)
        let policy: RecordPolicy = work.recipe.has(.allowsBadRecord) ? .rewrite : .strict
        // Half of a build must never be taken for the whole.
        guard try status(work.place.built) != nil else {
            throw InstallError.nothingBuilt(recipe: work.recipe.name, work.place.directory)
        }
        guard work.isScripted else {
            guard let path = try wheels(in: work.place.dist).first else {
                throw InstallError.nothingBuilt(recipe: work.recipe.name, work.place.directory)
            }
            let wheel = try Wheels.check(path, for: target, record: policy)
            try requireDistribution(wheel, of: work)
            return Product(wheel: wheel, content: nil, written: [])
        }
        let content = try StagedContent(of: work)
        // The wheel store gets it with its pages; it is no staged file like others.
        let apart = work.place.directory.appending("stored")
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
                recipe: work.recipe.name, stored.map { $0.lastComponent!.string })
        }
        let wheel = try stored.first.map { path in
            let wheel = try Wheels.check(path, for: target, record: policy)
            if work.recipe.distribution != nil { try requireDistribution(wheel, of: work) }
            return wheel
        }
        let toInstall = try readTextIfPresent(work.place.wheelsToInstall) ?? ""
        let installed = toInstall.split(separator: "\n").map(String.init)
        let isStaging = try wheel != nil || content?.isEmpty() == false
        let written = try filesWritten(during: work, isStaging: isStaging)
        noteWritten(written, by: work)
        if !isStaging, written.isEmpty, !work.recipe.archives.isEmpty {
            let text = "installed no file: its script has put none into SAGE_DESTDIR"
            reporting.event(.note(package: work.package, text))
        }
        var staged: StagedDistribution?
        if let wheel, let content { staged = try StagedDistribution(wheel.name, in: content) }
        let installsWheel =
            wheel.map { staged != nil || installed.contains($0.filename.raw) } ?? false
        return Product(
            wheel: wheel, installsWheel: installsWheel, content: content, staged: staged,
            written: written,
            editable: installsWheel ? nil : try distributionInstalled(during: work))
    }

    private func wheels(in folder: FilePath) throws -> [FilePath] {
        guard try status(folder) != nil else { return [] }
        return try Directory(opening: folder).entries().map(\.name)
            .filter { $0.string.hasSuffix(".whl") }.map { folder.appending($0) }
    }

    /// - Throws: `InstallError.otherDistribution`. Another version is said: the recipe is wrong, or the
    ///   source doesn't find its own version, as without a git repository; the package is usable. So
    ///   is one whose archive has the wheel's name, where the recipe's is no more than a mark.
    private func requireDistribution(_ wheel: CheckedWheel, of work: Work) throws {
        let recipe = work.recipe
        let expected = recipe.distribution?.name ?? recipe.name.text
        if try DistributionName(expected) != wheel.name {
            let isOfArchive = recipe.archives.contains {
                ArchiveName($0.fileName)?.project == wheel.name.normalized
            }
            guard recipe.hasInstallRequires, isOfArchive else {
                throw InstallError.otherDistribution(
                    recipe: recipe.name, expected: expected, found: wheel.name.raw,
                    wheel: wheel.path)
            }
            if recipe.distribution?.isAssumed == false {
                let text = """
                    warning: its wheel is of '\(wheel.name.raw)', its install-requires.txt says \
                    '\(expected)'; recorded as \(wheel.name.raw)
                    """
                reporting.event(.note(package: work.package, text))
            }
        }
        // A version that is none in Python's sense can't be compared.
        if let text = recipe.version?.upstream, let version = try? Version(text),
            version.publicVersion != wheel.version.publicVersion
        {
            let text = "warning: its wheel says version \(wheel.version), its recipe \(text)"
            reporting.event(.note(package: work.package, text))
        }
    }
}
