internal import Platform
internal import Synchronization
internal import SystemPackage
internal import Trees

/// Compares the content of files with what is written about it, on every core.
struct ContentComparison {
    /// What is written about a file.
    struct Claim: Sendable {
        enum Hash: Sendable {
            /// A row of RECORD: URL-safe base 64 without padding.
            case row(HashAlgorithm, String)
            /// Of a record: hexadecimal.
            case sha256(String)
        }

        let package: String
        /// Relative to the tree's root.
        let path: FilePath
        /// Bytes; the larger ones are read first.
        let size: Int
        let hash: Hash
    }

    private let tree: Tree
    private let room: Int
    private var claims: [Claim] = []

    /// - Parameter room: so many claims wait at most; it bounds the memory, whatever the tree's size.
    init(in tree: Tree, room: Int = 4096) {
        self.tree = tree
        self.room = room
    }

    /// - Returns: findings about this claim and others, as soon as enough of them wait.
    mutating func add(_ claim: Claim) throws(PlatformError) -> [Finding] {
        claims.append(claim)
        return claims.count < room ? [] : try compare()
    }

    /// Reads every file that waits.
    ///
    /// - Returns: those that are changed, in no order.
    mutating func compare() throws(PlatformError) -> [Finding] {
        let claims = claims
        self.claims = []
        let tree = tree
        let findings = Mutex<[Finding]>([])
        try inParallel(costs: claims.map(\.size)) {
            let block = Block()
            return { index throws(PlatformError) in
                let finding = try Self.compare(claims[index], in: tree, through: block.bytes)
                if let finding { findings.withLock { $0.append(finding) } }
            }
        }
        return findings.withLock { $0 }
    }

    private static func compare(
        _ claim: Claim, in tree: Tree, through block: UnsafeMutableRawBufferPointer
    ) throws(PlatformError) -> Finding? {
        let file: File
        do { file = try File(reading: tree.path(claim.path)) } catch
            where error.errno == .noSuchFileOrDirectory
        {
            // It has gone since it was claimed.
            return Finding(.missing, claim.package, claim.path)
        }
        let (isRight, found) = try claim.hash.compare(with: file, through: block)
        if isRight { return nil }
        guard case .sha256(let expected) = claim.hash else {
            return Finding(.changed, claim.package, claim.path)
        }
        return Finding(
            .changed, claim.package, claim.path, "its sha256 is \(found), not \(expected)")
    }

    /// A thread's own memory.
    private final class Block {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        deinit { bytes.deallocate() }
    }
}

extension ContentComparison.Claim.Hash {
    /// - Returns: whether it is the file's, and what the file has.
    fileprivate func compare(
        with file: borrowing File, through block: UnsafeMutableRawBufferPointer
    )
        throws(PlatformError) -> (isRight: Bool, found: String)
    {
        switch self {
        case .row(let algorithm, let expected):
            var hashing = WideHashing(algorithm)
            try file.read(through: block) { hashing.update($0) }
            let found = hashing.base64URL()
            return (found == expected, found)
        case .sha256(let expected):
            var hashing = Hashing()
            try file.read(through: block) { hashing.update($0) }
            let found = hashing.digest().hex
            return (found == expected, found)
        }
    }

    /// Whether a file has this content.
    func isOf(_ file: borrowing File) throws(PlatformError) -> Bool {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
        defer { block.deallocate() }
        return try compare(with: file, through: block).isRight
    }

    /// - Parameter row: `ALGORITHM=DIGEST`.
    /// - Returns: nil for an empty field and for algorithms that prove nothing.
    init?(row: String) {
        let parts = row.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let algorithm = HashAlgorithm(rawValue: String(parts[0])) else {
            return nil
        }
        self = .row(algorithm, String(parts[1]))
    }
}
