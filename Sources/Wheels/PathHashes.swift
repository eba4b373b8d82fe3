public import SystemPackage

/// Tells of most lists of files, by one pass over their bytes, that they name none of certain paths:
/// an upgrade asks every RECORD and record of the tree.
public struct PathHashes: Sendable {
    /// Files and links; folders that they are in.
    private var files: Set<UInt64> = []
    private var folders: Set<UInt64> = []

    /// - Parameter spellings: how a list may spell a path of the tree.
    public init(
        files paths: some Sequence<FilePath>, folders above: some Sequence<FilePath>,
        spelled spellings: (FilePath) -> [String]
    ) {
        for path in paths {
            for text in spellings(path) { files.insert(Self.hash(text)) }
        }
        for path in above {
            for text in spellings(path) { folders.insert(Self.hash(text)) }
        }
    }

    /// Whether a row of a RECORD may name one of the files, or something below one: a link.
    ///
    /// Rows in odd spellings (quoted, absolute, with `.` or `..` inside) may.
    func mayOccur(inRows bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var at = 0
            while at < bytes.count {
                if mayOccur(inRow: bytes, &at) { return true }
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
                at += 1
            }
            return false
        }
    }

    /// - Parameter at: start of the row; afterwards somewhere in it.
    private func mayOccur(inRow bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Bool {
        let slash = UInt8(ascii: "/")
        let dot = UInt8(ascii: ".")
        let start = at
        var hash = Self.start
        var isBelowRoot = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == 13 { break }
            if byte == UInt8(ascii: "\"") || byte == slash && at == start { return true }
            if byte == slash || at == start {
                let next = byte == slash ? at + 1 : at
                // Whether the next part is empty, `.`, or a `..` after a name.
                var end = next
                while end < bytes.count, end < next + 2, bytes[end] == dot { end += 1 }
                if end < bytes.count, bytes[end] == slash {
                    if end - next < 2 && (end > next || byte == slash) { return true }
                    if end - next == 2 && isBelowRoot { return true }
                } else {
                    isBelowRoot = true
                }
                if byte == slash, files.contains(hash) { return true }
            }
            hash = Self.step(hash, byte)
            at += 1
        }
        return at > start && files.contains(hash)
    }

    /// The same for the strings of a JSON text, which may also name the folders.
    public func mayOccur(inStrings bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var at = 0
            while at < bytes.count {
                guard bytes[at] == UInt8(ascii: "\"") else {
                    at += 1
                    continue
                }
                at += 1
                var hash = Self.start
                while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                    // An escaped character.
                    if bytes[at] == UInt8(ascii: "\\") { return true }
                    if bytes[at] == UInt8(ascii: "/"), files.contains(hash) { return true }
                    hash = Self.step(hash, bytes[at])
                    at += 1
                }
                if files.contains(hash) || folders.contains(hash) { return true }
                at += 1
            }
            return false
        }
    }

    // FNV-1a.
    private static let start: UInt64 = 0xcbf2_9ce4_8422_2325

    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(start) { step($0, $1) }
    }
}
