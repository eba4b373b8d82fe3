internal import ArgumentParser
internal import Glibc
internal import Platform

/// Runs the command line of this process and ends it.
///
/// Not asynchronous: most calls find nothing to do, and the threads of Swift's concurrency would
/// cost as much as all the rest.
public func runSpkg() -> Never {
    occupyStandardDescriptors()
    startPlainly()
    do {
        var command = try Spkg.parseAsRoot()
        try command.run()
        exit(EXIT_SUCCESS)
    } catch {
        end(with: error)
    }
}

/// The command itself; each subcommand has a file of its own.
struct Spkg: ParsableCommand {
    /// As all other errors begin.
    static let _errorPrefix = "error: "

    static let configuration = CommandConfiguration(
        commandName: "spkg",
        abstract: "Build and install the packages of a source distribution.",
        discussion: """
            Recipes are in build/pkgs, the installation tree is local/. Each Python package is \
            built into a wheel, which is kept in local/var/lib/sage/wheels as long as the package \
            is installed.

            EXAMPLES
              spkg install numpy      build and install numpy and all that it needs
              spkg list               what is installed
              spkg uninstall numpy    remove it
            """,
        version: "spkg \(spkgVersion)",
        subcommands: [
            InstallCommand.self, UpgradeCommand.self, UninstallCommand.self,
            DownloadCommand.self, BuildCommand.self,
            CheckCommand.self, CleanCommand.self, SystemCommand.self,
            AutoremoveCommand.self, ListCommand.self, StatusCommand.self, OutdatedCommand.self,
            InfoCommand.self, DepsCommand.self,
            FilesCommand.self, OwnerCommand.self, VerifyCommand.self, RepairCommand.self,
            LogCommand.self, HistoryCommand.self, TimingsCommand.self, ShellCommand.self,
            PipCommand.self,
            WheelCommand.self,
            IndexCommand.self,
            ExportCommand.self, MakefileCommand.self, RecoverCommand.self, MergeCommand.self,
            FlockCommand.self, AdoptCommand.self, HelperCommand.self,
        ])
}
