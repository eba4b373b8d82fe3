internal import ArgumentParser
internal import Building
internal import Installing
internal import Recipes
internal import Trees

struct UninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Remove packages: their files, wheels and records.",
        discussion: """
            A package that is not installed is no failure. The recipe need not exist any more.

            EXAMPLE
              spkg uninstall numpy
            """)

    @Argument(help: "Names of packages.", completion: .packages, transform: TextArgument.init)
    var packages: [TextArgument]

    @Flag(
        help: """
            Only forget the packages: record, stored wheel and kept scripts go, what they installed stays.
            """)
    var keepFiles = false

    @OptionGroup var locks: LockOption

    func run() throws {
        let installer = try Here.installer(
            Watcher(isVerbose: false), environment: locks.environment)
        var seen: Set<RecipeName> = []
        let names = try packages.map { try RecipeName($0.text) }.filter { seen.insert($0).inserted }
        if let dry = DryRun.wanted {
            return try dry.answer(installer.installed(names).map(\.text), "uninstalled")
        }
        try Interrupts.watched { [keepFiles] in
            try await installer.uninstall(names, keepsFiles: keepFiles)
        }
    }
}

struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Finish or drop what a killed command left open.",
        discussion: """
            Every command that writes does this first; by itself it is only needed after a command \
            has said so.

            EXAMPLE
              spkg recover
            """)

    @OptionGroup var option: TreeOption

    @OptionGroup var locks: LockOption

    func run() throws {
        let watcher = Watcher(isVerbose: false)
        if let dry = DryRun.wanted {
            return try dry.answer(option.queries().openChangeTitles(), "recovered")
        }
        if let tree = option.named {
            return try recoverTree(
                tree, settings: TreeSettings(environment: locks.environment),
                reporting: watcher.reporting)
        }
        try Here.installer(watcher, environment: locks.environment).recoverTrees()
    }
}
