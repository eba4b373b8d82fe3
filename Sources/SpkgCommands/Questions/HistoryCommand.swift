internal import ArgumentParser
internal import Changes
internal import Installing
internal import SystemPackage
internal import Trees

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what was changed, when, and by which command.",
        discussion: """
            The oldest change first. What is said of a change that a killed command had begun is the \
            command that finished it. Only the last some thousand changes are kept.

            EXAMPLES
              spkg history
              spkg history --last 5 numpy
            """)

    @Argument(
        help: "Only changes of these packages.", completion: .packages,
        transform: TextArgument.init)
    var packages: [TextArgument] = []

    @Option(name: [.customShort("n"), .long], help: "Only so many, the newest.")
    var last: Int?

    @OptionGroup var option: TreeOption

    @Flag(help: "As JSON.")
    var json = false

    private struct Answer: Encodable {
        let time: String
        let change: String
        let command: String
        let interrupted: Bool
        let tree: String
    }

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last must be a whole number from 1 on") }
    }

    func run() throws {
        var changes = try option.trees().flatMap { tree in
            try History(of: tree).entries().filter(isWanted).map {
                Answer(
                    time: $0.time, change: $0.title, command: $0.command,
                    interrupted: $0.wasInterrupted, tree: tree.root.string)
            }
        }
        // The times of one tree's changes may go back with the clock, their order stays.
        if try option.trees().count > 1 { changes.sort { $0.time < $1.time } }
        changes = changes.suffix(last ?? changes.count)
        if json {
            try emit(jsonText(changes))
        } else {
            try emit(
                table(
                    changes.map {
                        [$0.time, $0.change, $0.command + ($0.interrupted ? " (finished)" : "")]
                    }))
        }
    }

    private func isWanted(_ entry: History.Entry) -> Bool {
        if packages.isEmpty { return true }
        let words = entry.title.split(separator: " ")
        return packages.contains { package in
            words.contains { $0 == package.text || $0.hasPrefix("\(package.text)-") }
        }
    }
}
