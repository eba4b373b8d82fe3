internal import FoundationEssentials
internal import SystemPackage

/// What is remembered of an installed package: the JSON file `installed/NAME-VER`.
///
///     {"format": 1, "package_name": "numpy", "package_version": "2.4.6", "files": [ … ], … }
///
/// The first seven fields are the old machinery's and keep their names, so that tools that read those
/// files go on working. Old records lack the others; `files` alone is enough to act on. How they are
/// read, and which files there are: `RecordReading.swift`.
public struct InstalledRecord: Sendable, Equatable {
    /// The form that this version writes, and the newest one that it reads. A record that says nothing
    /// of it is of this form, too. It changes when an older version would misread a record; keys that
    /// an older version may pass over don't change it.
    public static let format = 1

    public var name: String
    /// With the patch level; `none` for packages without version.
    public var version: String
    /// ISO 8601, UTC.
    public var installDate: String
    public var systemUname: String
    public var sageVersion: String
    /// `passed`, `failed`, `not available`, or empty: not run.
    public var testResult: String
    /// Files and links that this record owns, relative to the tree's root, sorted. The files of a
    /// Python distribution are not here: RECORD in `site-packages` lists those.
    public var files: [String]

    /// The same files, as they were when they were installed; nil in old records.
    public var manifest: [ManifestEntry]?
    /// Folders that were installed empty, relative to the tree's root: they go with the package, if
    /// they are still empty.
    public var folders: [String]?
    /// Files of this package that another one took over, and which one: they are not ours any more.
    public var overwritten: [String: String]?
    /// True while something is left to do that comes after the files are in place (`spkg-postinst`):
    /// the package is there, and not as its recipe says.
    public var isUnfinished: Bool?

    /// Whether it was named when it was installed, then or later; false: only something that was needed
    /// it. Nil in old records, which count as named.
    public var isRequested: Bool?

    public var wheel: StoredWheel?
    public var distribution: Distribution?
    /// What went into the build; see `Installing.Fingerprint`. Nil in old records.
    public var fingerprint: String?
    /// The sum of the files of the distribution's own source that it was built from; nil when there
    /// are none. See `Installing.SourceFiles`.
    public var sources: String?
    /// What the fingerprint was made of, by name, to tell what has changed; nil in old records.
    public var inputs: [String: String]?
    /// The tree's root when this was installed: scripts and libraries name it. Nil in old records.
    public var prefix: String?
    /// Keys that this version doesn't know: they stay when the record is written again.
    public var others: [String: JSONValue] = [:]

    public struct StoredWheel: Sendable, Equatable {
        /// File name in the wheel store.
        public var file: String
        /// Hexadecimal.
        public var sha256: String
        var others: [String: JSONValue] = [:]

        public init(file: String, sha256: String) {
            self.file = file
            self.sha256 = sha256
        }
    }

    public struct Distribution: Sendable, Equatable {
        public var name: String
        public var version: String
        /// Its `.dist-info` folder, relative to the tree's root.
        public var metadata: String
        var others: [String: JSONValue] = [:]

        public init(name: String, version: String, metadata: String) {
            self.name = name
            self.version = version
            self.metadata = metadata
        }
    }

    public init(
        name: String, version: String, installDate: String, systemUname: String,
        sageVersion: String = "", testResult: String = "", files: [String] = [],
        wheel: StoredWheel? = nil, distribution: Distribution? = nil, fingerprint: String? = nil
    ) {
        self.name = name
        self.version = version
        self.installDate = installDate
        self.systemUname = systemUname
        self.sageVersion = sageVersion
        self.testResult = testResult
        self.files = files
        self.wheel = wheel
        self.distribution = distribution
        self.fingerprint = fingerprint
        manifest = nil
        folders = nil
        overwritten = nil
        isUnfinished = nil
        isRequested = nil
        sources = nil
        inputs = nil
        prefix = nil
    }

    /// The file's name: `NAME-VER`.
    public var fileName: String { "\(name)-\(version)" }

    /// File names of the package's wheels in the store: one at most, but records of the old machinery
    /// name them among their files, and nothing kept it from storing several.
    public var storedWheels: [String] {
        if let wheel { return [wheel.file] }
        let store = Tree.Place.wheels.string + "/"
        return files.compactMap { file in
            guard file.hasPrefix(store), file.hasSuffix(".whl") else { return nil }
            let name = file.dropFirst(store.count)
            return name.contains("/") ? nil : String(name)
        }
    }
}

