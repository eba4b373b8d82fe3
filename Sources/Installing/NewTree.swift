internal import Locks
internal import Platform
internal import SystemPackage
internal import Trees

extension Installer {
    /// Makes the tree a virtual environment if it is to be one and is none yet. Nothing here replaces
    /// anything, so several processes may do it at once.
    ///
    /// - Returns: the interpreter that Python packages of this tree are for.
    func makeTree(_ tree: Tree) throws -> Interpreter {
        // Libraries may live in a tree of their own, beside the environment.
        guard tree == settings.venv else { return try interpreter(of: settings.venv) }
        let found = treeInterpreter(of: tree)
        switch try found.fault() {
        case .gone: try repair(found, .gone)
        case .other(let version): try repair(found, .other(than: version))
        // Perhaps it is just being made by another command: completed below.
        case .noEnvironmentFile, nil: break
        }
        let interpreter = try found.interpreter()
        if try status(tree.environmentFile) != nil { return interpreter }
        if settings.sudo.isEmpty {
            try makeVirtualEnvironment(at: tree.root, of: interpreter)
        } else {
            // Of several processes one makes it: the others would find it there, belonging to none.
            let lock = try Lock(settings.makeBuilds(of: tree).appending(".environment.lock"))
                .take(timeout: settings.lockTimeout) { reporting.event(.waiting($0)) }
            if try status(tree.path("pyvenv.cfg")) != nil { return interpreter }
            let delivery = try Delivery(to: tree, label: "environment", self)
            try makeVirtualEnvironment(at: delivery.new.path, of: interpreter)
            try delivery.commitUnowned("make an environment")
            _ = lock
        }
        return interpreter
    }
}
