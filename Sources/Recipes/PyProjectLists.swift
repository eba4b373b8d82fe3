/// The lists of strings of a `pyproject.toml`, or of a template of one, which is no TOML.
///
/// Line by line: a list begins where a line has `NAME = [`, and ends at the first `]` outside of a
/// string. Comments are passed over.
struct PyProjectLists {
    enum Item {
        /// `"setuptools >= 64"`, without the quotes.
        case string(Substring)
        /// A word of letters, digits and `_` outside of strings: a macro.
        case word(Substring)
    }

    /// `build-system`; empty before the first one.
    private var table: Substring = ""
    private var list: Substring?

    /// - Parameter body: is given each item with its table and the name of its list, in order.
    static func scan(_ text: String, _ body: (Substring, Substring, Item) -> Void) {
        var lists = PyProjectLists()
        for line in text.lines { lists.scan(line, body) }
    }

    /// Where a file breaks off or is something else altogether, as after a bad merge; not all of TOML's
    /// rules. Not for templates.
    ///
    /// - Returns: counted from 1; nil if nothing is wrong.
    static func firstLineOfNoTOML(in text: String) -> Int? {
        var lists = PyProjectLists()
        var begun = 0
        var isInText = false
        for (index, line) in text.lines.enumerated() {
            let marks = line.ranges(of: "\"\"\"").count + line.ranges(of: "'''").count
            let isQuotingMuch = marks % 2 == 1
            defer { if isQuotingMuch { isInText.toggle() } }
            if isInText || isQuotingMuch { continue }
            let trimmed = line.trimmed
            let wasInList = lists.list != nil
            lists.scan(line) { _, _, _ in }
            if lists.list != nil {
                if !wasInList { begun = index + 1 }
            } else if !wasInList {
                // Lists in lists, and tables over several lines, have lines of values alone.
                guard let first = trimmed.utf8.first, !"#]}{\"',-+0123456789".utf8.contains(first)
                else { continue }
                if trimmed.startsWith("[") ? !trimmed.contains("]") : !trimmed.contains("=") {
                    return index + 1
                }
            }
        }
        return lists.list == nil ? nil : begun
    }

    private mutating func scan(_ line: Substring, _ body: (Substring, Substring, Item) -> Void) {
        var rest = line
        if list == nil {
            let line = line.trimmed
            if line.startsWith("[") {
                table = line.dropFirst().prefix(of: { $0 != UInt8(ascii: "]") })
            }
            guard let (name, after) = Self.listBegun(in: line) else { return }
            list = name
            rest = after
        }
        guard let name = list else { return }
        while let byte = rest.utf8.first {
            switch byte {
            case UInt8(ascii: "#"): return
            case UInt8(ascii: "]"):
                list = nil
                return
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let text = rest.dropFirst().prefix(of: { $0 != byte })
                body(table, name, .string(text))
                rest = rest[text.endIndex...].dropFirst()
            default:
                let word = rest.prefix(of: { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") })
                if !word.isEmpty { body(table, name, .word(word)) }
                rest = word.isEmpty ? rest.dropFirst() : rest[word.endIndex...]
            }
        }
    }

    /// `test = [ …`: the name, and what follows the bracket.
    private static func listBegun(in line: Substring) -> (name: Substring, rest: Substring)? {
        let name = line.prefix(of: { $0.isLetter || $0 == UInt8(ascii: "-") })
        let rest = line[name.endIndex...].trimmed
        guard rest.startsWith("=") else { return nil }
        let value = rest.dropFirst().trimmed
        guard value.startsWith("[") else { return nil }
        return (name, value.dropFirst())
    }
}
