internal import Platform

/// What a wheel's RECORD says of each file, ready to be proved against the content.
struct RecordProof: Sendable {
    /// What is said of one file.
    struct Claim: Sendable {
        let algorithm: HashAlgorithm
        /// URL-safe base 64 without padding.
        let digest: String
        /// Bytes.
        let size: Int?
    }

    private var claims: [PathKey: Claim] = [:]
    /// In the order of RECORD, unlisted files last.
    private(set) var problems: [RecordProblem] = []

    /// What is said of a file of the wheel; nil for `RECORD` and its signatures, and for rows in
    /// `problems`.
    func claim(of path: String) -> Claim? { claims[PathKey(path)] }

    /// Compares the rows with the wheel's files. Content is proved later, with the claims.
    ///
    /// - Parameters:
    ///   - bytes: the file's content; nil when the wheel has none.
    ///   - files: the paths of all files of the wheel, `RECORD` among them.
    ///   - folders: its entries that are folders.
    ///   - path: of RECORD itself.
    ///
    /// Rule: binary distribution format, "The .dist-info directory": each file is listed with its
    /// hash, except RECORD, which can't be, and the signatures RECORD.jws and RECORD.p7s. Rows of
    /// folders say nothing; tools have written such (pypa/wheel#558).
    init(_ bytes: [UInt8]?, files: [String], folders: [String] = [], path: String) {
        guard let bytes else {
            problems = [RecordProblem(.absent)]
            return
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            problems = [RecordProblem(.notText)]
            return
        }
        guard let rows = Record.fields(bytes) else {
            problems = [RecordProblem(.malformedRow)]
            return
        }
        let known = Set(files.map(PathKey.init))
        let folders = Self.folders(of: files + folders)
        let exempt: Set = [path, path + ".jws", path + ".p7s"]
        var listed: Set<PathKey> = []
        claims.reserveCapacity(files.count)
        for (index, row) in rows.enumerated() {
            guard row.count == 3 else {
                problems.append(RecordProblem(.malformedRow, "row \(index + 1)"))
                continue
            }
            let name = row[0]
            do throws(RecordProblem) {
                if ZipName.broken(by: name) != nil { throw RecordProblem(.escapingPath, name) }
                let key = PathKey(name)
                if folders.contains(PathKey(name.before(suffix: "/") ?? name[...])) {
                    try Self.checkFolder(row)
                    continue
                }
                guard known.contains(key) else { throw RecordProblem(.noSuchFile, name) }
                if !listed.insert(key).inserted { throw RecordProblem(.duplicate, name) }
                let size = try Self.size(row[2], of: name)
                if name == path {
                    if !row[1].isEmpty { throw RecordProblem(.ownHash, name) }
                } else if !(exempt.contains(name) && row[1].isEmpty) {
                    claims[key] = try Self.claim(row[1], size, of: name)
                }
            } catch {
                problems.append(error)
            }
        }
        for file in files where !listed.contains(PathKey(file)) && !exempt.contains(file) {
            problems.append(RecordProblem(.unlisted, file))
        }
    }

    /// Every folder that is an entry, or that an entry lies in; without `/` at the end.
    private static func folders(of entries: [String]) -> Set<PathKey> {
        var folders: Set<PathKey> = []
        for entry in entries {
            var rest = entry[...]
            while let (folder, _) = rest.atLastSlash, folders.insert(PathKey(folder)).inserted {
                rest = folder
            }
        }
        return folders
    }

    /// A folder has no content; whoever lists one with some means a file.
    private static func checkFolder(_ row: [String]) throws(RecordProblem) {
        if let size = try size(row[2], of: row[0]), size != 0 {
            throw RecordProblem(.wrongSize, row[0])
        }
        if row[1].isEmpty { return }
        let claim = try claim(row[1], nil, of: row[0])
        let ofNothing = WideHashing(claim.algorithm)
        if ofNothing.base64URL() != claim.digest {
            throw RecordProblem(.wrongHash, row[0])
        }
    }

    private static func size(_ text: String, of name: String) throws(RecordProblem) -> Int? {
        if text.isEmpty { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let size = Int(text) else {
            throw RecordProblem(.malformedSize, name)
        }
        return size
    }

    private static func claim(_ text: String, _ size: Int?, of name: String)
        throws(RecordProblem) -> Claim
    {
        if text.isEmpty { throw RecordProblem(.noHash, name) }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let algorithm = HashAlgorithm(rawValue: String(parts[0])) else {
            throw RecordProblem(.weakHash, name)
        }
        return Claim(algorithm: algorithm, digest: String(parts[1]), size: size)
    }
}
