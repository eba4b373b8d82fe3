internal import ArgumentParser
internal import Installing
internal import SystemPackage

struct OwnerCommand: ParsableCommand {
    private struct Answer: Encodable {
        let path: String
        let owners: [String]
    }

    static let configuration = CommandConfiguration(
        commandName: "owner",
        abstract: "Say which packages a file belongs to.",
        discussion: """
            A file that several packages brought belongs to each of them. The status is 1 if it \
            belongs to none.

            EXAMPLE
              spkg owner local/bin/f2py
            """)

    @Argument(help: "A file in the tree.", completion: .file(), transform: PathArgument.init)
    var path: PathArgument

    @OptionGroup var option: TreeOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let queries = try option.queries()
        try requireNoOpenChanges(queries)
        let owners = try queries.owners(of: path.path)
        try warnOfMoved(option.trees(), of: Set(owners))
        if json {
            try emit(jsonText(Answer(path: path.path.string, owners: owners)))
        } else {
            try emit(owners.map { "\($0)\n" }.joined())
        }
        if owners.isEmpty {
            say("\(path.path) belongs to no package")
            throw ExitCode.failure
        }
    }
}
