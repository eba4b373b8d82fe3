internal import Platform
public import SystemPackage

/// The mirrors that a tree names, in the order in which they are asked.
///
///     ROOT/.upstream.d/10-first      one URL of a folder per line; # starts a comment
///     ROOT/.upstream.d/20-second
///
/// A URL whose last name is `mirror_list` is a page that lists further mirrors, each of which
/// keeps a file at `MIRROR/spkg/upstream/PACKAGE/FILE`. They are asked in the page's own order
/// (sage-spkg ranked them by connect time), the first five only.
public struct Mirrors: Sendable, Equatable {
    /// URLs of folders, which may still hold `${SPKG}`.
    let lines: [String]

    public init(_ lines: [String] = []) { self.lines = lines }

    /// Reads the files of a folder, sorted by name; no folder, no mirrors.
    ///
    /// Rule: build/recipes.md, 9. `root`, `distfiles` and `server` stand for `${SAGE_ROOT}`,
    /// `${SAGE_DISTFILES}` and `${SAGE_SERVER}`; lines with the last are left out without a value.
    public init(
        reading folder: FilePath, root: FilePath, distfiles: FilePath, server: String?
    ) throws(DistfileError) {
        lines = try platform { () throws(PlatformError) in
            var lines: [String] = []
            for name in try Self.files(of: folder) {
                guard let text = try readTextIfPresent(folder.appending(name)) else { continue }
                for line in text.split(whereSeparator: \.isNewline) {
                    var text = line.prefix { $0 != "#" }.drop(while: \.isWhitespace)
                    while text.last?.isWhitespace == true { text.removeLast() }
                    if text.isEmpty { continue }
                    var url = String(text)
                    if url.contains("${SAGE_SERVER}") {
                        guard let server, !server.isEmpty else { continue }
                        url.replace("${SAGE_SERVER}", with: server)
                    }
                    url.replace("${SAGE_ROOT}", with: root.string)
                    url.replace("${SAGE_DISTFILES}", with: distfiles.string)
                    lines.append(url)
                }
            }
            return lines
        }
    }

    /// What to ask for a file of `package`.
    func folders(for package: String) -> [String] {
        lines.map { $0.replacing("${SPKG}", with: package) }
    }

    /// The mirrors of a `mirror_list` page: the quoted strings of a Python list, as folders.
    static func listed(on page: String, for package: String) -> [Address] {
        var found: [Address] = []
        var rest = page[...]
        while let open = rest.firstIndex(where: { "\"'".contains($0) }) {
            let inner = rest[rest.index(after: open)...]
            guard let close = inner.firstIndex(of: rest[open]) else { break }
            if let mirror = Address(inner[..<close]) {
                let folder = ["spkg", "upstream", package].reduce(mirror) {
                    $0.appending($1, asFolder: true)
                }
                found.append(folder)
            }
            rest = inner[inner.index(after: close)...]
        }
        return Array(found.prefix(5))
    }

    private static func files(of folder: FilePath) throws(PlatformError)
        -> [FilePath.Component]
    {
        guard try targetStatus(folder)?.kind == .directory else { return [] }
        return try Directory(opening: folder).entries()
            .map(\.name)
            .filter { !$0.string.contains("~") && !$0.string.contains("#") }
            .sorted { $0.string.utf8.lexicographicallyPrecedes($1.string.utf8) }
    }
}
