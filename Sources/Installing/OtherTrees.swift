internal import Recipes
internal import SystemPackage
internal import Trees

// A recipe that becomes one of a Python package, or ceases to be one, may belong in another tree than
// before: where SAGE_VENV is not SAGE_LOCAL. Its old version is in the old tree then.

extension Installer {
    /// Trees other than a recipe's own in which the package is installed. With SAGE_INST_TREE none: who
    /// names a tree means that one.
    func treesLeft(by recipe: Recipe) throws -> [Tree] {
        guard settings.onlyTree == nil, settings.allTrees.count > 1 else { return [] }
        let own = try tree(of: recipe)
        return try settings.allTrees.filter { tree in
            try tree != own && tree.recordFiles().contains { $0.package == recipe.name.text }
        }
    }

    /// Removes the package from every tree but its own, where its new version is by now. An install that
    /// was ended between the two finds it again.
    func leaveOtherTrees(_ recipe: Recipe) throws {
        let package = recipe.name.text
        for tree in try treesLeft(by: recipe) {
            let lock = try lockBuild(of: package, in: tree)
            defer { _ = lock }
            let title = "move \(package) to \(try self.tree(of: recipe).root)"
            let delivery = try Delivery(to: tree, label: package, self)
            let records = RecordCache(of: tree)
            try delivery.commit(title, InstallOptions()) {
                try OwnedByPackage(package, sparing: records, in: tree)
            }
            let text = "its old version was in \(tree.root) and is removed there"
            reporting.event(.note(package: recipe.nameAndVersion, text))
        }
    }
}
