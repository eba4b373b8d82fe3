internal import Platform
internal import Requirements
public import SystemPackage

/// The simple repository over a folder of wheels: what it should be, and where it is not.
///
///     FOLDER/NAME-1.0-py3-none-any.whl            not touched
///     FOLDER/NAME-1.0-py3-none-any.whl.metadata
///     FOLDER/simple/…                             pages, see `SimplePage`
///
/// It depends on the wheels, their names and their times alone: made anew it is the same, byte for
/// byte. All links are relative, so the folder can be copied, mounted, or served as it is.
public struct SimpleRepository: Sendable {
    public let folder: FilePath
    /// Where the folder is not as it should be, in byte order.
    public let differences: [RepositoryDifference]
    /// By normalized name, in byte order.
    let projects: [(name: String, wheels: [ListedWheel])]
    /// Projects that have a wheel of which nothing was known.
    let projectsReadAnew: Set<String>

    public var wheelCount: Int { projects.reduce(0) { $0 + $1.wheels.count } }
    public var projectCount: Int { projects.count }

    /// Reads every wheel and every page; writes nothing.
    ///
    /// - Throws: `WheelError`, naming each wheel that can't be listed.
    public static func check(_ folder: FilePath, record policy: RecordPolicy)
        throws(WheelError) -> SimpleRepository
    {
        try SimpleRepository(
            WheelFolder(folder), record: policy, trustingPagesBefore: nil
        ) { _, _ in }
    }

    /// - Parameters:
    ///   - moment: if given, what pages from before say of wheels need not be read again.
    ///   - metadata: is given each METADATA file that is missing or changed beside its wheel: the
    ///     name that it should have, and its content. Called from several threads.
    init(
        _ folder: WheelFolder, record policy: RecordPolicy,
        trustingPagesBefore moment: FileTime?,
        metadata: @escaping @Sendable (String, [UInt8]) throws(WheelError) -> Void
    ) throws(WheelError) {
        let withPages = Set(try folder.projectsWithPages())
        let wheelsByProject = Dictionary(grouping: folder.wheels) { $0.name.normalized }
        let names = wheelsByProject.keys.sorted(by: precedes)
        var known: [String: KnownWheels] = [:]
        if let moment {
            let names = names.filter(withPages.contains)
            let pages = mapInParallel(costs: names.map { _ in 1 }) {
                KnownWheels(project: names[$0], in: folder, now: moment)
            }
            known = Dictionary(uniqueKeysWithValues: zip(names, pages))
        }

        let entries = try Self.entries(of: folder, record: policy, known, metadata)
        let entriesByProject = Dictionary(grouping: entries) { $0.project }
        let projects = names.map { name in
            (name: name, wheels: entriesByProject[name]!.map(\.wheel))
        }
        let missing = try mapInParallel(costs: projects.map(\.wheels.count)) {
            [root = folder.path] place throws(WheelError) -> [RepositoryDifference] in
            let (name, wheels) = projects[place]
            return try Self.differences(
                of: SimplePage(project: name, wheels: wheels), at: FilePath("simple/\(name)"),
                in: root)
        }
        var differences = entries.compactMap(\.difference) + missing.joined()
        differences += try Self.differences(
            of: SimplePage(projects: names), at: "simple", in: folder.path)
        differences += folder.orphans.map { RepositoryDifference(.leftOver, $0) }
        differences += withPages.subtracting(names)
            .map { RepositoryDifference(.leftOver, "simple/\($0)") }
        self.folder = folder.path
        self.projects = projects
        self.differences = differences.sorted { precedes($0.path.string, $1.path.string) }
        projectsReadAnew = Set(entries.lazy.filter { !$0.wasKnown }.map(\.project))
    }

    /// Files and folders that are there but should not be, relative to `folder`.
    public var leftOver: [FilePath] { differences.filter { $0.kind == .leftOver }.map(\.path) }

    // MARK: Wheels

    private struct Entry: Sendable {
        let project: String
        let wheel: ListedWheel
        let difference: RepositoryDifference?
        let wasKnown: Bool
    }

