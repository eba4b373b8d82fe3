public import SystemPackage

/// A script that starts Python, as `ScriptTemplate` or pip wrote it into an environment's `bin`.
public struct InstalledScript {
    /// The interpreter that its head names.
    public let interpreter: FilePath
    private let bytes: [UInt8]
    /// Where the script goes on after its head.
    private let body: Int
    /// The comment that tells the encoding and stands within the head.
    private let comment: [UInt8]

    /// - Parameter bytes: the script, or as much of it as its head needs: 4 KiB are enough.
    /// - Returns: nil for what is no such script: it names no absolute path of a Python.
    public init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: "#!/".utf8) else { return nil }
        var lines = bytes.split(
            separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)[...]
        let first = lines.removeFirst()
        var comment: [UInt8] = []
        let path: String
        if first.elementsEqual("#!/bin/sh".utf8) {
            if lines.first?.first == UInt8(ascii: "#"), lines.count > 2 {
                comment = lines.removeFirst() + [UInt8(ascii: "\n")]
            }
            guard let command = lines.popFirst(), let end = lines.popFirst(),
                end.elementsEqual("' '''".utf8),
                let word = Self.program(in: String(decoding: command, as: UTF8.self))
            else { return nil }
            path = word
            body = end.endIndex + 1
        } else {
            path = String(decoding: first.dropFirst(2), as: UTF8.self)
                .trimming(while: { $0 == " " || $0 == "\t" })
            body = first.endIndex + 1
        }
        interpreter = FilePath(path)
        guard interpreter.isAbsolute, body <= bytes.count,
            let name = interpreter.lastComponent?.string,
            name.hasPrefix("python") || name.hasPrefix("pypy")
        else { return nil }
        self.bytes = bytes
        self.comment = comment
    }

    /// The script with another interpreter in its head.
    public func text(startedBy interpreter: FilePath) -> [UInt8] {
        let rest = comment + bytes[body...]
        let head = Array("#!python\n".utf8) + rest
        return head.withUnsafeBytes { head in
            let (start, end) = ScriptTemplate(interpreter: interpreter.string)
                .start(replacing: head)
            return start + head[end...]
        }
    }

    /// `'''exec' "/path with blanks/python3" "$0" "$@"`, read as the shell does.
    private static func program(in line: String) -> String? {
        guard let rest = line.after(prefix: "'''exec' "),
            rest.hasSuffix(" \"$0\" \"$@\"")
        else { return nil }
        var word = ""
        var quote: Character?
        var characters = rest.dropLast(10).makeIterator()
        while let character = characters.next() {
            switch (character, quote) {
            case ("\\", "\""): word.append(characters.next() ?? "\\")
            case (_, let open?) where character == open: quote = nil
            case ("\"", nil), ("'", nil): quote = character
            default: word.append(character)
            }
        }
        return quote == nil ? word : nil
    }
}

extension String {
    fileprivate func trimming(while isLeft: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isLeft($0) }),
            let last = lastIndex(where: { !isLeft($0) })
        else { return "" }
        return String(self[first...last])
    }
}
