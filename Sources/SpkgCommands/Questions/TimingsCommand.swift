internal import ArgumentParser
internal import Installing
internal import Platform
internal import SystemPackage

struct TimingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timings",
        abstract: "Show the last run of installs as a page: bars per core, and the critical path.",
        discussion: """
            The path of one HTML file is printed. A run that failed, or was interrupted, is shown as \
            far as it came. What make starts together is one run.

            EXAMPLE
              xdg-open "$(spkg timings)"
            """)

    @Option(
        name: .shortAndLong, help: "The file to write; default: timings.html beside the logs.",
        completion: .file(extensions: ["html"]), transform: PathArgument.init)
    var output: PathArgument?

    @Flag(help: "Print the times as JSON, and write no page.")
    var json = false

    private struct Answer: Encodable {
        struct Bar: Encodable {
            let package: String
            let start: Double
            let end: Double
            let result: String
            let lane: Int
            let critical: Bool
        }
        let start: String
        let duration: Double
        let lanes: Int
        let packages: [Bar]
    }

    func validate() throws {
        if json, output != nil { throw ValidationError("--json prints, --output writes a page") }
    }

    func run() throws {
        let settings = try Here.settings()
        let timings = try Timings(settings, Watcher(isVerbose: false).reporting)
        let date = FileTime(seconds: Int64(timings.start)).text
        if json {
            return try emit(
                jsonText(
                    Answer(
                        start: date, duration: timings.duration, lanes: timings.laneCount,
                        packages: timings.bars.map {
                            Answer.Bar(
                                package: $0.package, start: $0.start, end: $0.end,
                                result: $0.isDone.map { $0 ? "ok" : "failed" } ?? "not ended",
                                lane: $0.lane, critical: $0.isCritical)
                        })))
        }
        let path = output?.path ?? settings.logs.appending("timings.html")
        try writeFile(path, TimingsPage(timings: timings, date: date).html.utf8)
        try emit("\(path)\n")
    }
}
