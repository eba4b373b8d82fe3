internal import ArgumentParser
internal import Building
internal import Installing
internal import SystemPackage
internal import Trees

struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Restore what `spkg verify` finds changed or missing, without building.",
        discussion: """
            Files of Python packages come from their stored wheels; pages of the package index, the \
            links to the interpreter, and scripts of a tree that was moved or copied are written \
            again. Files that belong to no package stay. What only a build can restore is listed, \
            with the command that does it, and the status is 1.

            EXAMPLES
              spkg repair
              spkg repair numpy
              spkg repair --tree ~/venv      after it was moved, or its Python was upgraded
            """)

    @Argument(
        help: "Names of installed packages; default: everything.", completion: .packages,
        transform: TextArgument.init)
    var packages: [TextArgument] = []

    @OptionGroup var option: TreeOption

    @OptionGroup var locks: LockOption

    @Flag(help: "Say what is left as JSON.")
    var json = false

    private struct Answer: Encodable {
        let kind: String
        let package: String
        let path: String
        let detail: String
        let advice: String
    }

    func run() throws {
        let wanted = packages.isEmpty ? nil : Set(packages.map(\.text))
        if let dry = DryRun.wanted {
            let settings = try TreeSettings(environment: locks.environment)
            let paths = try option.trees().flatMap { tree in
                try Repair.findings(in: tree, of: wanted, settings: settings)
                    .map { tree.path($0.path).string }
            }
            return try dry.answer(paths, "repaired")
        }
        let watcher = Watcher(isVerbose: false)
        var left: [Repair.Unrepaired] = []
        if let tree = option.named {
            left = try Repair.run(
                in: tree, of: wanted, settings: TreeSettings(environment: locks.environment),
                reporting: watcher.reporting)
        } else {
            let installer = try Here.installer(watcher, environment: locks.environment)
            for tree in installer.settings.allTrees {
                left += try Repair.run(
                    in: tree, of: wanted, settings: installer.settings.trees,
                    reporting: watcher.reporting, installer: installer)
            }
        }
        if json {
            try emit(
                jsonText(
                    left.map {
                        Answer(
                            kind: $0.finding.kind.rawValue, package: $0.finding.package,
                            path: $0.finding.path.string, detail: $0.finding.detail,
                            advice: $0.advice)
                    }))
        } else {
            try emit(left.map { "\($0.finding)\n  \($0.advice)\n" }.joined())
        }
        if !left.isEmpty { throw ExitCode.failure }
    }
}
