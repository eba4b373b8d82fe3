internal import Platform
internal import Requirements
internal import SystemPackage

/// What a recipe's `requirements.txt` asks for, as far as it can be told what it is called. Which
/// version is right, and whence it comes, is pip's to say.
///
/// Understood as pip's "Requirements File Format" has it: continued lines, comments, options of the
/// file and of single requirements, other files named with `-r`.
struct RequirementsFile {
    enum Entry: Equatable {
        /// With the marker, which may say that it isn't asked for here.
        case named(DistributionName, Requirement?)
        /// A path or an address that doesn't say what is there.
        case source(String)
    }

    private(set) var entries: [Entry] = []

    /// - Throws: `PlatformError` for a file that can't be read, this one or one that it names.
    init(reading path: FilePath) throws {
        var seen: Set<FilePath> = []
        try add(path, &seen)
    }

    private mutating func add(_ path: FilePath, _ seen: inout Set<FilePath>) throws {
        guard seen.insert(path).inserted else { return }
        for line in Self.lines(of: try readText(path)) {
            if let other = Self.value(of: ["-r", "--requirement"], in: line) {
                let folder = path.removingLastComponent()
                try add(folder.pushing(FilePath(other)).lexicallyNormalized(), &seen)
            } else if let source = Self.value(of: ["-e", "--editable"], in: line) {
                add(requirement: source)
            } else if !line.hasPrefix("-") {
                add(requirement: line)
            }
        }
    }

    private mutating func add(requirement line: String) {
        // Options of the requirement, such as --hash, come last.
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        let text = words.prefix { !$0.hasPrefix("-") }.joined(separator: " ")
        if text.isEmpty { return }
        if let requirement = try? Requirement(text) {
            entries.append(.named(requirement.name, requirement))
            return
        }
        let source = text.split(separator: ";", maxSplits: 1)[0].split(separator: " ")[0]
        let parts = source.split(separator: "#", maxSplits: 1)
        let egg = parts.dropFirst().first?.split(separator: "&")
            .first { $0.hasPrefix("egg=") }?.dropFirst(4).prefix { $0 != "[" }
        let file = parts[0].split(separator: "/").last.map(String.init) ?? ""
        if let name = egg.flatMap({ try? DistributionName(String($0)) })
            ?? (try? WheelFilename(file))?.name
        {
            entries.append(.named(name, nil))
        } else {
            entries.append(.source(String(parts[0])))
        }
    }

    /// Whole lines, comments and what is empty left out.
    private static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var whole = ""
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            whole += line
            if whole.hasSuffix("\\") {
                whole = String(whole.dropLast())
                continue
            }
            lines.append(whole)
            whole = ""
        }
        return (lines + [whole]).map(withoutComment).filter { !$0.isEmpty }
    }

    private static func withoutComment(_ line: String) -> String {
        var before: Character = " "
        let text = line.prefix { character in
            defer { before = character }
            return !(character == "#" && before.isWhitespace)
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func value(of options: [String], in line: String) -> String? {
        for option in options where line.hasPrefix(option) {
            let rest = line.dropFirst(option.count)
            if let first = rest.first, first == " " || first == "=" || !option.hasPrefix("--") {
                return String(rest.drop { $0 == " " || $0 == "=" })
            }
        }
        return nil
    }
}
