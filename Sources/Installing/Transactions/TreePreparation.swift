internal import Locks
internal import Platform
internal import SystemPackage
internal import Trees

/// Makes trees ready to be worked in: settles what killed commands left, and gives them an interpreter.
struct TreePreparation {
    private let workspace: Workspace
    private var settings: Settings { workspace.settings }
    private var reporting: Reporting { workspace.reporting }

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Finishes or drops what killed commands left open, and gives the environment an interpreter
    /// again, if it lost its own. A few system calls where there is nothing to do.
    func prepareTrees() throws {
        try settleTrees()
        let found = workspace.treeInterpreter(of: settings.venv)
        if try found.isGone() { try repair(found, .gone) }
    }

    func settleTrees() throws {
        for tree in settings.allTrees { try SudoCommands(workspace).settle(tree) }
    }

    /// Makes the tree a virtual environment if it is to be one and is none yet. Nothing here replaces
    /// anything, so several processes may do it at once.
    ///
    /// - Returns: the interpreter that Python packages of this tree are for.
    func prepare(_ tree: Tree) throws -> Interpreter {
        // Libraries may live in a tree of their own, beside the environment.
        guard tree == settings.venv else { return try workspace.interpreter(of: settings.venv) }
        let found = workspace.treeInterpreter(of: tree)
        switch try found.fault() {
        case .gone: try repair(found, .gone)
        case .other(let version): try repair(found, .other(than: version))
        case .noEnvironmentFile where try status(tree.environmentFile) != nil:
            try repair(found, .noEnvironmentFile)
        // Perhaps it is just being made by another command: completed below.
        case .noEnvironmentFile, nil: break
        }
        let interpreter = try found.interpreter()
        if try status(tree.environmentFile) != nil { return interpreter }
        if settings.sudo.isEmpty {
            try makeVirtualEnvironment(
                at: tree.root, of: interpreter, durable: settings.isDurable)
        } else {
            // Of several processes one makes it: the others would find it there, belonging to none.
            let lock = try Lock(settings.makeBuilds(of: tree).appending(".environment.lock"))
                .take(timeout: settings.lockTimeout) { reporting.event(.waiting($0)) }
            if try status(tree.path("pyvenv.cfg")) != nil { return interpreter }
            let transaction = try TreeTransaction(in: tree, label: "environment", workspace)
            try makeVirtualEnvironment(at: transaction.new.path, of: interpreter)
            try transaction.commitUnowned("make an environment")
            _ = lock
        }
        return interpreter
    }

    private func repair(_ found: TreeInterpreter, _ fault: TreeInterpreter.Fault) throws {
        let transaction = try TreeTransaction(in: found.tree, label: "python", workspace)
        try found.repair(fault, by: transaction, reporting)
    }

    /// Nothing is built in a tree that was moved or copied: the scripts of its Python packages start
    /// the interpreter of the old place, so a build would use, and change, another tree.
    ///
    /// Packages without a wheel don't count here: they are outdated, and are built again in order.
    ///
    /// - Throws: `InstallError.treeMoved`.
    func refuseMoved(_ tree: Tree) throws {
        // As records are written: most are of this place, and need not be decoded.
        let here = Array("\"prefix\" : \"\(tree.root)\"".utf8)
        let moved = try tree.records(in: tree.recordFiles(), whoseText: { !$0.holds(here) })
            .filter { record in
                guard let prefix = record.prefix, record.isAllFromWheel else { return false }
                return try !tree.isAt(prefix)
            }
        // One without its wheel `spkg repair` can't help: it is outdated, too.
        guard let first = try moved.first(where: { try $0.hasWheel(in: tree) }) else { return }
        throw InstallError.treeMoved(
            tree: tree.root, from: first.prefix ?? "", packages: moved.map(\.name))
    }
}
