internal import Building
internal import Distfiles
internal import Glibc
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Fetches the archive of a recipe.
struct ArchiveFetch {
    private let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// - Returns: the archive that suits the interpreter, and the file, verified.
    func fetch(for recipe: Recipe, _ interpreter: Interpreter) async throws
        -> (archive: Archive, file: VerifiedDistfile)
    {
        let archive = try archive(for: recipe, interpreter)
        return (archive, try await fetch(archive, of: recipe, interpreter))
    }

    /// The only archive, or of several platform wheels the one that the interpreter prefers.
    func archive(for recipe: Recipe, _ interpreter: Interpreter) throws -> Archive {
        let archives = recipe.archives
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
        let settings = workspace.settings
        let distfile = try Distfile(archive, of: recipe)
        let sources = Sources(
            folder: settings.distfiles,
            mirrors: try Mirrors(
                reading: settings.root.appending(".upstream.d"), root: settings.root,
                distfiles: settings.distfiles, server: settings.server),
            index: .configured(
                workspace.pip,
                interpreters: [FilePath(interpreter.executable), FilePath(settings.python)]),
            network: NetworkSettings(environment: settings.environment),
            isDurable: settings.isDurable)
        let event = workspace.reporting.event
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

    /// For SAGE_SPKG_COPY_UPSTREAM, with times (build/recipes.md, 9). It appears whole.
    private func copy(_ archive: FilePath, into folder: FilePath) throws {
        try makeDirectories(folder)
        let name = archive.lastComponent!
        let beside = FilePath.Component(".\(name).\(getpid())")!
        let target = try Directory(opening: folder)
        try target.removeTree(beside)
        try Directory(opening: archive.removingLastComponent()).copyTree(
            name, to: beside, in: target)
        if workspace.settings.isDurable { try target.file(beside, .read).sync() }
        try target.rename(beside, to: name, in: target, .replacing)
        if workspace.settings.isDurable { try target.sync() }
    }
}

extension Distfile {
    /// What a recipe says of its archive.
    init(_ archive: Archive, of recipe: Recipe) throws {
        try self.init(
            name: archive.fileName, package: recipe.name.text, sha256: archive.sha256,
            sha1: archive.sha1, upstreamURL: archive.upstreamURL,
            distribution: recipe.distribution?.name)
    }
}
