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

    @Argument(help: "The name of an installed package.")
    var package: String

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let settings = try Here.settings()
        try mentionOpenChanges(settings)
        let files = try settings.filesByTree(of: package)
        if json {
            print(jsonText(files.map(\.string)))
        } else {
            print(files.map { "\($0)\n" }.joined(), terminator: "")
        }
    }
}

struct OwnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "owner",
        abstract: "Say which package a file belongs to.",
        discussion: """
            The status is 1 if it belongs to none.

            EXAMPLE
              spkg owner local/bin/f2py
            """)

    @Argument(help: "A file in the tree.", completion: .file())
    var path: String

    func run() throws {
        let settings = try Here.settings()
        let path = Here.workingDirectory.pushing(FilePath(path)).lexicallyNormalized()
        guard let owner = try settings.owner(of: path) else {
            say("\(path) belongs to no package")
            throw ExitCode.failure
        }
        print(owner)
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

    @Argument(help: "Names of installed packages; default: everything.")
    var packages: [String] = []

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let settings = try Here.settings()
        try mentionOpenChanges(settings)
        let wanted = packages.isEmpty ? nil : Set(packages)
        let findings = try settings.allTrees.flatMap {
            try Verification.findings(in: $0, of: wanted)
        }
        if json {
            print(
                jsonText(
                    findings.map {
                        [
                            "kind": $0.kind.rawValue, "package": $0.package, "path": $0.path.string,
                            "detail": $0.detail,
                        ]
                    }))
        } else {
            print(findings.map { "\($0)\n" }.joined(), terminator: "")
        }
        if !findings.isEmpty { throw ExitCode.failure }
    }
}
