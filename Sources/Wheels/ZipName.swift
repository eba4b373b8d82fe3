/// The rules for an entry's name. All of them are lexical.
enum ZipName {
    /// The name, if it is one path below the folder of unpacking on every system.
    ///
    /// Folders end in `/`; there is none at the start, and no part is empty, `.` or `..`.
    static func read(_ bytes: UnsafeRawBufferPointer, isMarkedUTF8: Bool)
        throws(ZipFault) -> String
    {
        if bytes.isEmpty { throw ZipFault(.emptyName, "") }
        guard let name = String(validating: bytes, as: UTF8.self) else {
            throw ZipFault(.nameNotUTF8, String(decoding: bytes, as: UTF8.self))
        }
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        // Without the mark, old readers take the bytes for code page 437.
        if !isASCII && !isMarkedUTF8 { throw ZipFault(.nameNotUTF8, name) }
        if let rule = broken(by: name, isASCII: isASCII) { throw ZipFault(rule, name) }
        return name
    }

    /// The rule that a path breaks; also used for the paths in RECORD.
    static func broken(by name: String, isASCII: Bool = false) -> ZipRule? {
        let bytes = name.utf8
        guard let first = bytes.first else { return .emptyName }
        if bytes.count > WheelLimits.nameLength { return .nameTooLong }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return .controlCharacter }
        if !isASCII, name.unicodeScalars.contains(where: isLineBreakOrControl) {
            return .controlCharacter
        }
        if bytes.contains(UInt8(ascii: "\\")) { return .backslash }
        if first == UInt8(ascii: "/") || hasDrive(bytes) { return .absoluteName }
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
            let part = bytes[start..<end]
            if part.isEmpty { return .emptyComponent }
            if part.count > WheelLimits.componentLength { return .nameTooLong }
            if part.count <= 2, part.allSatisfy({ $0 == UInt8(ascii: ".") }) { return .traversal }
            start = end == bytes.endIndex ? end : bytes.index(after: end)
        }
        return nil
    }

    /// Beyond ASCII: C1 controls, and the separators at which Python splits lines, RECORD's too.
    private static func isLineBreakOrControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x80...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func hasDrive(_ bytes: String.UTF8View) -> Bool {
        guard let second = bytes.dropFirst().first, second == UInt8(ascii: ":") else {
            return false
        }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes.first! | 0x20)
    }
}

/// Names seen so far, to find those that no file system could hold side by side.
///
/// Names that differ only in case or in the composition of letters are for the file system to judge,
/// when the files are written.
struct NameSet {
    private var names: Set<PathKey> = []
    private var folders: Set<PathKey> = []

    init(capacity: Int) { names.reserveCapacity(capacity) }

    /// - Parameter name: a path without `/` at the end.
    /// - Returns: whether it is new.
    mutating func insert(_ name: String, isFolder: Bool) -> Bool {
        let key = PathKey(name)
        if isFolder { folders.insert(key) }
        return names.insert(key).inserted
    }

    /// To be called when all names are in: a file that is also a folder of another.
    func fileThatIsFolder(of files: some Sequence<String>) -> String? {
        var seen: Set<PathKey> = []
        for file in files {
            var rest = file[...]
            while let (folder, _) = rest.atLastSlash {
                let key = PathKey(folder)
                guard seen.insert(key).inserted else { break }
                if names.contains(key), !folders.contains(key) { return String(folder) }
                rest = folder
            }
        }
        return nil
    }
}
