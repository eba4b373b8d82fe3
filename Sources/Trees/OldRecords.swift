internal import Platform
public import Requirements
internal import SystemPackage

extension InstalledRecord {
    /// Whether the old machinery wrote it.
    public var isOld: Bool { fingerprint == nil }
}

/// What records of the old machinery don't say, and other files of a tree do: which distributions pip has
/// installed for a package. Their files stand in pip's RECORD alone.
///
///     var/lib/sage/scripts/NAME/
///       spkg-piprm                      sdh_pip_uninstall WORD… | -r LIST; without it, nothing was
///                                       installed: a wheel was only stored
///       spkg-requirements.txt           the LIST of SageMath 10 and passagemath
///       spkg-piprm-requirements.txt     that of SageMath 9
///
/// A line of a list is a requirement, `six`, `six==1.16` or `six @ file:///…`, or a wheel's path.
public struct OldRecords {
    private let tree: Tree

    public init(in tree: Tree) { self.tree = tree }

    /// In the order of the lists; none where pip has installed nothing.
    ///
    /// - Throws: `TreeError.unreadableList` for a line that names no distribution.
    public func distributions(of package: String) throws(TreeError) -> [DistributionName] {
        let folder = tree.path(Tree.Place.scripts).appending(package)
        let script = folder.appending("spkg-piprm")
        guard let text = try text(script) else {
            return try names(in: folder.appending("spkg-requirements.txt"))
        }
        var found: [DistributionName] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var words = line.split { $0.isWhitespace || $0 == "\"" || $0 == "'" }[...]
            guard words.popFirst() == "sdh_pip_uninstall" else { continue }
            while let word = words.popFirst() {
                if word == "-r" || word == "--requirement", let list = words.popFirst(),
                    let file = list.split(separator: "/").last
                {
                    found += try names(in: folder.appending(String(file)))
                } else if let name = try Self.name(in: word, of: script) {
                    found.append(name)
                }
            }
        }
        return found
    }

    private func names(in list: FilePath) throws(TreeError) -> [DistributionName] {
        var found: [DistributionName] = []
        for line in (try text(list) ?? "").split(whereSeparator: \.isNewline) {
            if let name = try Self.name(in: line, of: list) { found.append(name) }
        }
        return found
    }

    private func text(_ path: FilePath) throws(TreeError) -> String? {
        do { return try readTextIfPresent(path) } catch { throw .platform(error) }
    }

    /// - Returns: nil for a comment, an option or an empty line.
    private static func name(in line: Substring, of list: FilePath) throws(TreeError)
        -> DistributionName?
    {
        let text = line.trimmingPrefix { $0.isWhitespace }
        guard let first = text.first, first != "#", first != "-" else { return nil }
        // `NAME @ ADDRESS`, and names of wheels: what is before the version.
        let requirement = text.prefix {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
        }
        let file = text.split(separator: "/").last ?? text
        let isWheel = !text.contains("@") && file.hasSuffix(".whl")
        let name = isWheel ? file.prefix { $0 != "-" } : requirement
        do { return try DistributionName(String(name)) } catch {
            throw .unreadableList(path: list, line: String(line))
        }
    }

    /// The record with the distribution that is installed for it: by the lists, or because its own files
    /// are in the record.
    ///
    /// Of one that is listed and not there, the stored wheel says what should be.
    func complete(_ record: InstalledRecord) throws(TreeError) -> InstalledRecord {
        guard record.distribution == nil else { return record }
        let metadata = record.files.filter { $0.hasSuffix(".dist-info/RECORD") }
            .map { FilePath($0).removingLastComponent() }
        let names = try distributions(of: record.name)
        guard !names.isEmpty || !metadata.isEmpty else { return record }
        var record = record
        for path in metadata where record.distribution == nil {
            guard let (name, version) = Self.parts(of: path) else { continue }
            record.distribution = .init(
                name: String(name), version: String(version), metadata: path.string)
        }
        if record.distribution != nil { return record }
        let expected = try expected(names, record)
        // Nearly always it is there, and nothing has to be looked through.
        if let expected, try isThere(expected.metadata) {
            record.distribution = expected
        } else {
            record.distribution = try installed(names) ?? expected
        }
        return record
    }

    private func isThere(_ path: String) throws(TreeError) -> Bool {
        do { return try status(tree.path(FilePath(path))) != nil } catch { throw .platform(error) }
    }

    /// `lib/python3.11/site-packages/NAME-VERSION.dist-info`
    private static func parts(of metadata: FilePath) -> (name: Substring, version: Substring)? {
        guard metadata.extension == "dist-info", let stem = metadata.stem else { return nil }
        let parts = stem.split(separator: "-", maxSplits: 1)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }

    private func installed(_ names: [DistributionName]) throws(TreeError)
        -> InstalledRecord.Distribution?
    {
        for site in try sites() {
            let entries: [(name: FilePath.Component, kind: FileKind?)]
            do {
                entries = try Directory(opening: tree.path(site)).entries().map {
                    ($0.name, $0.kind)
                }
            } catch { throw .platform(error) }
            for name in names {
                for entry in entries {
                    let metadata = site.appending(entry.name)
                    guard let parts = Self.parts(of: metadata),
                        DistributionName.normalize(String(parts.name)) == name.normalized
                    else { continue }
                    return .init(
                        name: name.raw, version: String(parts.version), metadata: metadata.string)
                }
            }
        }
        return nil
    }

    private func expected(_ names: [DistributionName], _ record: InstalledRecord)
        throws(TreeError) -> InstalledRecord.Distribution?
    {
        for wheel in record.storedWheels {
            let parts = wheel.split(separator: "-", maxSplits: 2)
            guard parts.count == 3,
                let name = names.first(where: {
                    $0.normalized == DistributionName.normalize(String(parts[0]))
                }), let site = try sites().first
            else { continue }
            return .init(
                name: name.raw, version: String(parts[1]),
                metadata: site.appending("\(parts[0])-\(parts[1]).dist-info").string)
        }
        return nil
    }

    /// `lib/python3.11/site-packages`, relative to the tree's root.
    private func sites() throws(TreeError) -> [FilePath] {
        do throws(PlatformError) {
            let library = tree.path("lib")
            guard try targetStatus(library) != nil else { return [] }
            var sites: [FilePath] = []
            for (name, _) in try Directory(opening: library).entries()
            where name.string.hasPrefix("py") {
                let site = FilePath("lib").appending(name).appending("site-packages")
                if try targetStatus(tree.path(site))?.kind == .directory { sites.append(site) }
            }
            return sites.sorted { $0.string < $1.string }
        } catch { throw .platform(error) }
    }
}
