internal import Building
internal import Distfiles
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees
internal import Wheels

/// Builds a package in its build directory.
struct PackageBuild {
    private let job: PackageJob

    init(_ job: PackageJob) { self.job = job }

    /// After a failure the directory stays for looking at, until the next build.
    func run() async throws -> BuildOutput {
        try makeDirectory()
        let sources = try SourceFiles(of: job.recipe, .everything, job.settings).digests()
        var wheel: FilePath?
        if job.recipe.archives.isEmpty {
            try PythonSupport(job.workspace).require(of: job)
        } else {
            wheel = try await unpackOrBuild()
        }
        if job.hasScripts { try await PackageScripts(job).build() }
        // Half of a build must never be taken for the whole, after a power cut either: a wheel is checked
        // again before it is installed, but what scripts have staged is not.
        try makeDirectories(job.place.run)
        let digest = try digest(of: sources) ?? ""
        let isGoal = job.options.extent == .build
        if job.settings.isDurable, isGoal || job.isScripted {
            try Directory(opening: job.place.directory).syncFileSystem()
        }
        try writeFile(job.place.built, digest.utf8, durable: job.settings.isDurable && isGoal)
        if job.isScripted { return try BuildOutput(stagedBy: job) }
        guard let wheel else {
            throw InstallError.nothingBuilt(recipe: job.recipe.name, job.place.directory)
        }
        return try BuildOutput(wheel, of: job)
    }

    /// Fetches the archive and makes `src` or, if no script does that, a wheel of it.
    ///
    /// - Returns: the wheel that was fetched or built.
    private func unpackOrBuild() async throws -> FilePath? {
        job.enter(.fetching)
        let (archive, file) = try await ArchiveFetch(job.workspace)
            .fetch(for: job.recipe, job.interpreter)
        if archive.isWheel {
            try makeDirectories(job.place.dist)
            let wheel = job.place.dist.appending(archive.fileName)
            try copyFile(file.path, to: wheel)
            return wheel
        }
        job.enter(.unpacking)
        let source = try Distfiles.unpack(file, into: job.place.directory)
        let output = try source.apply(
            Patches(of: job.recipe.directory), environment: job.settings.environment)
        try job.log.write(output)
        try PythonSupport(job.workspace).require(of: job)
        return job.isScripted ? nil : try await buildWheel()
    }

    /// Builds a wheel from the unpacked source by PEP 517 into `dist/`, in an isolated environment that
    /// holds what the build requires, from the wheel store.
    private func buildWheel() async throws -> FilePath {
        job.enter(.preparing)
        let project = try PyProject(of: job.place.source)
        var variables = BuildVariables(
            at: job.place, inherited: job.settings.environment, for: .python,
            usingEnvironment: true)
        let jobs = try HeldJobs(of: job.place.source, from: job.jobserver)
        variables.set(jobs.variables)

        // Its own tree's store first.
        let trees = [job.tree] + job.settings.allTrees.filter { $0 != job.tree }
        var build = try WheelBuild(
            isolatedAt: job.place, project: project, variables: variables,
            recipe: job.recipe.name, stores: trees.map { WheelStore(of: $0) },
            interpreter: job.interpreter)
        build.jobs = jobs
        job.enter(.building)
        defer { job.noteNetwork() }
        return try await build.run(log: job.log, terminal: job.terminal).path
    }

    /// Of the sources after a build that began with `sources`: a build may leave files among them. What
    /// it saw of a file that changed meanwhile is not known; then the next install builds again.
    private func digest(of sources: SourceDigests) throws -> String? {
        if sources.isEmpty { return nil }
        let later = try SourceFiles(of: job.recipe, .everything, job.settings).digests()
        if let path = sources.firstChanged(in: later) {
            job.note("warning: \(path) changed during the build; the next install builds it again")
            return "changed during the build"
        }
        return try SourceFiles(of: job.recipe, .listed, job.settings)
            .digest(cache: job.settings.cache)
    }

    /// Makes room for a new build: the old directory goes, or with SAGE_KEEP_BUILT_SPKGS one
    /// generation of it is kept in `old/` (build/recipes.md, 10.1).
    private func makeDirectory() throws {
        let directory = job.place.directory
        let commands = SudoCommands(job.workspace)
        if job.settings.keepsBuilds, try status(directory) != nil {
            let old = directory.removingLastComponent().appending("old")
            try makeDirectories(old)
            let name = directory.lastComponent!
            let folder = try Directory(opening: old)
            try commands.removeBuild(old.appending(name), of: job.package, in: job.tree)
            try Directory(opening: directory.removingLastComponent()).rename(
                name, to: name, in: folder, .notReplacing)
        }
        try commands.removeBuild(directory, of: job.package, in: job.tree)
        try makeDirectories(directory)
    }
}
