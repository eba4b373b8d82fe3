public import Platform
public import Requirements
public import SystemPackage

/// A distribution found in a tree's `site-packages`, whoever put it there.
public struct InstalledDistribution: Sendable {
    /// How it describes itself there.
    public enum Form: Sendable, Hashable {
        /// `NAME-VERSION.dist-info/`, with RECORD: any installer of our time.
        case distInfo
        /// `NAME-VERSION-pyX.Y.egg-info/`: old pip, `setup.py install`.
        case eggInfo
        /// The same as a single file: distutils. Nobody knows its other files.
        case eggInfoFile
        /// `NAME.egg-link`: `setup.py develop`. Its modules are elsewhere.
        case eggLink
    }

    /// As the entry's name spells it.
    public let name: String
    /// As the entry's name spells it; nil when it has none.
    public let version: String?
    public let form: Form
    /// In `site-packages`.
    public let entry: FilePath.Component

    /// PEP 503.
    public var normalizedName: String { DistributionName.normalize(name) }

    /// - Returns: nil for entries that describe no distribution. Names that start with `~` are what
    ///   pip leaves behind when it is killed.
    init?(_ entry: FilePath.Component, kind: FileKind) {
        let text = entry.string
        guard let dot = text.lastIndex(of: "."), dot != text.startIndex, text.first != "~" else {
            return nil
        }
        let stem = text[..<dot]
        switch (text[dot...], kind) {
        case (".dist-info", .directory), (".dist-info", .unknown): form = .distInfo
        case (".egg-info", .file): form = .eggInfoFile
        case (".egg-info", .directory), (".egg-info", .unknown): form = .eggInfo
        case (".egg-link", .file): form = .eggLink
        default: return nil
        }
        if form == .eggLink {
            name = String(stem)
            version = nil
        } else if form == .distInfo, let dash = stem.lastIndex(of: "-") {
            name = String(stem[..<dash])
            version = String(stem[stem.index(after: dash)...])
        } else {
            let parts = stem.split(separator: "-", omittingEmptySubsequences: false)
            name = String(parts[0])
            version = parts.count > 1 && !parts[1].hasPrefix("py") ? String(parts[1]) : nil
        }
        guard DistributionName.isValid(name) else { return nil }
        self.entry = entry
    }
}

/// The distributions in a `site-packages`, sorted by normalised name; one reading of the folder.
public func installedDistributions(in site: Directory) throws(WheelError)
    -> [InstalledDistribution]
{
    try distributions(in: site) { _ in true }
}

/// The distributions of a name: none, one, or, after mishaps, several.
public func installedDistributions(named name: DistributionName, in site: Directory)
    throws(WheelError) -> [InstalledDistribution]
{
    let spellings = NameSpellings(of: [name.normalized])
    return try distributions(in: site, where: spellings.begin)
        .filter { $0.normalizedName == name.normalized }
}

private func distributions(in site: Directory, where isWanted: (String) -> Bool)
    throws(WheelError) -> [InstalledDistribution]
{
    let entries = try onPlatform { () throws(PlatformError) in try site.entries() }
    return entries.compactMap { entry -> (String, InstalledDistribution)? in
        guard isWanted(entry.name.string) else { return nil }
        return InstalledDistribution(entry.name, kind: entry.kind)
            .map { ($0.normalizedName, $0) }
    }
    .sorted { ($0.0, $0.1.entry.string) < ($1.0, $1.1.entry.string) }
    .map(\.1)
}

extension InstalledDistribution {
    /// A text file of the distribution, such as `METADATA`; nil when it is not there.
    ///
    /// - Throws: `WheelError.unreadableDistribution` when it is no UTF-8; `.platform`.
    public func text(_ file: FilePath.Component, in site: Directory) throws(WheelError) -> String? {
        guard form == .distInfo || form == .eggInfo else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try site.directory(entry).file(file, .read).readToEnd()
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw .platform(error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadableDistribution(
                path: site.path.appending(entry).appending(file), reason: "it is not UTF-8 text")
        }
        return text
    }

    /// Who installed it, such as `pip`; nil when nobody says so.
    public func installer(in site: Directory) throws(WheelError) -> String? {
        try text("INSTALLER", in: site).map { text in
            String(text.prefix { !$0.isNewline })
        }
    }

    /// Whether the user asked for it by name.
    public func isRequested(in site: Directory) throws(WheelError) -> Bool {
        guard form == .distInfo else { return false }
        return try onPlatform { () throws(PlatformError) in
            try site.directory(entry).status("REQUESTED") != nil
        }
    }
}
