public import Platform
public import SystemPackage

/// The files that an installed distribution says are its own.
public struct InstalledFiles: Sendable, Hashable {
    public struct File: Sendable, Hashable {
        /// Relative to the tree's root, without `.` and `..`; `/`-separated.
        public let path: String
        /// `ALGORITHM=DIGEST`, or empty.
        public let hash: String
        /// Bytes.
        public let size: Int?
    }

    /// In the order of RECORD; each path once.
    public let files: [File]
    /// Rows that lead out of the tree, as they are written. Never to be followed.
    public let refused: [String]
}

extension InstalledDistribution {
    /// Reads `RECORD`, or the `installed-files.txt` of an `.egg-info` folder.
    ///
    /// - Parameters:
    ///   - site: the tree's `site-packages`.
    ///   - sitePackages: the same, relative to the tree's root.
    ///   - root: the tree, absolute; rows with absolute paths below it are its own too.
    /// - Returns: nil when there is no such list.
    /// - Throws: `WheelError.unreadableDistribution` for a RECORD that is no list of rows: to
    ///   remove some of the files would leave a broken distribution without any list.
    ///
    /// The check is lexical: links in the tree may lead elsewhere. Whoever removes files must not
    /// follow them.
    public func files(in site: Directory, at sitePackages: FilePath, of root: FilePath)
        throws(WheelError) -> InstalledFiles?
    {
        let rows: [[String]]
        let base: [Substring]
        let start = sitePackages.string.split(separator: "/")
        switch form {
        case .eggInfoFile, .eggLink: return nil
        case .eggInfo:
            guard let text = try text("installed-files.txt", in: site) else { return nil }
            rows = text.split(whereSeparator: \.isNewline).map { [String($0)] }
            base = start + [entry.string[...]]
        case .distInfo:
            guard let text = try text("RECORD", in: site) else { return nil }
            guard let read = Record.fields(Array(text.utf8)) else {
                throw .unreadableDistribution(
                    path: site.path.appending(entry).appending("RECORD"),
                    reason: "it is not a list of comma-separated values")
            }
            rows = read
            base = start
        }
        var seen: Set<[UInt8]> = []
        var files: [InstalledFiles.File] = []
        var refused: [String] = []
        for row in rows where row[0] != "" {
            guard let path = treePath(row[0], from: base, root: root) else {
                refused.append(row[0])
                continue
            }
            guard seen.insert(Array(path.utf8)).inserted else { continue }
            files.append(
                InstalledFiles.File(
                    path: path, hash: row.count > 1 ? row[1] : "",
                    size: row.count > 2 ? Int(row[2]) : nil))
        }
        return InstalledFiles(files: files, refused: refused)
    }
}

/// The path relative to the tree's root that a row means; nil when it leads out of the tree, is
/// the tree itself, or is no path.
func treePath(_ row: String, from base: [Substring], root: FilePath) -> String? {
    if row.utf8.contains(0) { return nil }
    var parts = base
    var rest = row[...]
    if row.utf8.first == UInt8(ascii: "/") {
        let root = root.string
        guard let inner = row.after(prefix: root + "/") else { return nil }
        rest = inner
        parts = []
    }
    for bytes in rest.utf8.split(separator: UInt8(ascii: "/")) {
        let part = Substring(bytes)
        if part == "." { continue }
        if part == ".." {
            if parts.popLast() == nil { return nil }
        } else {
            parts.append(part)
        }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
}
