internal import ArgumentParser
internal import Building
internal import Glibc
internal import Installing
internal import Platform
internal import SystemPackage

struct PipCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pip",
        abstract: "Run the tree's own pip, under the pip lock.",
        usage: "spkg pip [ARGUMENT…]",
        discussion: """
            All arguments are pip's, and so is the exit status. Afterwards it is said what pip has \
            changed of the packages that spkg has installed, and the command that undoes it.

            EXAMPLES
              spkg pip list
              spkg pip install rich
            """)

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("Of pip.", visibility: .private))
    var words: [String] = []

    func run() throws {
        if let dry = DryRun.wanted { return try dry.answer(["pip"], "run") }
        let watcher = Watcher(isVerbose: false)
        let pip = try TreePip(Here.settings(), watcher.reporting)
        let command = CommandWords(
            first: [pip.interpreter.string, "-I", "-m", "pip"], last: words.count)
        let (status, changes) = try pip.run {
            // A person who ends pip wants to know what it has left.
            signal(SIGINT) { _ in }
            signal(SIGQUIT) { _ in }
            defer {
                signal(SIGINT, SIG_DFL)
                signal(SIGQUIT, SIG_DFL)
            }
            return try command.run()
        }
        for change in changes {
            say("[\(change.package)] warning: \(change.text)")
            say("[\(change.package)] to undo that: \(change.remedy)")
        }
        throw ExitCode(status)
    }
}
