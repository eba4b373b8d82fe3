internal import Changes
internal import Glibc
internal import Platform
internal import SystemPackage
internal import Trees

extension Installer {
    /// Has what we staged merged into a tree that belongs to somebody else, by `$SAGE_SUDO spkg merge`.
    ///
    /// That process copies what it takes, so nothing in the tree is ever ours to change.
    ///
    /// - Throws: `InstallError.sudoFailed` with what it said; the tree is as it was.
    func mergeBySudo(
        _ folder: FilePath, into tree: Tree, package: String?,
        _ options: InstallOptions = InstallOptions()
    ) throws {
        var words = settings.sudo + [settings.program.string, "merge", "--owner", "\(geteuid())"]
        if let package { words += ["--package", package] }
        if options.keepsExisting { words.append("--keep-existing") }
        if options.overwrites { words.append("--overwrite") }
        if !settings.isDurable { words.append("--no-durable") }
        if let timeout = settings.lockTimeout {
            words += ["--lock-timeout", "\(timeout / .seconds(1))"]
        }
        let said = try Platform.run(
            words + ["--", folder.string, tree.root.string], environment: settings.environment)
        guard said.status == 0 else {
            throw InstallError.sudoFailed(
                command: words.joined(separator: " "), status: said.status, said: said.stderr)
        }
        for line in said.stderr.split(separator: "\n") {
            reporting.event(.note(package: package ?? tree.root.string, String(line)))
        }
    }
}
