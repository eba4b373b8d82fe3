internal import ArgumentParser
internal import Building
internal import Installing
internal import Recipes
internal import SystemPackage

struct AdoptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Make a distribution's own make call spkg.",
        discussion: """
            Puts stand-ins for sage-spkg, sage-spkg-uninstall, sage-flock, sage-pip-install, \
            sage-pip-uninstall and sage-dist-helpers into build/bin, and keeps what was there in \
            build/bin/.spkg-originals. Afterwards make, ./sage -i and their like go through spkg. \
            Commands given to spkg itself need none of this.

            EXAMPLES
              spkg adopt                  the distribution of the current folder
              spkg adopt --check ~/sage   is it adopted, and by which spkg?
              spkg adopt --undo           restore what was there
            """)

    enum Action: String, EnumerableFlag {
        case check, undo

        static func help(for value: Self) -> ArgumentHelp? {
            switch value {
            case .check: "Only tell; the status is 1 unless this spkg has adopted it whole."
            case .undo: "Restore the distribution's own files."
            }
        }
    }

    @Flag var action: Action?

    @Argument(help: "The distribution: a folder that has build/pkgs.", completion: .directory)
    var root: String?

    func run() throws {
        var environment = Here.environment
        if let root { environment["SAGE_ROOT"] = root }
        let settings = try Here.settings(environment)
        let adoption = try Adoption(
            of: settings.root, program: settings.program, version: spkgVersion)
        if action != .check, let dry = DryRun.wanted {
            return try dry.answer(files(of: adoption), action == .undo ? "restored" : "replaced")
        }
        switch action {
        case .check: try check(adoption)
        case .undo:
            let changed = try adoption.undo()
            for name in changed { say("restored \(adoption.folder.appending(name))") }
            if changed.isEmpty { say("\(settings.root) is not adopted") }
        case nil:
            let changed = try adoption.adopt()
            for name in changed { say("put a stand-in at \(adoption.folder.appending(name))") }
            say("\(settings.root) is adopted: its make calls spkg; undo: spkg adopt --undo")
            try warnOfFunctions(settings)
        }
    }

    /// Those that the action would change.
    private func files(of adoption: Adoption) throws -> [String] {
        try adoption.standings().filter { _, standing in
            switch standing {
            case .standIn: action == .undo
            case .standInOfAnother: true
            case .original, .absent: action != .undo
            }
        }.map { adoption.folder.appending($0.name).string }
    }

    private func check(_ adoption: Adoption) throws {
        let standings = try adoption.standings()
        for (name, standing) in standings {
            let text =
                switch standing {
                case .absent: "is not there"
                case .original: "is the distribution's own"
                case .standIn: "runs this spkg, \(spkgVersion)"
                case .standInOfAnother(let mark): "is of another spkg: \(mark)"
                }
            print("\(adoption.folder.appending(name)) \(text)")
        }
        if standings.contains(where: { $0.standing != .standIn }) { throw ExitCode.failure }
    }

    /// Of a distribution that is newer than this program.
    private func warnOfFunctions(_ settings: Settings) throws {
        let functions = try HelperFunctions(in: settings.helpers)
        var callers: [String: [String]] = [:]
        for recipe in try RecipeCollection(at: settings.root.appending("build/pkgs")).all() {
            for name in try functions.unknown(in: recipe) {
                callers[name, default: []].append(recipe.name.text)
            }
        }
        for (name, recipes) in callers.sorted(by: { $0.key < $1.key }) {
            say(
                "warning: spkg has no function \(name), which these recipes call: "
                    + recipes.joined(separator: " "))
        }
    }
}
