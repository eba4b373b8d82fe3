internal import ArgumentParser
internal import Building
internal import Installing
internal import Platform
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

struct WheelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wheel",
        abstract: "Check, install and uninstall wheels by hand.",
        discussion: """
            These work on any virtual environment, without recipes and without the wheel store.

            EXAMPLES
              spkg wheel check dist/*.whl
              spkg wheel install --tree ~/venv six-1.17.0-py2.py3-none-any.whl
            """,
        subcommands: [
            WheelCheckCommand.self, WheelInstallCommand.self, WheelUninstallCommand.self,
            WheelListCommand.self,
        ])
}

struct WheelCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Prove that wheels are whole and mean one thing only.",
        discussion: """
            Reads everything and writes nothing. Each file is reported; the status is 1 if any is \
            refused.

            EXAMPLE
              spkg wheel check dist/*.whl
            """)

    @Argument(
        help: "Wheels.", completion: .file(extensions: ["whl"]), transform: PathArgument.init)
    var files: [PathArgument]

    @Flag(help: "As JSON, when all are checked.")
    var json = false

    private struct Answer: Encodable {
        let file: String
        let result: String
        var reason: String?
    }

    func run() throws {
        var answers: [Answer] = []
        var refused = false
        for file in files {
            var answer = Answer(file: file.text, result: "good")
            do {
                _ = try Wheels.check(file.path, for: nil).prove()
            } catch {
                refused = true
                answer = Answer(file: file.text, result: "refused", reason: "\(error)")
            }
            if json {
                answers.append(answer)
            } else {
                try emit("\(file.text): \(answer.result)\n")
                if let reason = answer.reason { say("error: \(reason)") }
            }
        }
        if json { try emit(jsonText(answers)) }
        if refused { throw ExitCode.failure }
    }
}

struct TreeOption: ParsableArguments {
    @Option(
        help: "A virtual environment; default: the distribution's own.", completion: .directory,
        transform: PathArgument.init)
    var tree: PathArgument?

    /// The tree that the option names; nil without it.
    var named: Tree? {
        tree.map { Tree($0.path) }
    }

    /// The tree that the option names, or all of the distribution.
    func trees() throws -> [Tree] { try named.map { [$0] } ?? Here.settings().allTrees }

    func queries() throws -> FileQueries {
        FileQueries(in: try trees(), settings: try TreeSettings(environment: Here.environment))
    }

    func wheelFiles(isManagedIgnored: Bool = false) throws -> WheelFiles {
        try WheelFiles(
            in: named ?? Here.settings().venv,
            settings: TreeSettings(environment: Here.environment),
            reporting: Watcher(isVerbose: false).reporting, isManagedIgnored: isManagedIgnored,
            isOwn: named == nil || DryRun.wanted != nil)
    }
}

struct ManagedOption: ParsableArguments {
    @Flag(
        name: .customLong("break-system-packages"),
        help: "Also where the system's package manager has a say (EXTERNALLY-MANAGED).")
    var isIgnored = false
}

struct WheelInstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Install wheels, all or none.",
        discussion: """
            A version that is there already is replaced, the same version too.

            EXAMPLE
              spkg wheel install --tree ~/venv six-1.17.0-py2.py3-none-any.whl
            """)

    @OptionGroup var option: TreeOption

    @OptionGroup var managed: ManagedOption

    @Flag(help: "Accept a RECORD that is wrong, and write a right one.")
    var allowBadRecord = false

    @Flag(help: "Compile modules to byte code before they are put in place.")
    var compileBytecode = false

    @Argument(
        help: "Wheels.", completion: .file(extensions: ["whl"]), transform: PathArgument.init)
    var files: [PathArgument]

    func run() throws {
        if let dry = DryRun.wanted { return try dry.answer(files.map(\.path.string), "installed") }
        let wheels = try option.wheelFiles(isManagedIgnored: managed.isIgnored)
        try wheels.install(
            files.map(\.path), byteCode: compileBytecode,
            record: allowBadRecord ? .rewrite : .strict)
    }
}

struct WheelUninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Remove distributions, also those that pip installed.",
        discussion: """
            What is not installed is no failure.

            EXAMPLE
              spkg wheel uninstall --tree ~/venv six
            """)

    @OptionGroup var option: TreeOption

    @OptionGroup var managed: ManagedOption

    @Argument(help: "Names of distributions.", transform: TextArgument.init)
    var names: [TextArgument]

    func run() throws {
        let wheels = try option.wheelFiles(isManagedIgnored: managed.isIgnored)
        let names = try names.map { try DistributionName($0.text) }
        if let dry = DryRun.wanted {
            return try dry.answer(wheels.installed(names).map(\.name), "uninstalled")
        }
        for gone in try wheels.uninstall(names) {
            say("removed \(gone.name) \(gone.version ?? "")")
        }
    }
}

struct WheelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the distributions of an environment.",
        discussion: """
            EXAMPLE
              spkg wheel list --tree ~/venv
            """)

    @OptionGroup var option: TreeOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let found = try option.wheelFiles().distributions()
        if json {
            try emit(jsonText(found.map { ["name": $0.name, "version": $0.version ?? ""] }))
        } else {
            try emit(table(found.map { [$0.name, $0.version ?? ""] }))
        }
    }
}
