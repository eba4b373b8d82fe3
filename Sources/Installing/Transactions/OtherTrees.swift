internal import Recipes
internal import SystemPackage
internal import Trees

/// Trees other than a recipe's own in which its package is installed: a recipe that becomes one of a
/// Python package, or ceases to be one, may belong in another tree than before, where SAGE_VENV is not
/// SAGE_LOCAL. Its old version is in the old tree then.
struct OtherTrees {
    private let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// With SAGE_INST_TREE none: who names a tree means that one.
    func trees(with recipe: Recipe) throws -> [Tree] {
        let settings = workspace.settings
        guard settings.onlyTree == nil, settings.allTrees.count > 1 else { return [] }
        let own = try workspace.tree(of: recipe)
        return try settings.allTrees.filter { tree in
            try tree != own && !tree.recordFiles(of: recipe.name.text).isEmpty
        }
    }

    /// Removes the package from every tree but its own, where its new version is by now. An install that
    /// was ended between the two finds it again.
    func leave(_ recipe: Recipe) throws {
        let package = recipe.name.text
        for tree in try trees(with: recipe) {
            let lock = try workspace.lockPackage(package, in: tree)
            defer { _ = lock }
            let title = "move \(package) to \(try workspace.tree(of: recipe).root)"
            let transaction = try TreeTransaction(in: tree, label: package, workspace)
            let records = RecordSearch(of: tree)
            try transaction.commit(title, InstallOptions()) {
                try OwnedByPackage(package, sparing: records, in: tree)
            }
            workspace.note(
                recipe.nameAndVersion, "its old version was in \(tree.root) and is removed there")
        }
    }
}
