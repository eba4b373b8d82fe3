internal import Building
internal import Locks
internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

// Packages of source `pip`: the tree's own pip does it all, from `requirements.txt`, under the pip
// lock. There is no record: what pip installed is pip's (recipe-facts, 5).

extension Installer {
    /// Whether the distribution that the recipe names is there.
    func isInstalledByPip(_ recipe: Recipe) throws -> Bool {
        guard let named = recipe.distribution else { return false }
        let name = try DistributionName(named.name)
        return try SitePackages.all(in: settings.venv).contains {
            try !$0.distributions(named: name).isEmpty
        }
    }

    func installByPip(_ recipe: Recipe) throws {
        if !settings.sudo.isEmpty {
            throw InstallError.notInstallable(
                recipe: recipe.name,
                reason: "pip installs it, and pip is not run as another user; "
                    + "do it as the tree's owner, without SAGE_SUDO")
        }
        _ = try makeTree(settings.venv)
        try runPip(["install", "-r", recipe.requirementsFile!.string], of: recipe, .installing)
        reporting.event(.finished(package: recipe.name.text, .installedByPip))
    }

    func uninstallByPip(_ recipe: Recipe) throws {
        guard try isInstalledByPip(recipe), let name = recipe.distribution?.name else { return }
        try runPip(["uninstall", "-y", name], of: recipe, .uninstalling)
        reporting.event(.finished(package: recipe.name.text, .uninstalled))
    }

    private func runPip(_ words: [String], of recipe: Recipe, _ phase: Reporting.Phase) throws {
        reporting.event(.phase(package: recipe.name.text, phase))
        let tree = settings.venv
        let log = try BuildLog(of: recipe.name.text, in: settings.logs)
        let place = try buildPlace(of: recipe, in: tree)
        let variables = try BuildVariables(
            forScriptsOf: ScriptedPackage(recipe, in: tree), at: place, host: scriptHost,
            inherited: settings.environment, network: .open
        ).forPip(inherited: settings.environment)
        let lock = try committing(to: tree).takeLock()
        try committing(to: tree).settle(holding: lock)
        let said = try Platform.run(
            [tree.interpreterLink.string, "-m", "pip", "--disable-pip-version-check", "--no-input"]
                + words,
            environment: variables, in: settings.root, mergingErrors: true)
        _ = lock
        try log.write(said.stdout)
        guard said.status == 0 else {
            throw InstallError.pipFailed(
                recipe: recipe.name, status: said.status, log: log.path,
                lines: LogExcerpt(of: said.stdout).lines)
        }
    }
}

extension BuildVariables {
    /// pip may use the network and the user's settings of it: it installs what no recipe of ours
    /// verifies.
    fileprivate func forPip(inherited: [String: String]) -> [String: String] {
        var values = values
        for name in values.keys where name.hasPrefix("PIP_") { values[name] = nil }
        for (name, value) in inherited where name.hasPrefix("PIP_") { values[name] = value }
        values["TMPDIR"] = inherited["TMPDIR"]
        values["SAGE_DESTDIR"] = nil
        return values
    }
}
