internal import ArgumentParser
internal import Building
internal import Changes
internal import Installing
internal import Requirements
internal import SystemPackage
internal import Trees

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Move a staged folder into a tree, all of it or nothing.",
        discussion: """
            STAGE is in the layout of TREE, as DESTDIR=… make install leaves it below the prefix. \
            Folders that are new move whole; those that are there already are merged. Files of \
            other packages, and folders in the way of files, are refused before anything moves.

            Where another package has a file already, and the same, both own it.

            A stage of your own on the same file system is empty afterwards; any other is copied.

            EXAMPLE
              make install DESTDIR=/tmp/stage && spkg merge /tmp/stage/usr/local /usr/local
            """)

    @Argument(
        help: "The folder with the new content.", completion: .directory,
        transform: PathArgument.init)
    var stage: PathArgument

    @Argument(
        help: "The tree that it goes into.", completion: .directory, transform: PathArgument.init)
    var tree: PathArgument

    @Option(
        help: """
            The installed package whose files the stage replaces. It stays one: its record lists what \
            the stage brings, unless the stage brings a record. A stage without any file removes it.
            """, transform: TextArgument.init)
    var package: TextArgument?

    @Option(
        help: "An installed package whose place that one takes; may come several times.",
        transform: TextArgument.init)
    var replacing: [TextArgument] = []

    @Option(
        help: """
            An installed Python distribution that the stage replaces, or removes; may come several \
            times.
            """, transform: TextArgument.init)
    var distribution: [TextArgument] = []

    @Option(help: "The user, by number, whose stage it must be; for those who run this for others.")
    var owner: UInt32?

    @Flag(help: "Take over files that belong to other packages.")
    var overwrite = false

    @Option(
        help: ArgumentHelp(
            "Take over files of this package, which is built again soon.", visibility: .hidden))
    var yielding: [String] = []

    @Flag(
        help: ArgumentHelp(
            "The stage is what `spkg repair` restores of the package, or of the tree itself.",
            visibility: .hidden))
    var restoring = false

    @Flag(help: "Leave files of the package that the stage doesn't bring.")
    var keepExisting = false

    @Flag(help: "Don't wait until everything is on disk; the same as SPKG_DURABLE=no.")
    var noDurable = false

    @OptionGroup var locks: LockOption

    @Flag(help: "Say what was done as JSON.")
    var json = false

    func run() throws {
        if let dry = DryRun.wanted { return try dry.answer([stage.path.string], "merged") }
        var environment = locks.environment
        if noDurable { environment["SPKG_DURABLE"] = "no" }
        let merge = try Merge(
            into: Tree(tree.path), settings: TreeSettings(environment: environment),
            reporting: Watcher(isVerbose: false).reporting)
        let done = try merge.run(
            stage.path, package: package?.text, replacing: replacing.map(\.text),
            distributions: Set(distribution.map { try DistributionName($0.text) }), owner: owner,
            restores: restoring, keepsOld: keepExisting, overwrites: overwrite,
            yielding: Set(yielding))
        if json {
            try emit(
                jsonText([
                    "added": done.added.map(\.string), "replaced": done.replaced.map(\.string),
                    "removed": done.removed.map(\.string),
                ]))
        } else {
            let lines =
                done.added.map { "added \($0)\n" } + done.replaced.map { "replaced \($0)\n" }
                + done.removed.map { "removed \($0)\n" }
            try emit(lines.joined())
        }
    }
}

/// For commands that change a tree.
struct LockOption: ParsableArguments {
    @Option(
        name: .customLong("lock-timeout"),
        help: """
            Seconds to wait for a lock that somebody else holds; default: SPKG_LOCK_TIMEOUT, or as \
            long as it takes.
            """)
    var timeout: Double?

    /// This process's environment, in which the option speaks louder.
    var environment: [String: String] {
        var found = Here.environment
        if let timeout { found["SPKG_LOCK_TIMEOUT"] = "\(timeout)" }
        return found
    }

    func validate() throws {
        if let timeout, TreeSettings.lockTimeout(timeout) == nil {
            throw ValidationError("--lock-timeout must be \(TreeSettings.lockTimeouts)")
        }
    }
}
