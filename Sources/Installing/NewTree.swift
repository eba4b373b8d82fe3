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
        let interpreter = try interpreter(of: tree)
        if try status(tree.path("pyvenv.cfg")) != nil { return interpreter }
        if settings.sudo.isEmpty {
            try makeVirtualEnvironment(at: tree.root, of: interpreter)
        } else {
            let folder = settings.builds(of: tree).appending(".environment-\(tree.root.stem ?? "")")
            try removeTree(folder)
            try makeVirtualEnvironment(at: folder, of: interpreter)
            try mergeBySudo(folder, into: tree, package: nil)
            try removeTree(folder)
        }
        return interpreter
    }
}
