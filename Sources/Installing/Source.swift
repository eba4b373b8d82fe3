internal import Building
internal import Distfiles
internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// Fills the build directory: the archive's content, and what the recipe makes of it.
    ///
    /// Afterwards `collect` finds there what is to be installed. After a failure the directory stays
    /// for looking at, until the next build.
    func build(_ work: Work) async throws {
        try putAside(work)
        let sources = try SourceFiles(of: work.recipe, .everything, settings)
        if !work.recipe.archives.isEmpty {
            reporting.event(.phase(package: work.package, .fetching))
            let archive = try choose(
                among: work.recipe.archives, of: work.recipe, work.interpreter)
            let file = try await fetch(archive, of: work.recipe, work.interpreter)
            if archive.isWheel {
                try makeDirectories(work.place.dist)
                try copyFile(file.path, to: work.place.dist.appending(archive.fileName))
            } else {
                reporting.event(.phase(package: work.package, .unpacking))
                let source = try Distfiles.unpack(file, into: work.place.directory)
                let said = try source.apply(
                    Patches(of: work.recipe.directory), environment: settings.environment)
                try work.log.write(said)
            }
            if !archive.isWheel, !work.isScripted { try await buildWheel(work) }
        }
        if work.hasScripts { try await runScripts(work) }
        try makeDirectories(work.place.run)
        try writeFile(work.place.built, (sum(of: sources, builtFrom: work) ?? "").utf8)
    }

    /// The sum of the sources after a build that began with `sources`: a build may leave files among
    /// them. Nobody knows what it saw of a file that changed meanwhile; then the next install builds
    /// again.
    private func sum(of sources: SourceFiles, builtFrom work: Work) throws -> String? {
        if sources.isEmpty { return nil }
        let later = try SourceFiles(of: work.recipe, .everything, settings)
        if let path = sources.firstChanged(in: later) {
            let text = "warning: \(path) changed during the build; the next install builds it again"
            reporting.event(.note(package: work.package, text))
            return "changed during the build"
        }
        return try SourceFiles(of: work.recipe, .listed, settings).digest
    }

    /// Makes room for a new build: the old directory goes, or with SAGE_KEEP_BUILT_SPKGS one
    /// generation of it is kept in `old/` (build/recipes.md, 10.1).
    private func putAside(_ work: Work) throws {
        let directory = work.place.directory
        if settings.keepsBuilds, try status(directory) != nil {
            let old = directory.removingLastComponent().appending("old")
            try makeDirectories(old)
            let name = directory.lastComponent!
            let folder = try Directory(opening: old)
            try removeBuild(old.appending(name), of: work.package, in: work.tree)
            try Directory(opening: directory.removingLastComponent()).rename(
                name, to: name, in: folder, .notReplacing)
        }
        try removeBuild(directory, of: work.package, in: work.tree)
        try makeDirectories(directory)
    }

    /// Brings the archives of packages to `upstream/`, and does nothing else.
    public func download(_ names: [RecipeName]) async throws {
        for name in names {
            let recipe = try recipes.recipe(name)
            if recipe.archives.isEmpty {
                throw InstallError.notInstallable(
                    recipe: name, reason: "it has no archive to download")
            }
            let interpreter = try interpreter(of: settings.venv)
            let archive = try choose(among: recipe.archives, of: recipe, interpreter)
            reporting.event(.phase(package: recipe.nameAndVersion, .fetching))
            let file = try await fetch(archive, of: recipe, interpreter)
            reporting.event(.finished(package: recipe.nameAndVersion, .downloaded(file.path)))
        }
    }

    /// The only archive, or of several platform wheels the one that fits best.
    private func choose(
        among archives: [Archive], of recipe: Recipe, _ interpreter: Interpreter
    ) throws -> Archive {
        guard archives.count > 1 || archives[0].isWheel else { return archives[0] }
        let target = try WheelTarget(interpreter)
        let ranked = try archives.compactMap { archive -> (rank: Int, archive: Archive)? in
            let name = try WheelFilename(archive.fileName)
            return target.tags.bestRank(of: name.tags).map { ($0, archive) }
        }
        guard let best = ranked.min(by: { $0.rank < $1.rank }) else {
            throw InstallError.noWheelFits(
                recipe: recipe.name, wheels: archives.map(\.fileName),
                interpreter: interpreter.executable,
                tag: target.tags.first.map { "\($0)" } ?? "none")
        }
        return best.archive
    }

    private func fetch(_ archive: Archive, of recipe: Recipe, _ interpreter: Interpreter)
        async throws -> VerifiedDistfile
    {
        let package = recipe.nameAndVersion
        let distfile = try Distfile(
            name: archive.fileName, package: recipe.name.text, sha256: archive.sha256,
            sha1: archive.sha1, upstreamURL: archive.upstreamURL,
            distribution: recipe.distribution?.name)
        let sources = Sources(
            folder: settings.distfiles,
            mirrors: try Mirrors(
                reading: settings.root.appending(".upstream.d"), root: settings.root,
                distfiles: settings.distfiles, server: settings.server),
            index: .configured(
                pip,
                interpreters: [FilePath(interpreter.executable), FilePath(settings.python)]),
            network: NetworkSettings(environment: settings.environment))
        let event = reporting.event
        let file = try await Distfiles.fetch(distfile, from: sources) { what in
            switch what {
            case .progress(let received, let total):
                event(.progress(package: package, received: received, total: total))
            case .waiting(let file):
                event(.note(package: package, "waiting: another process is fetching \(file)"))
            case .failed(let attempt): event(.note(package: package, "\(attempt)"))
            case .askingAgain(let attempt, let pause):
                if pause >= .seconds(5) {
                    let text = "\(attempt); asking again in \(pause.components.seconds) s"
                    event(.note(package: package, text))
                }
            case .asking: break
            }
        }
        if distfile.sha256 == nil {
            let text =
                "warning: \(recipe.directory)/checksums.ini has only a sha1 of \(distfile.name), "
                + "which can be forged; add its sha256"
            event(.note(package: package, text))
        }
        if let folder = settings.upstreamCopies { try copy(file.path, into: folder) }
        return file
    }

    /// For SAGE_SPKG_COPY_UPSTREAM, with times (build/recipes.md, 9).
    private func copy(_ archive: FilePath, into folder: FilePath) throws {
        try makeDirectories(folder)
        let name = archive.lastComponent!
        let target = try Directory(opening: folder)
        try target.removeTree(name)
        try Directory(opening: archive.removingLastComponent()).copyTree(
            name, to: name, in: target)
    }
}
