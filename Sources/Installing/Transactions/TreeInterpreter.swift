internal import Changes
internal import Platform
internal import SystemPackage
internal import Trees
internal import Wheels

/// The interpreter that a tree runs with, and the one that takes its place: after an upgrade of the
/// system `bin/python3` may lead nowhere, or to another version than `pyvenv.cfg` says.
struct TreeInterpreter {
    let tree: Tree
    let settings: TreeSettings
    /// For a new tree, and for one whose interpreter is gone: a path, or a name on PATH.
    let python: String

    init(of tree: Tree, _ settings: TreeSettings, python: String? = nil) {
        self.tree = tree
        self.settings = settings
        let named = settings.environment["SPKG_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
        self.python = python ?? named ?? "python3"
    }

    /// What the tree's programs run with, or will as soon as a command writes.
    ///
    /// - Throws: `TreeError.treeWithoutInterpreter`, `.noInterpreter`.
    func interpreter() throws -> Interpreter {
        try isThere() ? ask(tree.interpreterLink.string) : successor()
    }

    /// The link first, then where it leads: asked the other way round, a link that another process
    /// makes in between looked like one that leads nowhere.
    private func isThere() throws -> Bool {
        try status(tree.interpreterLink) != nil && targetStatus(tree.interpreterLink) != nil
    }

    private func ask(_ program: String) throws(TreeError) -> Interpreter {
        try Interpreter(
            asking: program, environment: settings.environment, cache: settings.cache)
    }

    /// Of the same minor version if there is one and none was named: then what is installed goes on
    /// working.
    private func successor() throws -> Interpreter {
        let file = try EnvironmentFile(of: tree)
        if settings.environment["SPKG_PYTHON"] ?? "" == "", let version = file?.pythonVersion,
            let same = try? ask("python\(version)")
        {
            return same
        }
        do { return try ask(python) } catch {
            if try file == nil && status(tree.interpreterLink) == nil { throw error }
            throw TreeError.treeWithoutInterpreter(
                tree: tree.root, link: tree.interpreterLink, version: file?.pythonVersion)
        }
    }

    /// What is wrong with the tree's links and `pyvenv.cfg`.
    enum Fault {
        /// `bin/python3` is missing or leads nowhere.
        case gone
        /// It runs another version than the one that the tree was made for.
        case other(than: String)
        /// Without it Python doesn't see what is installed here.
        case noEnvironmentFile
    }

    /// Whether a tree has lost its interpreter; false for one that never had any. Two system calls
    /// where all is well.
    func isGone() throws -> Bool {
        if try isThere() { return false }
        return try status(tree.interpreterLink) != nil || status(tree.environmentFile) != nil
    }

    /// Starts no interpreter that is known.
    ///
    /// - Returns: nil where all is well, and for a tree that is no virtual environment.
    func fault() throws -> Fault? {
        if try isGone() { return .gone }
        guard try isThere() else { return nil }
        guard let file = try EnvironmentFile(of: tree) else {
            return try leadsOut() ? .noEnvironmentFile : nil
        }
        let version = try ask(tree.interpreterLink.string).majorMinor
        return file.pythonVersion.flatMap { $0 == version ? nil : .other(than: $0) }
    }

    /// A program in the tree itself is an installed Python, which needs no `pyvenv.cfg`.
    private func leadsOut() throws -> Bool {
        try !realPath(tree.interpreterLink).starts(with: realPath(tree.root))
    }

    // MARK: The change

    /// Links and `pyvenv.cfg` of trees, relative to their roots: what one may have of the other's.
    static func files(in trees: [Tree]) throws -> [FilePath] {
        let versions = Set(try trees.compactMap { try EnvironmentFile(of: $0)?.pythonVersion })
        return ["pyvenv.cfg", "bin/python", "bin/python3"]
            + versions.sorted().map { FilePath("bin/python\($0)") }
    }

    /// Stages links and `pyvenv.cfg` that name an interpreter.
    private func stage(_ interpreter: Interpreter, in folder: FilePath) throws {
        try makeVirtualEnvironment(at: folder, of: interpreter)
        if var file = try EnvironmentFile(of: tree) {
            file.change(to: interpreter)
            try writeFile(folder.appending("pyvenv.cfg"), file.text.utf8)
        }
        // A folder in some environments.
        if try status(tree.path("lib64")) != nil { try removeTree(folder.appending("lib64")) }
    }

    /// Makes links and `pyvenv.cfg` of the tree name the interpreter that it has, or gets, as one change.
    func repair(_ fault: Fault, by transaction: TreeTransaction, _ reporting: Reporting) throws {
        let interpreter = try interpreter()
        try stage(interpreter, in: transaction.new.path)
        try transaction.restore("give the tree its interpreter", nil)
        reporting.event(.note(package: tree.root.string, try sentence(fault, interpreter)))
    }

    /// What happened, for a person.
    private func sentence(_ fault: Fault, _ interpreter: Interpreter) throws -> String {
        let now = "\(interpreter.executable) (Python \(interpreter.majorMinor))"
        let others = try packages(notFor: interpreter)
        let again =
            others.isEmpty
            ? ""
            : "; installed for another version, and to be installed again: "
                + others.joined(separator: " ")
        let what =
            switch fault {
            case .gone: "its interpreter was gone; it has \(now) now"
            case .other(let version): "it was made for Python \(version) and has \(now) now"
            case .noEnvironmentFile: "pyvenv.cfg was missing; its interpreter is \(now)"
            }
        return (others.isEmpty ? "" : "warning: ") + what + again
    }

    /// Packages whose distribution lies where this version of Python doesn't look.
    private func packages(notFor interpreter: Interpreter) throws -> [String] {
        try tree.records().compactMap { record in
            guard let metadata = record.distribution?.metadata,
                !FilePath(metadata).starts(with: interpreter.sitePackages)
            else { return nil }
            return record.name
        }
    }
}
