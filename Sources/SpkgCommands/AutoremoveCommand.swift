internal import ArgumentParser
internal import Building
internal import Glibc
internal import Installing
internal import Recipes
internal import SystemPackage

struct AutoremoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autoremove",
        abstract: "Uninstall packages that came as dependencies and that nothing needs any more.",
        discussion: """
            What `spkg list --explicit` lists stays, with all that its recipes name, also for being \
            built. On a terminal it asks first; elsewhere it removes nothing without --yes.

            EXAMPLES
              spkg autoremove --dry-run
              spkg autoremove --yes
            """)

    @Flag(name: [.long, .customShort("n")], help: "Only list them.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Don't ask.")
    var yes = false

    @Flag(help: "With --dry-run: as JSON.")
    var json = false

    @OptionGroup var locks: LockOption

    func validate() throws {
        if json, !dryRun { throw ValidationError("--json goes with --dry-run") }
    }

    func run() throws {
        let watcher = Watcher(isVerbose: false)
        let environment = locks.environment
        let settings = try Here.settings(environment)
        let isLooking = dryRun || DryRun.wanted != nil
        let installer = try Here.installer(watcher, environment: environment)
        if isLooking { try requireNoOpenChanges(settings) } else { try installer.recoverTrees() }
        let names = try Inventory(settings, watcher.reporting).unneeded()
        if let dry = DryRun.wanted { return try dry.answer(names.map(\.text), "uninstalled") }
        if dryRun {
            return try emit(
                json ? jsonText(names.map(\.text)) : names.map { "\($0)\n" }.joined())
        }
        if names.isEmpty { return say("nothing to remove") }
        if !yes { try ask(names) }
        try Interrupts.watched { try await installer.uninstall(names) }
    }

    private func ask(_ names: [RecipeName]) throws {
        say("no longer needed: \(names.map(\.text).joined(separator: " "))")
        guard isatty(STDIN_FILENO) == 1 else {
            say("nothing was removed; to remove them: spkg autoremove --yes")
            throw ExitCode.failure
        }
        _ = writeAll("uninstall them? [y/N] ", to: STDERR_FILENO)
        let answer = (readLine() ?? "").lowercased()
        guard ["y", "yes"].contains(answer) else {
            say("nothing was removed")
            throw ExitCode.failure
        }
    }
}