    private static func entries(
        of folder: WheelFolder, record policy: RecordPolicy, _ known: [String: KnownWheels],
        _ metadata: @escaping @Sendable (String, [UInt8]) throws(WheelError) -> Void
    ) throws(WheelError) -> [Entry] {
        let wheels = folder.wheels
        let statuses: [FileStatus?] = wheels.map {
            try? folder.directory.status(FilePath.Component($0.raw)!)
        }
        let read = try mapInParallel(costs: statuses.map { $0?.size ?? 0 }) {
            [path = folder.path] place throws(WheelError) -> Result<Entry, WheelError> in
            let wheel = wheels[place]
            let known = statuses[place].flatMap {
                known[wheel.name.normalized]?.listing(of: wheel, $0)
            }
            return try entry(of: wheel, in: path, record: policy, known, metadata)
        }
        var errors: [WheelError] = []
        var entries: [Entry] = []
        for result in read {
            switch result {
            case .success(let entry): entries.append(entry)
            case .failure(let error): errors.append(error)
            }
        }
        if errors.isEmpty { return entries }
        throw errors.count == 1 ? errors[0] : .several(errors)
    }

    /// - Returns: a failure if the wheel can't be listed.
    /// - Throws: what `metadata` throws.
    private static func entry(
        of name: WheelFilename, in folder: FilePath, record policy: RecordPolicy,
        _ known: ListedWheel?, _ metadata: (String, [UInt8]) throws(WheelError) -> Void
    ) throws(WheelError) -> Result<Entry, WheelError> {
        let project = name.name.normalized
        let file = "\(name.raw).metadata"
        let beside = digest(folder.appending(file))
        if let known, beside == known.metadataSHA256 {
            return .success(Entry(project: project, wheel: known, difference: nil, wasKnown: true))
        }
        let wheel: ListedWheel
        let bytes: [UInt8]
        do throws(WheelError) {
            (wheel, bytes) = try listing(of: folder.appending(name.raw), policy)
        } catch {
            return .failure(error)
        }
        var difference: RepositoryDifference?
        if beside != wheel.metadataSHA256 {
            difference = RepositoryDifference(beside == nil ? .missing : .changed, file)
            try metadata(file, bytes)
        }
        return .success(
            Entry(project: project, wheel: wheel, difference: difference, wasKnown: false))
    }

    private static func listing(of path: FilePath, _ policy: RecordPolicy)
        throws(WheelError) -> (ListedWheel, [UInt8])
    {
        let wheel = try Wheels.check(path, for: nil, record: policy)
        let stored: FileTime
        do { stored = try targetStatus(path)?.modified ?? FileTime(seconds: 0) } catch {
            throw .platform(error)
        }
        return (
            ListedWheel(wheel, sha256: wheel.archive.digest().hex, stored: stored),
            wheel.metadata.bytes
        )
    }

    /// Hexadecimal; nil when nothing can be read there.
    private static func digest(_ path: FilePath) -> String? {
        guard let bytes = try? readFile(path) else { return nil }
        return Digest(of: bytes).hex
    }

    // MARK: Pages

    private static func differences(
        of page: SimplePage, at place: FilePath, in folder: FilePath
    ) throws(WheelError) -> [RepositoryDifference] {
        var found: [RepositoryDifference] = []
        for (name, bytes) in page.files {
            let path = place.appending(name)
            do {
                if try readFile(folder.pushing(path)) != bytes {
                    found.append(RepositoryDifference(.changed, path))
                }
            } catch  where error.errno == .noSuchFileOrDirectory {
                found.append(RepositoryDifference(.missing, path))
            } catch {
                throw .platform(error)
            }
        }
        return found
    }
}

/// A file of a repository that is not as the wheels say.
public struct RepositoryDifference: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case missing, changed
        /// Its wheel, or all of its project's, are gone.
        case leftOver = "left over"
    }

    public let kind: Kind
    /// Relative to the folder of wheels. A folder when a whole project is left over.
    public let path: FilePath

    init(_ kind: Kind, _ path: FilePath) {
        self.kind = kind
        self.path = path
    }

    init(_ kind: Kind, _ path: String) { self.init(kind, FilePath(path)) }
}

extension RepositoryDifference: CustomStringConvertible {
    public var description: String { "\(kind.rawValue): \(path)" }
}
