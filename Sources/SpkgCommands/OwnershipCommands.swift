internal import ArgumentParser
internal import Installing
internal import Platform
internal import SystemPackage
internal import Trees

struct FilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "List the files of an installed package.",
        discussion: """
            EXAMPLE
              spkg files numpy
            """)

    @Argument(help: "The name of an installed package.", transform: TextArgument.init)
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

struct OwnerCommand: ParsableCommand {
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

    func run() throws {
        let queries = try option.queries()
        try requireNoOpenChanges(queries)
        let owners = try queries.owners(of: path.path)
        try warnOfMoved(option.trees(), of: Set(owners))
        if owners.isEmpty {
            say("\(path.path) belongs to no package")
            throw ExitCode.failure
        }
        try emit(owners.map { "\($0)\n" }.joined())
    }
}

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that wheel store, records and site-packages agree.",
        discussion: """
            Computes every hash anew and lists what is changed, missing, or belongs to nobody. The \
            status is 1 if there is anything.

            EXAMPLES
              spkg verify
              spkg verify numpy
            """)

    @Argument(
        help: "Names of installed packages; default: everything.", transform: TextArgument.init)
    var packages: [TextArgument] = []

    @OptionGroup var option: TreeOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        try requireNoOpenChanges(option.queries())
        let wanted = packages.isEmpty ? nil : Set(packages.map(\.text))
        let settings = try TreeSettings(environment: Here.environment)
        let findings = try option.trees().flatMap {
            try Verification.findings(in: $0, of: wanted, settings: settings)
        }
        if json {
            try emit(
                jsonText(
                    findings.map {
                        [
                            "kind": $0.kind.rawValue, "package": $0.package, "path": $0.path.string,
                            "detail": $0.detail,
                        ]
                    }))
        } else {
            try emit(findings.map { "\($0)\n" }.joined())
        }
        if !findings.isEmpty { throw ExitCode.failure }
    }
}
