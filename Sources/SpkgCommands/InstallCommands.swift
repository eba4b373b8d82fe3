internal import ArgumentParser
internal import Installing
internal import Recipes
internal import SystemPackage

struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Build packages from their recipes and install them.",
        discussion: """
            What a package needs is brought first. A package that is as its recipe says is left \
            alone; of one that isn't, the old version stays until the new one is built.

            EXAMPLE
              spkg install numpy pillow
            """)

    @Argument(
        help: "Names of recipes in build/pkgs.",
        completion: .shellCommand("spkg list --all --names"))
    var packages: [String]

    @Flag(name: .shortAndLong, help: "Show the output of builds on a terminal too.")
    var verbose = false

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: verbose))
        let names = try recipeNames(packages, in: installer.recipes)
        let missing = try installer.missing(names)
        if missing.isEmpty { return }
        try Interrupts.watched { try await installer.install(missing) }
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

    @Argument(help: "Names of recipes in build/pkgs.")
    var packages: [String]

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: false))
        let names = try recipeNames(packages, in: installer.recipes)
        try Interrupts.watched { try await installer.download(names) }
    }
}

struct UninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Remove packages: their files, wheels and records.",
        discussion: """
            A package that is not installed is no failure. The recipe need not exist any more.

            EXAMPLE
              spkg uninstall numpy
            """)

    @Argument(help: "Names of packages.")
    var packages: [String]

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: false))
        try installer.uninstall(packages.map { try RecipeName($0) })
    }
}

struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Finish or drop what a killed command left open.",
        discussion: """
            Every command that writes does this first; by itself it is only needed after a command \
            has said so.
            """)

    func run() throws {
        try Here.installer(Watcher(isVerbose: false)).recoverTrees()
    }
}
