internal import FoundationEssentials
internal import Platform
public import SystemPackage

extension InstalledRecord {
    /// Reads a record file.
    ///
    /// Empty files and text that is no JSON exist in old trees: they say that the package is there and
    /// nothing else, so they give a record without files. What begins as JSON, or has zero bytes, which
    /// a power cut leaves, is a record that was damaged: to take that for an empty one would make its
    /// files nobody's.
    ///
    /// - Throws: `TreeError.unreadableRecord`, `.newerRecord`, `.platform`; all name the file.
    ///
    /// The file's name counts, whatever the content says of name and version.
    init(reading path: FilePath) throws(TreeError) {
        let bytes: [UInt8]
        do { bytes = try readFile(path) } catch { throw .platform(error) }
        guard let file = RecordFile(name: path.lastComponent?.string ?? "") else {
            throw .unreadableRecord(path: path, reason: "its name is not NAME-VERSION")
        }
        if Self.isStamp(bytes) {
            self.init(name: file.package, version: file.version, installDate: "", systemUname: "")
            return
        }
        do {
            self = try JSONDecoder().decode(InstalledRecord.self, from: Data(bytes))
        } catch let newer as NewerFormat {
            throw .newerRecord(path: path, format: newer.format)
        } catch {
            throw .unreadableRecord(path: path, reason: Self.reason(of: error))
        }
        name = file.package
        version = file.version
    }

    /// Whether this is what the old machinery left where it wrote no record: nothing, or plain text.
    private static func isStamp(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first(where: { !" \t\r\n".utf8.contains($0) }) else { return true }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return !"{[".utf8.contains(first) && !bytes.starts(with: mark) && !bytes.contains(0)
    }

    private static func reason(of error: any Error) -> String {
        func key(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            (context.codingPath + [last].compactMap(\.self)).first?.stringValue ?? "it"
        }
        switch error {
        case DecodingError.keyNotFound(let last, let context):
            return "it has no usable '\(key(context, last))'"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            let key = key(context)
            return key == "it" ? "it is not a JSON object" : "its '\(key)' is of another kind"
        default:
            return "it is damaged or cut short: no whole JSON"
        }
    }
}

/// The name of a record file, taken apart: package names hold no dash, versions may.
public struct RecordFile: Sendable, Hashable {
    /// `PACKAGE-VERSION`
    public let name: String
    public let package: String
    public let version: String

    public init?(name: String) {
        guard let dash = name.utf8.firstIndex(of: UInt8(ascii: "-")), dash != name.startIndex,
            !name.utf8.starts(with: [UInt8(ascii: ".")])
        else { return nil }
        self.name = name
        package = String(name[..<dash])
        version = String(name[name.index(after: dash)...])
    }
}

extension Tree {
    /// The record files there are, by name only, sorted; empty when the tree is new.
    public func recordFiles() throws(TreeError) -> [RecordFile] { try recordFiles { _ in true } }

    /// Those of one package.
    public func recordFiles(of package: String) throws(TreeError) -> [RecordFile] {
        try recordFiles { $0.utf8.starts(with: "\(package)-".utf8) }
    }

    private func recordFiles(where isWanted: (String) -> Bool) throws(TreeError) -> [RecordFile] {
        do {
            return try Directory(opening: installed).names().filter(isWanted).sorted()
                .compactMap { RecordFile(name: $0) }
        } catch  where error.errno == .noSuchFileOrDirectory {
            return []
        } catch {
            throw .platform(error)
        }
    }

    /// Every record, or the wanted ones, sorted by file name: the one way in which records are read.
    ///
    /// - Throws: `TreeError` for the first that can't be read: it is never passed over.
    public func records(where isWanted: (RecordFile) -> Bool = { _ in true })
        throws(TreeError) -> [InstalledRecord]
    {
        try get(readRecords(where: isWanted))
    }

    /// The same for who reports what can't be read, and goes on.
    public func readRecords(where isWanted: (RecordFile) -> Bool = { _ in true })
        throws(TreeError) -> [ReadRecord]
    {
        try readAgainIfStale { () throws(TreeError) in try recordFiles().filter(isWanted) }
    }

    /// The records of a package: none, one, or, in trees that the old machinery wrote, several.
    public func records(of package: String) throws(TreeError) -> [InstalledRecord] {
        try get(readAgainIfStale { () throws(TreeError) in try recordFiles(of: package) })
    }

    /// Of these records, those whose text may say what is looked for. A text is searched in a tenth of
    /// the time in which it is decoded, and on every core.
    ///
    /// - Parameter mayMatter: of the bytes of a record.
    public func records(
        in files: [RecordFile], whoseText mayMatter: @escaping @Sendable ([UInt8]) -> Bool
    ) throws(TreeError) -> [InstalledRecord] {
        let folder: Directory
        do { folder = try Directory(opening: installed) } catch {
            if error.errno == .noSuchFileOrDirectory { return [] }
            throw .platform(error)
        }
        let matters = mapRunsInParallel(files) { file in
            // What can't be read is told by who decodes it.
            guard let name = FilePath.Component(file.name),
                let bytes = try? folder.file(name, .read).readToEnd()
            else { return true }
            return mayMatter(bytes)
        }
        let names = Set(zip(files, matters).filter(\.1).map(\.0))
        if names.isEmpty { return [] }
        return try records(where: names.contains)
    }

    public typealias ReadRecord = (file: RecordFile, record: Result<InstalledRecord, TreeError>)

    private func get(_ found: [ReadRecord]) throws(TreeError) -> [InstalledRecord] {
        var records: [InstalledRecord] = []
        for (_, record) in found { records.append(try record.get()) }
        return records
    }

    private func readAgainIfStale(_ list: () throws(TreeError) -> [RecordFile])
        throws(TreeError) -> [ReadRecord]
    {
        var attempts = 0
        while true {
            attempts += 1
            let found = try list().map { file in
                let path = installed.appending(file.name)
                return (
                    file: file,
                    record: Result { () throws(TreeError) in
                        try record(at: path)
                    }
                )
            }
            // Exchanged since it was listed: its successor is there, and not in this list.
            let isStale = found.contains { _, record in
                if case .failure(.platform(let error)) = record {
                    return error.errno == .noSuchFileOrDirectory
                }
                return false
            }
            if !isStale || attempts == 8 { return found }
        }
    }

    /// The record in a file of `installed/`; one of the old machinery with what it lacks (`OldRecords`).
    /// `InstalledRecord.init(reading:)` says what is no record.
    public func record(at path: FilePath) throws(TreeError) -> InstalledRecord {
        let record = try InstalledRecord(reading: path)
        guard record.isOld else { return record }
        return try OldRecords(in: self).complete(record.joiningNames(in: root))
    }
}
