internal import Recipes
internal import Trees

// Which packages somebody has named, and which are only there because others need them.

extension Tree {
    /// Whether a package that is installed now was named, now or before: what was named once stays so
    /// when it is built again because another package needs it.
    ///
    /// - Returns: nil where that isn't known, as of packages from before it was recorded.
    func isRequested(_ name: RecipeName, now: Bool) throws -> Bool? {
        if now { return true }
        guard let old = try records(of: name.text).last else { return false }
        return old.isRequested
    }
}

extension Installer {
    /// Notes that a package was named that is up to date and had come as a dependency; no work otherwise.
    ///
    /// - Parameter status: of the package.
    func noteRequested(_ recipe: Recipe, _ status: InstallStatus) throws {
        guard status.isRequested == false else { return }
        let tree = try workspace.tree(of: recipe)
        let lock = try workspace.lockPackage(recipe.name.text, in: tree)
        defer { _ = lock }
        guard var record = try tree.records(of: recipe.name.text).last,
            record.isRequested == false
        else { return }
        record.isRequested = true
        try TreeTransaction.replace(
            record, in: tree, "note that \(recipe.name) is wanted", workspace)
    }
}
