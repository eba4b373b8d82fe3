internal import ArgumentParser
internal import Installing
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

struct MakefileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "makefile",
        abstract: "Print the make rules of all recipes.",
        discussion: """
            The rules call this program again, once for each package. A package's record is the \
            target, so a new version, a changed recipe and a newer dependency rebuild it.

            EXAMPLE
              spkg makefile --output build/make/packages.mk
            """)

    @Option(
        help: "Write to this file instead, and only if that changes it.", completion: .file(),
        transform: PathArgument.init)
    var output: PathArgument?

    func run() throws {
        let settings = try Here.settings()
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        var words = MakefileSettings(
            root: settings.root, local: settings.local.root, venv: settings.venv.root)
        words.provided = Set(try settings.systemPackages().map { try RecipeName($0) })
        let graph = try DependencyGraph(recipes)
        say(warningsOf: graph)
        let text = try graph.makefile(words)
        guard let output else {
            try emit(text)
            return
        }
        // A link is written through, as by the shell's `>`; a device can't be replaced as a file is.
        let found = try targetStatus(output.path)
        let path = found == nil ? output.path : try realPath(output.path)
        if let kind = found?.kind, kind != .file {
            throw PlatformError.wrongKind(path: path, wanted: "a file", found: kind)
        }
        if try readTextIfPresent(path) == text { return }
        try makeDirectories(path.removingLastComponent())
        // Make takes an empty one for new: no recipe is younger.
        try writeFile(path, text.utf8, durable: settings.trees.isDurable)
    }
}
