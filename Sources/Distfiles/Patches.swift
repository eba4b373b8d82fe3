internal import Platform
public import SystemPackage

/// The patches of a recipe: `patches/*.patch`, in byte order. Folders inside are no concern of ours.
public struct Patches: Sendable, Equatable {
    public let files: [FilePath]

    /// - Parameter recipe: the recipe's folder; without `patches` in it there are none.
    public init(of recipe: FilePath) throws(DistfileError) {
        let folder = recipe.appending("patches")
        files = try platform { () throws(PlatformError) in
            guard try targetStatus(folder)?.kind == .directory else { return [] }
            return try Directory(opening: folder).entries()
                .filter { $0.kind != .directory && $0.name.string.hasSuffix(".patch") }
                .map(\.name)
                .sorted { $0.string.utf8.lexicographicallyPrecedes($1.string.utf8) }
                .map { folder.appending($0) }
        }
    }
}

extension SourceTree {
    /// Applies each patch with `patch -p1`, in order. Rule: build/recipes.md, 7.
    ///
    /// - Parameter environment: of the child; its `PATH` finds `patch`.
    /// - Returns: what `patch` said, for the log.
    /// - Throws: `patchFailed` for the first that doesn't apply; the tree is then half patched.
    @discardableResult
    public func apply(_ patches: Patches, environment: [String: String])
        throws(DistfileError) -> String
    {
        var environment = environment
        environment["LC_ALL"] = "C"
        // These would change where patch looks or what it leaves behind.
        for name in ["POSIXLY_CORRECT", "PATCH_GET", "VERSION_CONTROL", "PATCH_VERSION_CONTROL"] {
            environment[name] = nil
        }
        var log = ""
        for patch in patches.files {
            let arguments = [
                "-p1", "--batch", "--forward", "--no-backup-if-mismatch", "-i", patch.string,
            ]
            let child: ChildOutput
            do {
                child = try run(
                    ["patch"] + arguments, environment: environment, in: path, mergingErrors: true)
            } catch {
                throw .noProgram("patch", reason: "\(error)")
            }
            guard child.status == 0 else {
                throw .patchFailed(patch: patch, status: child.status, output: child.stdout)
            }
            log += child.stdout
        }
        return log
    }
}
