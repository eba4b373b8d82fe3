internal import ArgumentParser
internal import Building
internal import Installing
internal import SystemPackage

/// What the shell functions of recipes' scripts call back. Not for people: `build/README.md`
/// describes the functions.
struct HelperCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helper",
        abstract: "What the helper functions of recipes' scripts call.",
        discussion: """
            EXAMPLE
              spkg helper build-wheel --no-build-isolation .
            """,
        shouldDisplay: false,
        subcommands: [BuildWheelCommand.self, HandBackCommand.self])
}

struct BuildWheelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build-wheel",
        abstract: "Build a source tree into the one wheel of dist/.",
        discussion: """
            Works inside a recipe's script: the environment says for which package.

            EXAMPLE
              spkg helper build-wheel -C setup-args=-Dblas=openblas .
            """)

    enum Isolation: String, EnumerableFlag {
        case preferBuildIsolation
        case buildIsolation
        case noBuildIsolation

        static func help(for value: Self) -> ArgumentHelp? {
            switch value {
            case .preferBuildIsolation: "The same, but once more without if that fails."
            case .buildIsolation: "Build with what the project requires, and nothing else."
            case .noBuildIsolation: "Build with whatever is installed in the tree."
            }
        }
    }

    @Flag(exclusivity: .chooseLast) var isolation = Isolation.preferBuildIsolation

    @Flag(help: "Make an sdist first, and build the wheel of what is in it.")
    var sdistThenWheel = false

    @Option(
        name: [.customShort("C"), .long], parsing: .unconditionalSingleValue,
        help: "A setting for the build backend, KEY=VALUE; may come several times.",
        transform: TextArgument.init)
    var configSettings: [TextArgument] = []

    @Argument(
        help: "The source tree; default: the working directory.", completion: .directory,
        transform: PathArgument.init)
    var folder: PathArgument?

    func run() throws {
        let folder = try PathArgument(".").path
        let source = self.folder?.path ?? folder
        let wheel = try ScriptWheel(
            environment: Here.environment, workingDirectory: folder)
        let settings = configSettings.map { setting in
            let parts = setting.text.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (key: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        let isolation: ScriptWheel.Isolation =
            switch isolation {
            case .preferBuildIsolation: .preferred
            case .buildIsolation: .isolated
            case .noBuildIsolation: .none
            }
        try Interrupts.watched { [sdistThenWheel] in
            let built = try await wheel.build(
                source, isolation: isolation, bySdist: sdistThenWheel,
                settings: settings)
            try emit("\(built.path.lastComponent?.string ?? "")\n")
        }
    }
}
