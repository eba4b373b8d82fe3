internal import Building
internal import Distfiles
internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// A wheel of the recipe's distribution, in the build directory: the recipe's own, or built.
    func bringWheel(
        of recipe: Recipe, at place: BuildPlace, _ interpreter: Interpreter,
        _ jobserver: Jobserver, _ log: BuildLog
    ) async throws -> CheckedWheel {
        let package = recipe.nameAndVersion
        let target = try WheelTarget(interpreter)
        let archive = try choose(among: recipe.archives, of: recipe, interpreter, target)

        reporting.event(.phase(package: package, .fetching))
        let file = try await fetch(archive, of: recipe, interpreter)

        try removeTree(place.directory)
        let path: FilePath
        if archive.isWheel {
            try makeDirectories(place.dist)
            path = place.dist.appending(archive.fileName)
            try copyFile(file.path, to: path)
        } else {
            reporting.event(.phase(package: package, .unpacking))
            let source = try Distfiles.unpack(file, into: place.directory)
            let said = try source.apply(
                Patches(of: recipe.directory), environment: settings.environment)
            try log.write(said)
            path = try await buildWheel(of: recipe, at: place, interpreter, jobserver, log).path
        }
        let wheel = try check(path, for: target)
        try requireDistribution(wheel, of: recipe)
        return wheel
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
            let archive = try choose(
                among: recipe.archives, of: recipe, interpreter, WheelTarget(interpreter))
            reporting.event(.phase(package: recipe.nameAndVersion, .fetching))
            let file = try await fetch(archive, of: recipe, interpreter)
            reporting.event(.finished(package: recipe.nameAndVersion, .downloaded(file.path)))
        }
    }

    /// The only archive, or of several platform wheels the one that fits best.
    private func choose(
        among archives: [Archive], of recipe: Recipe, _ interpreter: Interpreter,
        _ target: WheelTarget
    ) throws -> Archive {
        guard archives.count > 1 || archives[0].isWheel else { return archives[0] }
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
                distfiles: settings.distfiles, server: settings.environment["SAGE_SERVER"]),
            index: .configured(
                environment: settings.environment,
                interpreters: [FilePath(interpreter.executable), FilePath(settings.python)]),
            network: NetworkSettings(environment: settings.environment))
        let event = reporting.event
        return try await Distfiles.fetch(distfile, from: sources) { what in
            switch what {
            case .progress(let received, let total):
                event(.progress(package: package, received: received, total: total))
            case .waiting(let file):
                event(.note(package: package, "waiting: another process is fetching \(file)"))
            case .failed(let attempt): event(.note(package: package, "\(attempt)"))
            case .asking: break
            }
        }
    }

    private func requireDistribution(_ wheel: CheckedWheel, of recipe: Recipe) throws {
        let expected = recipe.distribution?.name ?? recipe.name.text
        guard try DistributionName(expected) == wheel.name else {
            throw InstallError.otherDistribution(
                recipe: recipe.name, expected: expected, found: wheel.name.raw, wheel: wheel.path)
        }
    }
}
