/// The text of scripts that start a Python program with the tree's interpreter.
struct ScriptTemplate: Sendable {
    /// What stands in front of every script, ending in a line end: `#!…`, or for paths that the
    /// kernel would cut or split, a text that is both a shell and a Python program.
    let start: String

    /// - Parameter interpreter: absolute path, UTF-8.
    ///
    /// The kernel takes 127 bytes of the first line (before Linux 5.1), and splits it at blanks.
    /// So, like pip, a long or spaced path is left to the shell: Python reads the two lines after
    /// the first as one string.
    init(interpreter: String) {
        let isPlain = !interpreter.utf8.contains { $0 <= 0x20 }
        if isPlain, interpreter.utf8.count + 3 <= 127 {
            start = "#!\(interpreter)\n"
        } else {
            start = """
                #!/bin/sh
                '''exec' \(Self.quoted(interpreter)) "$0" "$@"
                ' '''

                """
        }
    }

    /// A path as the shell must read it, and such that Python finds neither the end of the string
    /// in it nor an escape that it would complain about.
    static func quoted(_ path: String) -> String {
        var text = "\""
        for character in path.unicodeScalars {
            switch character {
            case "\"", "\\": text += "\\\(character)"
            case "$", "`": text += "\"'\(character)'\""
            case "'": text += "'\"\""
            default: text.unicodeScalars.append(character)
            }
        }
        return text + "\""
    }

    /// The script of an entry point. Graphical ones are the same here.
    func text(of script: EntryPoints.Script) -> [UInt8] {
        let first = script.object.prefix { $0 != "." }
        return Array(
            """
            \(start)# -*- coding: utf-8 -*-
            import sys
            from \(script.module) import \(first)
            if __name__ == "__main__":
                sys.exit(\(script.object)())

            """.utf8)
    }

    /// What replaces the first line, `#!python…`, of a script.
    ///
    /// - Parameter head: the script's first bytes, its second line among them if it has one.
    /// - Returns: the new start, and where in `head` the script goes on after it.
    ///
    /// Like pip, this drops arguments after `#!python`. Python looks for a text's encoding in its
    /// first two lines, so a comment that tells it stays second; the shell reads over it.
    func start(replacing head: UnsafeRawBufferPointer) -> (bytes: [UInt8], rest: Int) {
        let lineEnd = UInt8(ascii: "\n")
        let first = head.firstIndex(of: lineEnd).map { $0 + 1 } ?? head.count
        let second = head[first...].firstIndex(of: lineEnd).map { $0 + 1 } ?? head.count
        let line = head[first..<second]
        let new = Array(start.utf8)
        let newFirst = new.firstIndex(of: lineEnd)! + 1
        guard newFirst < new.count, line.first == UInt8(ascii: "#"), line.last == lineEnd else {
            return (new, first)
        }
        let comment = String(decoding: line, as: UTF8.self)
        guard comment.contains("coding:") || comment.contains("coding=") else {
            return (new, first)
        }
        return (Array(new[..<newFirst]) + Array(line) + Array(new[newFirst...]), second)
    }
}
