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

    /// By path in the wheel; nothing for `RECORD` and its signatures, nor for rows in `problems`.
    private(set) var claims: [String: Claim] = [:]
    /// In the order of RECORD, unlisted files last.
    private(set) var problems: [RecordProblem] = []

    /// Compares the rows with the wheel's files. Content is proved later, with the claims.
    ///
    /// - Parameters:
    ///   - bytes: the file's content; nil when the wheel has none.
    ///   - files: the paths of all files of the wheel, `RECORD` among them.
    ///   - path: of RECORD itself.
    ///
    /// Rule: binary distribution format, "The .dist-info directory": each file is listed with its
    /// hash, except RECORD, which can't be, and the signatures RECORD.jws and RECORD.p7s.
    init(_ bytes: [UInt8]?, files: [String], path: String) {
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
        // Strings are compared by canonical equivalence; no two files of a wheel are equivalent,
        // but a row must spell its file byte by byte.
        let known = Dictionary(uniqueKeysWithValues: files.map { ($0, $0) })
        let exempt: Set = [path, path + ".jws", path + ".p7s"]
        var listed: Set<String> = []
        claims.reserveCapacity(files.count)
        for (index, row) in rows.enumerated() {
            guard row.count == 3 else {
                problems.append(RecordProblem(.malformedRow, "row \(index + 1)"))
                continue
            }
            let name = row[0]
            do throws(RecordProblem) {
                if ZipName.broken(by: name) != nil { throw RecordProblem(.escapingPath, name) }
                guard let file = known[name], file.utf8.elementsEqual(name.utf8) else {
                    throw RecordProblem(.noSuchFile, name)
                }
                if !listed.insert(name).inserted { throw RecordProblem(.duplicate, name) }
                let size = try Self.size(row[2], of: name)
                if name == path {
                    if !row[1].isEmpty { throw RecordProblem(.ownHash, name) }
                } else if !(exempt.contains(name) && row[1].isEmpty) {
                    claims[name] = try Self.claim(row[1], size, of: name)
                }
            } catch {
                problems.append(error)
            }
        }
        for file in files where !listed.contains(file) && !exempt.contains(file) {
            problems.append(RecordProblem(.unlisted, file))
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