extension InstalledRecord: Codable {
    enum CodingKeys: String, CodingKey {
        case format
        case name = "package_name"
        case version = "package_version"
        case installDate = "install_date"
        case systemUname = "system_uname"
        case sageVersion = "sage_version"
        case testResult = "test_result"
        case files, manifest, folders, overwritten, wheel, distribution, fingerprint, sources
        case inputs, prefix
        case isUnfinished = "unfinished"
        case isRequested = "requested"
    }

    /// A record of a format that this version doesn't know.
    struct NewerFormat: Error { let format: Int }

    public init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: CodingKeys.self)
        // Before anything else: the other keys may mean something else there.
        if record.contains(.format) {
            let format = try record.decode(Int.self, forKey: .format)
            if format > Self.format { throw NewerFormat(format: format) }
        }
        // A key may be missing; where it is there it has a value of its kind, and null is none.
        func value<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            record.contains(key) ? try record.decode(Value.self, forKey: key) : nil
        }
        try self.init(
            name: value(.name) ?? "", version: value(.version) ?? "",
            installDate: value(.installDate) ?? "", systemUname: value(.systemUname) ?? "",
            sageVersion: value(.sageVersion) ?? "", testResult: value(.testResult) ?? "",
            files: record.decode([String].self, forKey: .files),
            wheel: value(.wheel), distribution: value(.distribution),
            fingerprint: value(.fingerprint))
        manifest = try value(.manifest)
        folders = try value(.folders)
        overwritten = try value(.overwritten)
        isUnfinished = try value(.isUnfinished)
        isRequested = try value(.isRequested)
        sources = try value(.sources)
        inputs = try value(.inputs)
        prefix = try value(.prefix)
        others = try decoder.others(than: CodingKeys.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: CodingKeys.self)
        try record.encode(Self.format, forKey: .format)
        try record.encode(name, forKey: .name)
        try record.encode(version, forKey: .version)
        try record.encode(installDate, forKey: .installDate)
        try record.encode(systemUname, forKey: .systemUname)
        try record.encode(sageVersion, forKey: .sageVersion)
        try record.encode(testResult, forKey: .testResult)
        try record.encode(files, forKey: .files)
        try record.encodeIfPresent(manifest, forKey: .manifest)
        try record.encodeIfPresent(folders, forKey: .folders)
        try record.encodeIfPresent(overwritten, forKey: .overwritten)
        try record.encodeIfPresent(isUnfinished, forKey: .isUnfinished)
        try record.encodeIfPresent(isRequested, forKey: .isRequested)
        try record.encodeIfPresent(wheel, forKey: .wheel)
        try record.encodeIfPresent(distribution, forKey: .distribution)
        try record.encodeIfPresent(fingerprint, forKey: .fingerprint)
        try record.encodeIfPresent(sources, forKey: .sources)
        try record.encodeIfPresent(inputs, forKey: .inputs)
        try record.encodeIfPresent(prefix, forKey: .prefix)
        try encoder.encode(others: others)
    }

    /// UTF-8, keys sorted, one per line.
    public func json() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers that were read, and lists of them always encode.
        return Array(try! encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

extension InstalledRecord.StoredWheel: Codable {
    enum CodingKeys: String, CodingKey { case file, sha256 }

    public init(from decoder: any Decoder) throws {
        let wheel = try decoder.container(keyedBy: CodingKeys.self)
        file = try wheel.decode(String.self, forKey: .file)
        sha256 = try wheel.decode(String.self, forKey: .sha256)
        others = try decoder.others(than: CodingKeys.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var wheel = encoder.container(keyedBy: CodingKeys.self)
        try wheel.encode(file, forKey: .file)
        try wheel.encode(sha256, forKey: .sha256)
        try encoder.encode(others: others)
    }
}

extension InstalledRecord.Distribution: Codable {
    enum CodingKeys: String, CodingKey { case name, version, metadata }

    public init(from decoder: any Decoder) throws {
        let distribution = try decoder.container(keyedBy: CodingKeys.self)
        name = try distribution.decode(String.self, forKey: .name)
        version = try distribution.decode(String.self, forKey: .version)
        metadata = try distribution.decode(String.self, forKey: .metadata)
        others = try decoder.others(than: CodingKeys.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var distribution = encoder.container(keyedBy: CodingKeys.self)
        try distribution.encode(name, forKey: .name)
        try distribution.encode(version, forKey: .version)
        try distribution.encode(metadata, forKey: .metadata)
        try encoder.encode(others: others)
    }
}
