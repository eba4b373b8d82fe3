internal import ArgumentParser
internal import Installing

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show in what the trees differ from recipes, records and wheel store.",
        discussion: """
            Outdated packages, packages whose recipe is gone, changes that were left open, files that \
            are missing, have another size or belong to no package, wheels without package, a tree \
            that was moved, and whatever can't be read. The content of files is not read: \
            `spkg verify` does that. The status is 1 if there is anything.

            EXAMPLE
              spkg status
            """)

    @Flag(help: "As JSON.")
    var json = false

    private struct Answer: Encodable {
        let kind: String
        let package: String
        let path: String
        let detail: String
        let remedy: String
    }

    func run() throws {
        let watcher = Watcher(isVerbose: false)
        let drift = try Inventory(Here.settings(), watcher.reporting)
            .drift { watcher.reporting.event(.waiting($0)) }
        if json {
            try emit(
                jsonText(
                    drift.map {
                        Answer(
                            kind: $0.kindName, package: $0.package, path: $0.path,
                            detail: $0.detail, remedy: $0.remedy)
                    }))
        } else {
            try emit(drift.map { "\($0)\n" }.joined())
            var said: Set<String> = [""]
            for remedy in drift.map(\.remedy) where said.insert(remedy).inserted {
                say("hint: \(remedy)")
            }
        }
        if !drift.isEmpty { throw ExitCode.failure }
    }
}
