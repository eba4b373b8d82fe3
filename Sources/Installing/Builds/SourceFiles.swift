internal import Glibc
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// Files of the distribution itself that a package is built from: the source tree that `src` of a
/// script package leads to, and files that `dependencies` names. They can change while the recipe
/// stays as it is.
///
/// By content, not by time: what was only touched, or changed and changed back, builds nothing again.
struct SourceFiles {
    enum Extent {
        /// Of a source tree that setuptools has built from, what its `SOURCES.txt` lists, as the old
        /// machinery did (build/recipes.md, 13.2): packages share source trees. Of others, everything.
        case listed
        case everything
    }

    /// By path as it was found, absolute.
    private var files: [(path: FilePath, status: FileStatus)] = []
    private let recipe: FilePath

    init(of recipe: Recipe, _ extent: Extent, _ settings: Settings) throws(PlatformError) {
        self.recipe = recipe.directory
        for case .file(let text) in recipe.dependencies.ordinary {
            for path in Self.files(text, settings) { try add(path) }
        }
        guard let link = recipe.sourceLink, try targetStatus(link)?.kind == .directory
        else { return }
        let root = try realPath(link)
        if extent == .listed, let listed = try Self.listed(in: root) {
            for path in listed { try add(path) }
        } else {
            var above: [FileIdentity] = []
            try addAll(in: root, &above)
        }
    }

    /// Reads them all.
    func digests() throws(PlatformError) -> SourceDigests {
        var digests: [String: Digest] = [:]
        for (path, _) in files {
            do { digests[path.string] = Digest(of: try readFile(path)) } catch {
                // It has gone since it was found: as if it had not been there.
                if error.errno != .noSuchFileOrDirectory { throw error }
            }
        }
        return SourceDigests(digests)
    }

    /// One sum of all; nil where there are no files. They are read only if they changed since it was
    /// last asked for.
    ///
    /// - Parameter cache: the user's cache folder; nil to keep nothing.
    func digest(cache: FilePath?) throws(PlatformError) -> String? {
        // Of few files, reading the cache costs as much.
        guard let cache, files.count > 50 else { return try digests().sum }
        let known = SourceDigestCache(in: cache, of: recipe, states: files)
        if let sum = known.sum { return sum }
        let sum = try digests().sum
        if let sum { known.keep(sum) }
        return sum
    }

    private mutating func add(_ path: FilePath) throws(PlatformError) {
        // A listed file that is gone is a change, and not ours to complain of.
        guard let status = try targetStatus(path), status.kind == .file else { return }
        files.append((path, status))
    }

    /// - Parameter above: folders that this one is in, so that links which lead back end.
    private mutating func addAll(in folder: FilePath, _ above: inout [FileIdentity])
        throws(PlatformError)
    {
        let directory = try Directory(opening: folder)
        let identity = try directory.status().identity
        if above.contains(identity) { return }
        above.append(identity)
        defer { above.removeLast() }
        for (name, listed) in try directory.entries() where !Self.isMade(name.string) {
            let path = folder.appending(name)
            if listed == .file {
                // One that is gone again is a change like any other.
                if let status = try directory.status(name) { files.append((path, status)) }
                continue
            }
            switch listed == .directory ? listed : (try? targetStatus(path))?.kind {
            case .file: try add(path)
            case .directory: try addAll(in: path, &above)
            default: break
            }
        }
    }

    /// What builds leave in source trees, and what tools keep there.
    private static func isMade(_ name: String) -> Bool {
        name.hasPrefix(".") || ["build", "dist", "__pycache__"].contains(name)
            || [".egg-info", ".pyc", ".so", ".o"].contains { name.hasSuffix($0) }
    }

    /// What `*.egg-info/SOURCES.txt` lists, absolute; nil when there is none.
    private static func listed(in root: FilePath) throws(PlatformError) -> [FilePath]? {
        let folders = try Directory(opening: root).entries().map(\.name)
            .filter { $0.string.hasSuffix(".egg-info") }
        guard let folder = folders.min(by: { $0.string < $1.string }),
            let text = try readTextIfPresent(root.appending(folder).appending("SOURCES.txt"))
        else { return nil }
        return text.split(whereSeparator: \.isNewline).map(String.init)
            .filter { !$0.contains(".egg-info/") }
            .map { root.pushing(FilePath($0)) }
    }

    /// `$(SAGE_SRC)/sage/ext/*.pxd`: the files that are there, as make would find them.
    private static func files(_ text: String, _ settings: Settings) -> [FilePath] {
        var pattern = text
        for (name, folder) in [
            ("SAGE_SRC", settings.source), ("SAGE_ROOT", settings.root),
            ("SAGE_LOCAL", settings.local.root), ("SAGE_VENV", settings.venv.root),
        ] {
            // The folder's name is no pattern.
            let quoted = folder.string.map { "*?[\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
            pattern = pattern.replacing("$(\(name))", with: quoted)
        }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap {
            found.gl_pathv[$0].map { FilePath(String(cString: $0)) }
        }
    }
}
