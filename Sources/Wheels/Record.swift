/// The list of a distribution's files: `RECORD`, in a wheel and once it is installed.
///
///     numpy/__init__.py,sha256=qwlRl05PhTDiGc4Ejam…,25765
///     "odd, name.py",sha256=…,12
///     numpy-2.4.6.dist-info/RECORD,,
///
/// Comma-separated values as Python's `csv` module reads and writes them: fields with a comma, a
/// quote or a line end stand in quotes, and quotes in them are doubled. Rule: PEP 376, PEP 627.
public enum Record {
    public struct Row: Sendable, Hashable {
        /// In a wheel, relative to its root; installed, relative to `site-packages`.
        public let path: String
        /// `ALGORITHM=DIGEST`, or empty.
        public let hash: String
        /// Bytes as a decimal number, or empty.
        public let size: String

        public init(path: String, hash: String = "", size: String = "") {
            self.path = path
            self.hash = hash
            self.size = size
        }
    }

    /// The fields of each row; an empty line is none.
    ///
    /// - Parameter bytes: UTF-8.
    /// - Returns: nil for what Python reads but no writer makes: a quote inside an unquoted field,
    ///   text after a closing quote, a carriage return alone, a quote that is never closed.
    public static func fields(_ bytes: [UInt8]) -> [[String]]? {
        var reader = RecordReader(bytes)
        return reader.rows()
    }

    /// UTF-8, one line per row, in the order given.
    public static func text(_ rows: some Sequence<Row>) -> [UInt8] {
        var text: [UInt8] = []
        for row in rows {
            append(row.path, to: &text)
            text.append(UInt8(ascii: ","))
            append(row.hash, to: &text)
            text.append(UInt8(ascii: ","))
            append(row.size, to: &text)
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }

    private static func append(_ field: String, to text: inout [UInt8]) {
        let special: (UInt8) -> Bool = {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
                || $0 == UInt8(ascii: "\r")
        }
        guard field.utf8.contains(where: special) else {
            text.append(contentsOf: field.utf8)
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }
}

/// Reads comma-separated values, front to back.
private struct RecordReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var isAtEnd: Bool { at == bytes.count }

    mutating func rows() -> [[String]]? {
        var rows: [[String]] = []
        while !isAtEnd {
            if let isLineEnd = takeLineEnd() {
                guard isLineEnd else { return nil }
                continue
            }
            guard let row = takeRow() else { return nil }
            rows.append(row)
        }
        return rows
    }

    private mutating func takeRow() -> [String]? {
        var row: [String] = []
        while true {
            guard let field = isAtEnd ? "" : takeField() else { return nil }
            row.append(field)
            if isAtEnd { return row }
            if bytes[at] == UInt8(ascii: ",") {
                at += 1
                continue
            }
            return takeLineEnd() == true ? row : nil
        }
    }

    /// Leaves the comma or line end after the field.
    private mutating func takeField() -> String? {
        if bytes[at] == UInt8(ascii: "\"") { return takeQuotedField() }
        let start = at
        while !isAtEnd {
            switch bytes[at] {
            case UInt8(ascii: "\""): return nil
            case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                return String(decoding: bytes[start..<at], as: UTF8.self)
            default: at += 1
            }
        }
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    private mutating func takeQuotedField() -> String? {
        at += 1
        var field: [UInt8] = []
        while !isAtEnd {
            let byte = bytes[at]
            at += 1
            guard byte == UInt8(ascii: "\"") else {
                field.append(byte)
                continue
            }
            guard !isAtEnd, bytes[at] == UInt8(ascii: "\"") else {
                return String(decoding: field, as: UTF8.self)
            }
            field.append(byte)
            at += 1
        }
        return nil
    }

    /// True for a line end, which is taken; false for a carriage return alone; nil for others.
    private mutating func takeLineEnd() -> Bool? {
        switch bytes[at] {
        case UInt8(ascii: "\n"):
            at += 1
            return true
        case UInt8(ascii: "\r"):
            guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\n") else { return false }
            at += 2
            return true
        default: return nil
        }
    }
}
