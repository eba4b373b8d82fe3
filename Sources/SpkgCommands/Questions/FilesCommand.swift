internal import ArgumentParser
internal import Installing
internal import SystemPackage

struct FilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "List the files of an installed package.",
        discussion: """
            EXAMPLE
              spkg files numpy
            """)

    @Argument(
        help: "The name of an installed package.", completion: .packages,
        transform: TextArgument.init)
    var package: TextArgument

    @OptionGroup var option: TreeOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let queries = try option.queries()
        try requireNoOpenChanges(queries)
        let files = try queries.files(of: package.text)
        try warnOfMoved(option.trees(), of: [package.text])
        if json {
            try emit(jsonText(files.map(\.string)))
        } else {
            try emit(files.map { "\($0)\n" }.joined())
        }
    }
}
