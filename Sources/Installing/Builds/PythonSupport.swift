internal import Building
internal import Distfiles
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Whether sources are for the Python of the tree.
struct PythonSupport {
    private let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// A package and the versions of Python that its source is for.
    private typealias Need = (recipe: Recipe, needed: SpecifierSet)

    /// Refuses sources that exclude the interpreter, before the first of several packages is built, so
    /// far as their archives are at hand. The others are asked when they are unpacked.
    ///
    /// - Throws: `InstallError.pythonUnsupported`, naming all of them.
    func require(of recipes: [Recipe]) throws {
        let needs = try recipes.compactMap { recipe in
            try needed(byArchiveOf: recipe).map { Need(recipe, $0) }
        }
        if needs.isEmpty { return }
        try refuse(needs, by: workspace.interpreter(of: workspace.settings.venv))
    }

    /// Refuses a source that excludes the interpreter, when it is unpacked and patched and nothing of
    /// it has run.
    func require(of job: PackageJob) throws {
        guard job.recipe.distribution != nil, !isChangedByScript(job.recipe) else { return }
        let source =
            job.recipe.archives.isEmpty
            ? job.recipe.directory.appending("src") : job.place.source
        let isPatched = try !Patches(of: job.recipe.directory).files.isEmpty
        if let needed = RequiredPython.read(in: source, isPatched: isPatched) {
            try refuse([(job.recipe, needed)], by: job.interpreter)
        }
    }

    private func refuse(_ needs: [Need], by interpreter: Interpreter) throws {
        let target = try WheelTarget(interpreter)
        let unmet = needs.filter { !$0.needed.contains(target.python) }
        if unmet.isEmpty { return }
        throw InstallError.pythonUnsupported(
            unmet.map { ($0.recipe.nameAndVersion, $0.needed) },
            found: target.python.description, tree: workspace.settings.venv.root)
    }

    /// Nil when the archive isn't at hand, or what it says may not be the last word.
    private func needed(byArchiveOf recipe: Recipe) throws -> SpecifierSet? {
        guard recipe.source == .normal, recipe.distribution != nil, recipe.archives.count == 1,
            try Patches(of: recipe.directory).files.isEmpty, !isChangedByScript(recipe)
        else { return nil }
        // What is wrong with an archive is told when it is its turn.
        guard
            let file = try? verify(
                Distfile(recipe.archives[0], of: recipe), in: workspace.settings.distfiles),
            let found = try? file.topFiles(RequiredPython.files)
        else { return nil }
        func text(_ name: String) -> String? {
            found[name].map { String(decoding: $0, as: UTF8.self) }
        }
        return RequiredPython.read(
            pyproject: text("pyproject.toml"), packageInfo: text("PKG-INFO"))
    }

    /// Whether a script of the recipe may change it: it names it.
    private func isChangedByScript(_ recipe: Recipe) -> Bool {
        let scripts: [RecipeScript] = [.preinst, .build, .install]
        return scripts.filter { recipe.form(of: $0) != nil }.contains { script in
            ["", ".in"].contains { ending in
                let path = recipe.directory.appending("spkg-\(script.rawValue)\(ending)")
                guard let text = try? readText(path) else { return false }
                return ["requires-python", "python_requires", "Requires-Python"]
                    .contains { text.contains($0) }
            }
        }
    }
}
