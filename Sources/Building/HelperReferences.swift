internal import Platform
internal import SystemPackage

/// Scripts that name a helper by its path in the distribution, as those do that no header is put
/// before: `. "$SAGE_ROOT/build/bin/sage-dist-helpers"`.
///
/// That file is another installer's, and knows nothing of what this one has prepared. In the copy that
/// is run, the path becomes that of the program's own helper of the same name; paths of other files in
/// `build/bin` stay.
struct HelperReferences {
    /// What the program brings.
    private let names: [String]

    /// - Throws: `noHelpers` when the folder isn't there, or lacks the functions.
    init(in helpers: FilePath) throws(BuildError) {
        do {
            names = try Directory(opening: helpers).entries().map(\.name.string)
        } catch {
            if error.errno == .noSuchFileOrDirectory { throw .noHelpers(helpers) }
            throw .platform(error)
        }
        if !names.contains("sage-dist-helpers") { throw .noHelpers(helpers) }
    }

    private static let prefixes = [
        "$SAGE_ROOT/build/bin/", "${SAGE_ROOT}/build/bin/", "$SAGE_ROOT\"/build/bin/",
        "${SAGE_ROOT}\"/build/bin/",
    ]

    /// - Returns: the script with its paths replaced; nil when it names no helper.
    func redirected(_ script: [UInt8]) -> [UInt8]? {
        // Most scripts name none, and some are programs.
        guard let text = String(validating: script, as: UTF8.self), text.contains("/build/bin/")
        else { return nil }
        var result = text
        for prefix in Self.prefixes {
            let own = prefix.contains("\"") ? "$SPKG_LIBEXEC\"/" : "$SPKG_LIBEXEC/"
            var pieces = result.split(separator: prefix, omittingEmptySubsequences: false)[...]
            var joined = String(pieces.removeFirst())
            for piece in pieces {
                let name = piece.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
                joined += (names.contains(String(name)) ? own : prefix) + piece
            }
            result = joined
        }
        return result == text ? nil : Array(result.utf8)
    }

    /// Whether a script, after `redirected`, still reads the distribution's functions: by a path that is
    /// put together in another way.
    func readsOthers(_ script: [UInt8]) -> Bool {
        guard let text = String(validating: script, as: UTF8.self) else { return false }
        return text.split(whereSeparator: \.isNewline).contains { line in
            // Found on PATH, a bare name is the program's.
            guard !line.drop(while: \.isWhitespace).hasPrefix("#"),
                let name = line.firstRange(of: "/sage-dist-helpers")
            else { return false }
            let folder = line[..<name.lowerBound].filter { $0 != "\"" }
            return !folder.hasSuffix("$SPKG_LIBEXEC")
        }
    }
}
