public import ArgumentParser
public import Installing

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the installed Python packages, pinned with hashes.",
        discussion: """
            EXAMPLES
              spkg export > requirements.txt
              spkg export --format pylock > pylock.toml
              spkg export --format pylock --url http://wheels.example/ > pylock.toml
            """)

    @Option(help: "requirements: for pip install -r. pylock: PEP 751, for pip, uv and others.")
    var format: Export.Format = .requirements

    @Option(
        help: "Where the wheels are served; pylock only. Default: paths of this machine.",
        transform: TextArgument.init)
    var url: TextArgument?

    func validate() throws {
        if url != nil, format != .pylock {
            throw ValidationError("--url is for --format pylock")
        }
    }

    func run() throws {
        let settings = try Here.settings()
        try requireNoOpenChanges(settings)
        try warnOfMoved(settings.allTrees)
        try emit(
            Export(of: settings.allTrees, settings: settings.trees).text(format, address: url?.text)
        )
    }
}

extension Export.Format: ExpressibleByArgument {}
