internal import FoundationEssentials
internal import Platform
public import SystemPackage

/// What is remembered of an installed package: the JSON file `installed/NAME-VER`.
///
/// The first seven fields are the old machinery's (recipe-facts, 4.7) and keep their names, so that
/// tools that read those files go on working. Old records lack the others.
public struct InstalledRecord: Sendable, Equatable {
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

    public var wheel: StoredWheel?
    public var distribution: Distribution?
    /// What went into the build; see `Installing.Fingerprint`. Nil in old records.
    public var fingerprint: String?
    /// The sum of the files of the distribution's own source that it was built from; nil when there
    /// are none. See `Installing.SourceFiles`.
    public var sources: String?

    public struct StoredWheel: Sendable, Equatable, Codable {
        /// File name in the wheel store.
        public var file: String
        /// Hexadecimal.
        public var sha256: String

        public init(file: String, sha256: String) {
            self.file = file
            self.sha256 = sha256
        }
    }

    public struct Distribution: Sendable, Equatable, Codable {
        public var name: String
        public var version: String
        /// Its `.dist-info` folder, relative to the tree's root.
        public var metadata: String

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
        sources = nil
    }

    /// The file's name: `NAME-VER`.
    public var fileName: String { "\(name)-\(version)" }
}

extension InstalledRecord: Codable {
    enum CodingKeys: String, CodingKey {
        case name = "package_name"
        case version = "package_version"
        case installDate = "install_date"
        case systemUname = "system_uname"
        case sageVersion = "sage_version"
        case testResult = "test_result"
        case files, manifest, folders, overwritten, wheel, distribution, fingerprint, sources
        case isUnfinished = "unfinished"
    }

    /// UTF-8, keys sorted, one per line.
    public func json() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // A struct of strings and lists of strings always encodes.
        return Array(try! encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reads a record file.
    ///
    /// Empty files and files that are no JSON exist in old trees: they say that the package is
    /// there and nothing else (recipe-facts, 4.7), so they give a record without files.
    public init(reading path: FilePath) throws(TreeError) {
        let bytes: [UInt8]
        do { bytes = try readFile(path) } catch { throw .platform(error) }
        if let record = try? JSONDecoder().decode(InstalledRecord.self, from: Data(bytes)) {
            self = record
            return
        }
        guard let file = RecordFile(name: path.lastComponent?.string ?? "") else {
            throw .unreadableRecord(path: path, reason: "its name is not NAME-VERSION")
        }
        self.init(name: file.package, version: file.version, installDate: "", systemUname: "")
    }
}

/// The name of a record file, taken apart: package names hold no dash, versions may.
public struct RecordFile: Sendable, Hashable {
    public let package: String
    public let version: String

    public init?(name: String) {
        guard let dash = name.firstIndex(of: "-"), dash != name.startIndex, !name.hasPrefix(".")
        else { return nil }
        package = String(name[..<dash])
        version = String(name[name.index(after: dash)...])
    }

    public var name: String { "\(package)-\(version)" }
}

extension Tree {
    /// The record files there are, by name only, sorted; empty when the tree is new.
    public func recordFiles() throws(TreeError) -> [RecordFile] {
        do {
            return try Directory(opening: installed).entries()
                .compactMap { RecordFile(name: $0.name.string) }
                .sorted { $0.name < $1.name }
        } catch  where error.errno == .noSuchFileOrDirectory {
            return []
        } catch {
            throw .platform(error)
        }
    }

    /// The records of a package: none, one, or, in trees that the old machinery wrote, several.
    public func records(of package: String) throws(TreeError) -> [InstalledRecord] {
        var found: [InstalledRecord] = []
        for file in try recordFiles() where file.package == package {
            found.append(try InstalledRecord(reading: installed.appending(file.name)))
        }
        return found
    }
}
