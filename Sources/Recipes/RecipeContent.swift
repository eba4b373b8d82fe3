internal import Platform
internal import SystemPackage

extension Recipe {
    /// The files of the recipe that can change what is installed, relative to its directory,
    /// `/`-separated, sorted by byte.
    ///
    /// Any file may be one that a script uses, so this is everything but what only describes,
    /// classifies, tests or maintains the package, or says what it needs. Links to files count;
    /// links that lead nowhere don't. `src` and `distros` are not looked into.
    public func content() throws(RecipeError) -> [String] {
        var files: [String] = []
        for entry in entries where !Self.isAside(entry.name) {
            do throws(PlatformError) {
                switch try kind(of: entry.name, listed: entry.kind) {
                case .file: files.append(entry.name)
                case .directory:
                    let inner = try Directory(opening: directory.appending(entry.name))
                    try collect(inner, "\(entry.name)/", into: &files)
                default: break
                }
            } catch {
                throw .platform(error)
            }
        }
        return files.sorted(by: precedesByByte)
    }

    private func collect(
        _ folder: Directory, _ prefix: String, into files: inout [String]
    ) throws(PlatformError) {
        for entry in try folder.entries() {
            let name = prefix + entry.name.string
            switch try kind(of: name, listed: entry.kind) {
            case .file: files.append(name)
            // A link to a folder may lead back to where we came from.
            case .directory where entry.kind == .directory:
                try collect(try folder.directory(entry.name), name + "/", into: &files)
            default: break
            }
        }
    }

    private func kind(of name: String, listed: FileKind) throws(PlatformError) -> FileKind? {
        if listed != .link && listed != .unknown { return listed }
        return try targetStatus(directory.appending(name))?.kind
    }

    private static func isAside(_ name: String) -> Bool {
        asideNames.contains(name) || name.startsWith(".") || name.startsWith("dependencies")
            || name.startsWith("bootstrap") || name.startsWith("spkg-check")
            || name.startsWith("spkg-src")
    }

    private static let asideNames: Set<String> = [
        "type", "SPKG.rst", "README", "README.md", "LICENSE", "purl.txt", "distros", "src",
        "spkg-configure.m4", "spkg-legacy-uninstall",
        "math", "front-end", "huge", "has_nonfree_dependencies",
    ]
}
