internal import ArgumentParser
internal import Building
internal import Installing
internal import Recipes

struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Build and install again what is not as its recipe says.",
        discussion: """
            Looks at installed packages: their recipes, settings, sources and dependencies. New \
            dependencies are installed, too. A package counts as requested afterwards if it did before.

            EXAMPLES
              spkg upgrade               everything that is outdated
              spkg upgrade numpy         numpy and its dependencies
              spkg upgrade --dry-run     what is outdated, and why
            """)

    @Argument(
        help: "Names of installed packages; default: all.",
        completion: .packages, transform: TextArgument.init)
    var packages: [TextArgument] = []

    @Flag(name: .shortAndLong, help: "Show the output of builds as it comes; the same as V=1.")
    var verbose = false

    @OptionGroup var parallelism: ParallelOptions

    @Flag(
        name: [.customShort("n"), .long],
        help: "Print what would be installed, why, and from where; change nothing.")
    var dryRun = false

    @Flag(help: "Run the tests of packages too; a failure leaves the old version. SAGE_CHECK=yes.")
    var check = false

    @OptionGroup var locks: LockOption

    func run() throws {
        var environment = parallelism.environment(locks.environment)
        if check { environment["SAGE_CHECK"] = "yes" }
        let make = DryRun(environment)
        let watcher = Watcher(isVerbose: verbose, isSilent: make != nil)
        let installer = try Here.installer(watcher, environment: environment)
        let names = try recipeNames(packages, in: installer.recipes)
        var options = InstallOptions()
        options.keepsGoing = parallelism.keepGoing
        options.jobs = parallelism.jobs
        if dryRun || make != nil {
            try requireNoOpenChanges(installer.settings)
            let planned = try installer.plannedUpgrade(names, options)
            return try make?.answer(planned.map(\.package), "installed") ?? emit(planned)
        }
        try Interrupts.watched { [options] in
            let hasDone = try await installer.upgrade(names, options)
            if !hasDone { say("everything is up to date") }
        }
    }
}

/// Prints what would be done, a package a line.
func emit(_ planned: [PlannedPackage]) throws {
    try emit(planned.map { $0.line }.joined())
}

extension PlannedPackage {
    /// `numpy-2.4.6: not installed (numpy-2.4.6.tar.gz, 20.1 MiB; took 211.3 s the last time)`
    fileprivate var line: String {
        var facts: [String] = []
        if let archive {
            facts.append("\(archive), \(size.map { amount($0) } ?? "to be downloaded")")
        }
        if let expected { facts.append("took \(seconds(expected)) the last time") }
        let more = facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))"
        return "\(package): \(reason)\(more)\n"
    }
}
