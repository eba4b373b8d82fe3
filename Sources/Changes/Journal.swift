internal import Platform
internal import SystemPackage

/// The steps of a change, written down before the first one is taken.
///
///     spkg change 1
///     title: install numpy 2.4.6
///     place lib/python3.11/site-packages/numpy
///     swap bin/f2py 64769:1234
///     drop lib/python3.11/site-packages/numpy-2.4.5.dist-info 3
///     end 5a0c…            SHA-256 of everything before this line
///
/// A path with `->` was staged under the name before it. In paths, `%`, blanks, control characters
/// and bytes above 126 are percent-encoded, so names may hold anything, newlines too. The last line
/// tells a whole journal from a cut one.
struct Journal: Equatable {
    let title: String
    let steps: [Step]

    func bytes() -> [UInt8] {
        var text = "spkg change 1\ntitle: \(escape(Array(title.utf8)))\n"
        for step in steps { text += "\(line(step))\n" }
        return Array("\(text)end \(Digest(of: text.utf8).hex)\n".utf8)
    }

    private func line(_ step: Step) -> String {
        switch step {
        case .place(let staged, let path): "place \(arrow(staged, path))"
        case .swap(let staged, let path, let identity):
            "swap \(arrow(staged, path)) \(identity.device):\(identity.inode)"
        case .replace(let staged, let path, let kept): "replace \(arrow(staged, path)) \(kept)"
        case .drop(let path, let kept): "drop \(escape(path)) \(kept)"
        case .removeDirectory(let path, let mode): "rmdir \(escape(path)) \(mode)"
        }
    }

    private func arrow(_ staged: FilePath, _ path: FilePath) -> String {
        staged == path ? escape(path) : "\(escape(staged))->\(escape(path))"
    }

    /// - Throws: what is wrong with it, in words.
    init(parsing bytes: [UInt8]) throws(Damage) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw "it is not text" }
        guard text.hasPrefix("spkg change 1\ntitle: ") else { throw "it doesn't begin as one" }
        guard text.hasSuffix("\n"), let end = text.dropLast().lastIndex(of: "\n"),
            text[text.index(after: end)...].hasPrefix("end ")
        else { throw "its end is missing" }
        let body = text[...end]
        let digest = text[end...].dropFirst(5).dropLast()
        guard digest == Digest(of: body.utf8).hex else { throw "its checksum does not match" }
        let lines = body.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        title = String(decoding: unescape(lines[1].dropFirst(7)), as: UTF8.self)
        steps = try lines.dropFirst(2).map { (line) throws(Damage) in try Self.step(line) }
    }

    init(title: String, steps: [Step]) {
        self.title = title
        self.steps = steps
    }

    private static func step(_ line: Substring) throws(Damage) -> Step {
        let words = line.split(separator: " ")
        guard words.count == (words.first == "place" ? 2 : 3) else {
            throw "no step in '\(line)'"
        }
        let ends = words[1].split(separator: "->").map { FilePath(bytes: unescape($0)) }
        guard let staged = ends.first, let path = ends.last,
            ends.allSatisfy({ $0.isRelative && !$0.components.contains("..") })
        else { throw "no path in '\(line)'" }
        switch words[0] {
        case "place": return .place(staged: staged, path: path)
        case "replace": return .replace(staged: staged, path: path, kept: String(words[2]))
        case "drop": return .drop(path: path, kept: String(words[2]))
        case "rmdir":
            guard let mode = UInt32(words[2]) else { break }
            return .removeDirectory(path: path, mode: mode)
        case "swap":
            let numbers = words[2].split(separator: ":").compactMap { UInt64($0) }
            guard numbers.count == 2 else { break }
            let identity = FileIdentity(device: numbers[0], inode: numbers[1])
            return .swap(staged: staged, path: path, identity: identity)
        default: break
        }
        throw "no step in '\(line)'"
    }

    /// What is wrong with a journal.
    struct Damage: Error, ExpressibleByStringInterpolation {
        let reason: String
        init(stringLiteral reason: String) { self.reason = reason }
    }
}

func escape(_ path: FilePath) -> String {
    escape(path.withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: length($0))) })
}

private func length(_ text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while text[count] != 0 { count += 1 }
    return count
}

func escape(_ text: String) -> String { escape(Array(text.utf8)) }

func unescaped(_ text: Substring) -> String {
    String(decoding: unescape(text), as: UTF8.self)
}

private func escape(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
        if byte > 32, byte < 127, byte != UInt8(ascii: "%"), byte != UInt8(ascii: ">") {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            text += byte < 16 ? "%0" : "%"
            text += String(byte, radix: 16)
        }
    }
    return text
}

private func unescape(_ text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let value = UInt8(Substring(rest.prefix(2)), radix: 16) {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return bytes
}

extension FilePath {
    /// A path as `escape` wrote it.
    init(journalText text: String) { self.init(bytes: unescape(text[...])) }

    fileprivate init(bytes: [UInt8]) {
        self = (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { FilePath(platformString: $0.baseAddress!) }
        }
    }
}
