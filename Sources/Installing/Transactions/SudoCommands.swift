internal import Building
internal import Changes
internal import Glibc
internal import Platform
public import SystemPackage
internal import Trees

/// With SAGE_SUDO the tree is another user's. What changes it is this very program, run with those
/// rights; what scripts leave in our directories with those rights is given back to us.
struct SudoCommands {
    private let workspace: Workspace
    private var settings: Settings { workspace.settings }

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// What a line that spkg has said is about: `[six] …`.
    private static func note(in line: String) -> (about: String, text: String)? {
        guard line.hasPrefix("["), let end = line.firstRange(of: "] ") else { return nil }
        return (String(line[..<end.lowerBound].dropFirst()), String(line[end.upperBound...]))
    }

    /// Has what we staged merged into a tree that belongs to another user, by `$SAGE_SUDO spkg merge`.
    ///
    /// That process copies what it takes, so nothing in the tree is ever ours to change.
    ///
    /// - Throws: `InstallError.sudoFailed` with what it said; the tree is as it was, unless the error
    ///   says that a change is open.
    func merge(
        _ folder: FilePath, into tree: Tree, package: String?, replacing others: [String] = [],
        distributions: [String] = [], isRestoring: Bool = false,
        _ options: InstallOptions = InstallOptions()
    ) throws {
        var words = ["merge", "--owner", "\(geteuid())"]
        if let package { words += ["--package", package] }
        for other in others { words += ["--replacing", other] }
        for distribution in distributions { words += ["--distribution", distribution] }
        if isRestoring { words.append("--restoring") }
        if options.keepsExisting { words.append("--keep-existing") }
        if options.overwrites { words.append("--overwrite") }
        words += (package.flatMap { options.yielding?.others(than: $0) } ?? []).sorted().flatMap {
            ["--yielding", $0]
        }
        if !settings.isDurable { words.append("--no-durable") }
        words += lockOption + ["--", folder.string, tree.root.string]
        try run(words, on: tree, for: package ?? distributions.first ?? tree.root.string)
    }

    /// Before anything is looked up in a tree: waits for a change that is being made, or finishes or
    /// drops what was left open. Costs one system call when there is nothing.
    func settle(_ tree: Tree) throws {
        guard try hasOpenChanges(in: tree) else { return }
        try recover(tree)
    }

    /// Finishes or drops what killed commands left open in a tree.
    func recover(_ tree: Tree) throws {
        if settings.sudo.isEmpty {
            try recoverTree(tree, settings: settings.trees, reporting: workspace.reporting)
        } else {
            try run(
                ["recover"] + lockOption + ["--tree", tree.root.string], on: tree,
                for: tree.root.string)
        }
    }

    /// Gives back to us what a script with those rights made in a folder of ours.
    func handBack(_ folder: FilePath, of package: String, in tree: Tree) throws {
        guard try !settings.sudo.isEmpty && status(folder) != nil else { return }
        try run(
            [
                "helper", "hand-back", "--owner", "\(geteuid())", "--group", "\(getegid())", "--",
                folder.string,
            ], on: tree, for: package)
    }

    /// Removes a build folder, also one in which a script that was killed has left what isn't ours.
    func removeBuild(_ folder: FilePath, of package: String, in tree: Tree) throws {
        do { try removeTree(folder) } catch {
            let isAnothers = error.errno == .permissionDenied || error.errno == .notPermitted
            guard isAnothers, !settings.sudo.isEmpty else { throw error }
            try handBack(folder, of: package, in: tree)
            try removeTree(folder)
        }
    }

    private var lockOption: [String] {
        settings.lockTimeout.map { ["--lock-timeout", "\($0 / .seconds(1))"] } ?? []
    }

    /// What it says is reported as it comes, except for the error that it ends with.
    private func run(_ arguments: [String], on tree: Tree, for package: String) throws {
        let words = settings.sudo + [settings.program.string] + arguments
        // As a person would type it.
        let command = (settings.sudo + ["spkg"] + arguments).joined(separator: " ")
        var said: [String] = []
        var error: [String] = []
        let child: ChildOutput
        do {
            var environment = settings.environment
            environment[TreeSettings.commandVariable] = settings.trees.command
            child = try Platform.run(words, environment: environment) { line in
                if !error.isEmpty || line.hasPrefix("error:") {
                    error.append(line)
                    return
                }
                said.append(line)
                let (about, text) = Self.note(in: line) ?? (package, line)
                workspace.note(about, text)
            }
        } catch {
            throw InstallError.sudoNotStarted(command: command, error)
        }
        guard child.status != 0 else { return }
        throw InstallError.sudoFailed(
            command: command, status: child.status,
            said: (error.isEmpty ? said : error).joined(separator: "\n"),
            isOpen: (try? hasOpenChanges(in: tree)) ?? false)
    }
}

/// Gives a user what belongs to ours in a folder of his; see `Directory.handOver`.
///
/// - Throws: `InstallError.stageOfAnother` for a folder that isn't his.
public func handBack(_ folder: FilePath, to user: UInt32, group: UInt32) throws {
    let opened = try Directory(opening: folder)
    // From here on the handle counts, whatever becomes of the path.
    let found = try opened.status().user
    guard found == user else {
        throw InstallError.stageOfAnother(folder, owner: user, found: found)
    }
    try opened.handOver(to: user, group: group)
}
