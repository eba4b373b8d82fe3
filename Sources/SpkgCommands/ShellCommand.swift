internal import ArgumentParser
internal import Building
internal import Installing
internal import Platform
internal import Recipes

struct ShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Open a shell in the build directory that a failed build left.",
        discussion: """
            Programs, flags and what the network allows are those of the build. Of a recipe with \
            scripts, bash has the helper functions too.

            EXAMPLE
              spkg shell numpy
            """)

    @Argument(help: "The name of a recipe.", completion: .recipes, transform: TextArgument.init)
    var package: TextArgument

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: false))
        try warnOfMoved(installer.settings.allTrees)
        let shell = try installer.shell(
            for: installer.recipes.recipe(package.text))
        if shell.leavesNetwork {
            NetworkCut.leave()
            if let warning = NetworkCut.warning() { say(warning) }
        }
        try becomeProgram(
            shell.arguments, environment: shell.environment, in: shell.directory)
    }
}
