internal import Changes
internal import Locks
internal import Platform
public import Recipes
internal import SystemPackage
internal import Trees
internal import Wheels

extension Installer {
    /// Removes packages: files, wheel, pages and record. One that isn't installed is no failure.
    ///
    /// Works from what is installed; the recipe may be gone. Looks into every tree.
    public func uninstall(_ names: [RecipeName]) throws {
        for name in names {
            var trees = [settings.venv]
            if settings.local != settings.venv { trees.append(settings.local) }
            var removed = false
            for tree in trees where try !tree.records(of: name.text).isEmpty {
                reporting.event(.phase(package: name.text, .uninstalling))
                let stage = try Stage(in: tree, label: name.text)
                try committing(to: tree).commit(
                    stage, title: "uninstall \(name)", label: name.text
                ) { try OwnedByPackage(name.text, in: tree) }
                removed = true
            }
            // Clean targets ask for what may be gone already; only a name that nobody knows is news.
            if try removed || recipes.recipeIfPresent(name) == nil {
                reporting.event(
                    .finished(package: name.text, removed ? .uninstalled : .notInstalled))
            }
        }
    }

    /// Finishes or drops what killed commands left open, in every tree.
    public func recoverTrees() throws {
        for tree in Set([settings.venv, settings.local])
        where try status(tree.path("var/lib/sage")) != nil {
            let committing = committing(to: tree)
            try committing.settle(holding: committing.takeLock())
        }
    }
}
