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
        try platform { () throws(PlatformError) in try removeTree(target) }
        try copy(source, to: target, inside: [])
    }

    /// - Parameter folders: those that `source` is in, so that a link back to one is seen.
    private mutating func copy(
        _ source: FilePath, to target: FilePath, inside folders: [FileIdentity]
    ) throws(BuildError) {
        let found = try platform { () throws(PlatformError) in try targetStatus(source) }
        guard let found else {
            dangling.append(source)
            return
        }
        switch found.kind {
        case .file:
            try platform { () throws(PlatformError) in
                try copyFile(source, to: target, mode: found.mode & 0o755 | 0o600)
                try Directory(opening: target.removingLastComponent())
                    .setModified(target.lastComponent!, found.modified)
            }
        case .directory:
            if folders.contains(found.identity) {
                throw .badRecipe(
                    path: source, reason: "leads to a folder that it is in; remove this link")
            }
            let names = try platform { () throws(PlatformError) in
                try makeDirectories(target)
                return try Directory(opening: source).entries().map(\.name)
            }
            for name in names {
                try copy(
                    source.appending(name), to: target.appending(name),
                    inside: folders + [found.identity])
            }
        default:
            throw .badRecipe(
                path: source, reason: "is \(found.kind.phrase); a recipe has files and folders")
        }
    }
}
