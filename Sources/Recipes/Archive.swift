public import Platform
internal import SystemPackage

/// A file that a recipe needs from elsewhere: a source archive or a wheel.
public struct Archive: Sendable, Hashable {
    /// One component, with the version put in.
    public let fileName: String
    public let sha256: Digest?
    /// 40 hexadecimal digits, lower case.
    public let sha1: String?
    /// With the version put in; nil for a file that only mirrors have.
    public let upstreamURL: String?
    /// The name of its block in `checksums.ini`; empty for the unnamed block.
    public let section: String

    /// A recipe with several wheels has one for each platform: one of them is to be chosen by the
    /// tags in its file name.
    public var isWheel: Bool { fileName.endsWith(".whl") }
}

/// Reads `checksums.ini`, which only looks like an INI file.
///
/// Rule: build/recipes.md, 3. Each line that is neither `[SECTION]` nor `name=value` is skipped.
/// Unlike the old reader, this one knows the `+` of local versions in a section's name, and takes
/// a key that occurs twice in a block for the mistake that it is: the old one quietly mixed two
/// archives then.
struct ArchiveReader {
    let version: RecipeVersion?
    let file: FilePath

    func archives(in text: String) throws(RecipeError) -> [Archive] {
        var archives: [Archive] = []
        var block = Block(section: "")
        for line in text.lines {
            if let section = Self.section(line) {
                if let archive = try archive(of: block) { archives.append(archive) }
                block = Block(section: String(section))
            } else if let (key, value) = Self.assignment(line) {
                guard block.values.updateValue(String(value), forKey: String(key)) == nil else {
                    throw .repeatedKey(String(key), section: block.section, file: file)
                }
            }
        }
        if let archive = try archive(of: block) { archives.append(archive) }
        return archives
    }

    private struct Block {
        let section: String
        var values: [String: String] = [:]
    }

    private func archive(of block: Block) throws(RecipeError) -> Archive? {
        if block.values.isEmpty { return nil }
        guard let tarball = block.values["tarball"], !tarball.isEmpty else {
            throw .missingArchiveName(section: block.section, file: file)
        }
        let name = try withVersion(tarball)
        guard name != ".", name != "..", !name.utf8.contains(where: { $0 == 0x2F || $0 == 0 })
        else { throw .unsafeArchiveName(name, file: file) }
        return Archive(
            fileName: name,
            sha256: try sha256(block.values["sha256"]),
            sha1: try sha1(block.values["sha1"]),
            upstreamURL: try block.values["upstream_url"].map(withVersion),
            section: block.section)
    }

    private func sha256(_ text: String?) throws(RecipeError) -> Digest? {
        guard let text else { return nil }
        guard let sum = Digest(hex: text) else {
            throw .invalidChecksum(text, key: "sha256", file: file)
        }
        return sum
    }

    private func sha1(_ text: String?) throws(RecipeError) -> String? {
        guard let text else { return nil }
        let isHexadecimal = text.utf8.allSatisfy {
            $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
        }
        guard isHexadecimal, text.utf8.count == 40 else {
            throw .invalidChecksum(text, key: "sha1", file: file)
        }
        return text.lowercased()
    }

    /// Puts the version in for `VERSION_MAJOR`, `VERSION_MINOR`, `VERSION_MICRO` and `VERSION`,
    /// each of them with or without `${` and `}`.
    private func withVersion(_ text: String) throws(RecipeError) -> String {
        guard text.replacing(bytes: "VERSION", with: "") != text else { return text }
        var text = text
        let parts = version?.upstream.split(
            separator: ".", omittingEmptySubsequences: false)
        let variables = ["VERSION_MAJOR", "VERSION_MINOR", "VERSION_MICRO", "VERSION"]
        for (index, variable) in variables.enumerated() {
            let bare = text.replacing(bytes: variable, with: "")
            if bare == text { continue }
            guard let version, let parts else {
                throw .missingVersion(part: variable, version: nil, file: file)
            }
            guard index == 3 || index < parts.count else {
                throw .missingVersion(part: variable, version: version.upstream, file: file)
            }
            let value = index == 3 ? version.upstream : String(parts[index])
            text = text.replacing(bytes: "${\(variable)}", with: value)
                .replacing(bytes: variable, with: value)
        }
        return text
    }

    private static func section(_ line: Substring) -> Substring? {
        guard line.utf8.first == UInt8(ascii: "[") else { return nil }
        let rest = line.dropFirst()
        let end = rest.utf8.firstIndex { byte in
            !(byte.isDigit || byte.isLetter || "-_.+".utf8.contains(byte))
        }
        guard let end, rest.utf8[end] == UInt8(ascii: "]") else { return nil }
        return rest[..<end]
    }

    private static func assignment(_ line: Substring) -> (key: Substring, value: Substring)? {
        guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")),
            equals > line.startIndex,
            line[..<equals].utf8.allSatisfy({ $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "_") }
            )
        else { return nil }
        return (line[..<equals], line[line.utf8.index(after: equals)...])
    }
}
