internal import ArgumentParser
internal import Building
internal import Installing
internal import Recipes

struct SystemCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "system",
        abstract: "Name packages that the system provides, so that they aren't built.",
        discussion: """
            Each is looked for first: with pkg-config, by running a compiler, by Debian's packages \
            that its recipe names. The list is TREE/etc/spkg/system-packages.txt; take a name out of \
            it to have the package built again. Without names, the list is printed.

            EXAMPLE
              spkg system gcc openblas zlib
            """)

    @Argument(
        help: "Names of recipes in build/pkgs.", completion: .recipes,
        transform: TextArgument.init)
    var packages: [TextArgument] = []

    @Flag(help: "Don't look; add them.")
    var trusted = false

    @Flag(help: "The list as JSON.")
    var json = false

    func validate() throws {
        if json, !packages.isEmpty {
            throw ValidationError("--json is for the list, without names")
        }
    }

    func run() throws {
        let installer = try Here.installer(Watcher(isVerbose: false))
        if packages.isEmpty {
            let names = installer.systemPackages
            return try emit(json ? jsonText(names) : names.map { "\($0)\n" }.joined())
        }
        let names = try recipeNames(packages, in: installer.recipes)
        if let dry = DryRun.wanted {
            let known = installer.systemPackages
            return try dry.answer(
                names.map(\.text).filter { !known.contains($0) }, "looked for in the system")
        }
        let found = try installer.addSystemPackages(names, trusted: trusted)
        for finding in found { say("\(finding.name): provided by the system: \(finding.evidence)") }
    }
}
