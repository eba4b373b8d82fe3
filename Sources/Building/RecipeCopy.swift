internal import Platform
internal import SystemPackage

/// Copies a recipe's files to where its scripts run, with links followed.
///
/// Times are kept, for makefiles among them; of the modes, what the owner may do and whether others
/// may read and run.
struct RecipeCopy {
    /// Links that lead nowhere: left out. A recipe may link to a part of the distribution that isn't
    /// there (`SPKG.rst`), which is nobody's loss unless a script reads it.
    private(set) var dangling: [FilePath] = []

    /// - Parameter target: replaced, if something is there.
    /// - Throws: `badRecipe`, `platform`; part of the copy may be there then.
    mutating func copy(_ source: FilePath, to target: FilePath) throws(BuildError) {
        do { try removeTree(target) } catch { throw .platform(error) }
        try copy(source, to: target, inside: [])
    }

    private mutating func copy(_ source: FilePath, to target: FilePath, inside: [FileIdentity])
        throws(BuildError)
    {
        do {
            guard let found = try targetStatus(source) else {
                dangling.append(source)
                return
            }
            switch found.kind {
            case .file:
                try copyFile(source, to: target, mode: found.mode & 0o755 | 0o600)
                try Directory(opening: target.removingLastComponent())
                    .setModified(target.lastComponent!, found.modified)
                return
            case .directory: break
            default:
                throw BuildError.badRecipe(
                    path: source, reason: "is \(found.kind.phrase); a recipe has files and folders")
            }
            if inside.contains(found.identity) {
                throw BuildError.badRecipe(
                    path: source, reason: "leads to a folder that it is in; remove this link")
            }
            try makeDirectories(target)
            for entry in try Directory(opening: source).entries() {
                try copy(
                    source.appending(entry.name), to: target.appending(entry.name),
                    inside: inside + [found.identity])
            }
        } catch let error as PlatformError {
            throw .platform(error)
        } catch let error as BuildError {
            throw error
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
