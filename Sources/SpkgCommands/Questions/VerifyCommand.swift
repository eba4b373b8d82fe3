internal import ArgumentParser
internal import Installing
internal import SystemPackage
internal import Trees

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
        help: "Names of installed packages; default: everything.", completion: .packages,
        transform: TextArgument.init)
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
