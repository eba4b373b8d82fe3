internal import ArgumentParser
internal import Building
internal import Installing
internal import Recipes
internal import SystemPackage

struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Build packages from their recipes and install them.",
        discussion: """
            Dependencies are installed first, and what doesn't depend on each other side by side. A \
            package that is as its recipe says is left alone; of one that isn't, the old version stays \
            until the new one is built, staged and, if asked for, tested.

            EXAMPLES
              spkg install numpy pillow
              spkg install -j8 -k sympy pillow
              spkg install --dry-run sympy
            """)

    @Argument(
        help: "Names of recipes in build/pkgs.",
        completion: .recipes, transform: TextArgument.init)
    var packages: [TextArgument]

    @Flag(name: .shortAndLong, help: "Show the output of builds as it comes; the same as V=1.")
    var verbose = false

    @OptionGroup var parallelism: ParallelOptions

    @Flag(
        name: [.customShort("n"), .long],
        help: "Print what would be installed, why, and from where; change nothing.")
    var dryRun = false

    @Flag(
        name: .shortAndLong,
        help: "Build and install the named packages again, though nothing has changed.")
    var force = false

    @Flag(help: "Install the named packages again from their stored wheels, without building.")
    var reinstall = false

    @Flag(help: "Run the tests of packages too; a failure leaves the old version. SAGE_CHECK=yes.")
    var check = false

    @Flag(help: "Don't look at what the packages need: it is there.")
    var noDeps = false

    @Flag(
        help: """
            Leave files of the installed version that the new one hasn't; a Python distribution is \
            replaced whole all the same.
            """)
    var keepExisting = false

    @Flag(help: "Take over files that belong to other packages.")
    var overwrite = false

    @Flag(help: "Build experimental packages too.")
    var experimental = false

    @Flag(help: "Leave the build directory; the same as SAGE_KEEP_BUILT_SPKGS=yes.")
    var keepBuild = false

    @Flag(help: "Install what `spkg build` has left in the build directory.")
    var fromBuild = false

    @OptionGroup var locks: LockOption

    func validate() throws {
        let names = [("--force", force), ("--reinstall", reinstall), ("--from-build", fromBuild)]
            .filter(\.1).map(\.0)
        if names.count > 1 {
            throw ValidationError(
                "\(names.joined(separator: " and ")) don't go together: each says where from to "
                    + "install")
        }
    }

    func run() throws {
        var environment = parallelism.environment(locks.environment)
        if check { environment["SAGE_CHECK"] = "yes" }
        let dry = DryRun(environment)
        let watcher = Watcher(isVerbose: verbose, isSilent: dry != nil)
        let installer = try Here.installer(watcher, environment: environment)
        var names = try recipeNames(packages, in: installer.recipes)
        if !fromBuild, !force, !reinstall, !dryRun || dry != nil {
            names = try installer.missing(names, recovering: dry == nil)
        }
        if let dry { return try dry.answer(names.map(\.text), "installed") }
        if names.isEmpty { return }
        if dryRun { try requireNoOpenChanges(installer.settings) }
        if reinstall {
            if dryRun { return try emit(installer.plannedReinstall(names)) }
            return try Interrupts.watched { [names] in try installer.reinstall(names) }
        }
        if dryRun { return try emit(installer.planned(names, options)) }
        try Interrupts.watched { [names, options] in try await installer.install(names, options) }
    }

    private var options: InstallOptions {
        var options = InstallOptions()
        options.bringsDependencies = !noDeps && !fromBuild
        options.keepsExisting = keepExisting
        options.overwrites = overwrite
        options.allowsExperimental = experimental
        options.keepsBuild = keepBuild
        options.keepsGoing = parallelism.keepGoing
        options.jobs = parallelism.jobs
        options.isForced = force
        if fromBuild { options.extent = .installBuilt }
        return options
    }
}

struct BuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build and stage packages, and leave them in their build directories.",
        discussion: """
            What a package needs is installed first, unless --no-deps. The tree gets what was built by \
            `spkg install --from-build`.

            EXAMPLE
              spkg build numpy && spkg shell numpy
            """)

    @Argument(
        help: "Names of recipes in build/pkgs.", completion: .recipes,
        transform: TextArgument.init)
    var packages: [TextArgument]

    @Flag(name: .shortAndLong, help: "Show the output of builds as it comes; the same as V=1.")
    var verbose = false

    @OptionGroup var parallelism: ParallelOptions

    @Flag(help: "Don't look at what the packages need: it is there.")
    var noDeps = false

    @Flag(help: "Build experimental packages too.")
    var experimental = false

    func run() throws {
        let installer = try Here.installer(
            Watcher(isVerbose: verbose), environment: parallelism.environment(Here.environment))
        let names = try recipeNames(packages, in: installer.recipes)
        if let dry = DryRun.wanted { return try dry.answer(names.map(\.text), "built") }
        var options = InstallOptions()
        options.keepsGoing = parallelism.keepGoing
        options.jobs = parallelism.jobs
        options.allowsExperimental = experimental
        try Interrupts.watched { [options] in
            if !noDeps { try await installer.installDependencies(of: names, options) }
            var last = options
            last.bringsDependencies = false
            last.extent = .build
            try await installer.install(names, last)
        }
    }
}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Run the tests of installed packages.",
        discussion: """
            Their records get the result. Tests of a package that is being installed: \
            `spkg install --check`.

            EXAMPLE
              spkg check numpy
            """)

    @Argument(
        help: "Names of installed packages.", completion: .packages,
        transform: TextArgument.init)
    var packages: [TextArgument]

    @Flag(name: .shortAndLong, help: "Show the output of tests as it comes; the same as V=1.")
    var verbose = false

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: verbose))
        let names = try recipeNames(packages, in: installer.recipes)
        if let dry = DryRun.wanted { return try dry.answer(names.map(\.text), "tested") }
        try Interrupts.watched { try await installer.check(names) }
    }
}

struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove the build directories of packages.",
        discussion: """
            EXAMPLE
              spkg clean numpy
            """)

    @Argument(
        help: "Names of recipes in build/pkgs.", completion: .recipes,
        transform: TextArgument.init)
    var packages: [TextArgument]

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: false))
        let names = try recipeNames(packages, in: installer.recipes)
        if let dry = DryRun.wanted { return try dry.answer(names.map(\.text), "cleaned") }
        try installer.removeBuilds(of: names)
    }
}

struct DownloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Bring the archives of packages to upstream/ and verify them.",
        discussion: """
            EXAMPLE
              spkg download numpy
            """)

    @Argument(
        help: "Names of recipes in build/pkgs.", completion: .recipes,
        transform: TextArgument.init)
    var packages: [TextArgument]

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: false))
        let names = try recipeNames(packages, in: installer.recipes)
        if let dry = DryRun.wanted { return try dry.answer(names.map(\.text), "downloaded") }
        try Interrupts.watched { try await installer.download(names) }
    }
}
