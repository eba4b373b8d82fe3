internal import ArgumentParser
internal import Installing
internal import Platform
internal import Recipes
internal import SystemPackage

struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print the path of a package's build log, or follow the log.",
        discussion: """
            Without a name it is the log that was written last.

            EXAMPLES
              less "$(spkg log numpy)"
              spkg log -f numpy           what is written to it, as it comes, until Ctrl-C
            """)

    @Argument(
        help: "The name of a recipe.", completion: .recipes, transform: TextArgument.init)
    var package: TextArgument?

    @Flag(name: .shortAndLong, help: "Print its end, and what is written to it from now on.")
    var follow = false

    @Flag(help: "As JSON.")
    var json = false

    private struct Answer: Encodable {
        let path: String
        let exists: Bool
    }

    func validate() throws {
        if follow, json { throw ValidationError("--follow prints the log itself, not JSON") }
    }

    func run() throws {
        let settings = try Here.settings()
        let path = try package.map { try log(of: $0.text, settings) } ?? newest(in: settings.logs)
        let exists = try targetStatus(path) != nil
        if follow {
            if !exists { say("note: \(path) is not there yet") }
            // It knows how to wait for a log that isn't there, or is exchanged.
            try becomeProgram(
                ["tail", "-n", "20", "-F", "--", path.string], environment: Here.environment,
                in: Here.workingDirectory ?? "/")
        }
        if json {
            try emit(jsonText(Answer(path: path.string, exists: exists)))
        } else {
            try emit("\(path)\n")
        }
    }

    private func log(of package: String, _ settings: Settings) throws -> FilePath {
        let recipes = try RecipeCollection(at: settings.root.appending("build/pkgs"))
        return settings.logs.appending("\(try recipes.recipe(package).nameAndVersion).log")
    }

    private func newest(in folder: FilePath) throws -> FilePath {
        var newest: (path: FilePath, time: FileTime)?
        if try targetStatus(folder) != nil {
            for (name, _) in try Directory(opening: folder).entries()
            where name.extension == "log" {
                let path = folder.appending(name)
                guard let time = try targetStatus(path)?.modified else { continue }
                if newest.map({ $0.time < time }) ?? true { newest = (path, time) }
            }
        }
        guard let newest else { throw NoLogs(folder: folder) }
        return newest.path
    }

    private struct NoLogs: Error, CustomStringConvertible {
        let folder: FilePath
        var description: String {
            "there are no logs in \(folder): nothing was built yet, or SAGE_LOGS is another folder"
        }
    }
}
