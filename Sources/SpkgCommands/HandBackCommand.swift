internal import ArgumentParser
internal import Installing
internal import SystemPackage

struct HandBackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hand-back",
        abstract: "Give a user what scripts made in his build folder with other rights.",
        discussion: """
            Works on what belongs to the user who runs this, in a folder of the user who gets it.

            EXAMPLE
              sudo spkg helper hand-back --owner "$(id -u)" --group "$(id -g)" build/six-1.17.0
            """)

    @Option(help: "The user, by number, whose folder it must be, and who gets what is in it.")
    var owner: UInt32

    @Option(help: "The group, by number, that gets it.")
    var group: UInt32

    @Argument(help: "A folder.", completion: .directory, transform: PathArgument.init)
    var folder: PathArgument

    func run() throws {
        try handBack(folder.path, to: owner, group: group)
    }
}
