internal import Platform
public import SystemPackage

// What is read only when somebody asks for it.

extension Recipe {
    /// The text of `SPKG.rst`; nil when there is none, or it is a link that leads nowhere.
    public func longDescription() throws(RecipeError) -> String? {
        guard has("SPKG.rst") else { return nil }
        do { return try readTextIfPresent(directory.appending("SPKG.rst")) } catch {
            throw .platform(error)
        }
    }

    /// The title of `SPKG.rst`, `name: what it is`; nil when there is none.
    public func title() throws(RecipeError) -> String? {
        let isRuled = { (line: Substring) in line.utf8.allSatisfy { $0 == UInt8(ascii: "=") } }
        let lines = try longDescription()?.lines.lazy.map(\.trimmed)
        return (lines?.first { !$0.isEmpty && !isRuled($0) }).map(String.init)
    }

    /// What the package is, in a few words: the title after its first `": "`.
    public func summary() throws(RecipeError) -> String? {
        guard let title = try title() else { return nil }
        return title[...].rest(after: ": ").map { String($0.trimmed) }
    }

    /// The package's URL, `pkg:pypi/numpy`, or what `purl.txt` says instead.
    public func packageURL() throws(RecipeError) -> String {
        if has("purl.txt") {
            let text: String?
            do { text = try readTextIfPresent(directory.appending("purl.txt")) } catch {
                throw .platform(error)
            }
            if let text = text?.trimmed, !text.isEmpty { return String(text) }
        }
        guard let distribution, isPython else { return "pkg:generic/\(name)" }
        return "pkg:pypi/\(normalizedDistribution(distribution.name))"
    }

    /// The patches to apply, sorted by byte: `patches/*.patch`, not what is in folders below.
    public func patches() throws(RecipeError) -> [FilePath] {
        try names(in: "patches")
            .filter { $0.string.endsWith(".patch") && !$0.string.startsWith(".") }
            .sorted { precedesByByte($0.string, $1.string) }
            .map { directory.appending("patches").appending($0) }
    }

    /// The systems for which the recipe knows the names of packages: `debian`, `fedora` …, sorted.
    public func systems() throws(RecipeError) -> [String] {
        try names(in: "distros").map(\.string)
            .filter { $0.endsWith(".txt") }
            .map { String($0.dropLast(4)) }
            .sorted(by: precedesByByte)
    }

    /// What a system calls the packages that can stand in for this one; nil when the recipe has no
    /// list for that system, empty when the list is empty.
    ///
    /// The names may hold `${PYTHON_MINOR}` and `${MINGW_PACKAGE_PREFIX}`; whatever `variables`
    /// has is put in. Rule: build/recipes.md, 8.
    public func systemPackages(
        for system: String, variables: [String: String] = [:]
    ) throws(RecipeError) -> [String]? {
        guard has("distros"), let file = FilePath.Component("\(system).txt") else { return nil }
        let text: String?
        do {
            text = try readTextIfPresent(directory.appending("distros").appending(file))
        } catch {
            throw .platform(error)
        }
        guard var text else { return nil }
        for (name, value) in variables { text = text.replacing(bytes: "${\(name)}", with: value) }
        return text.lines.flatMap(\.withoutComment.words).map(String.init)
    }

    /// What a folder of the recipe holds; nothing if there is no such folder. A link to a folder
    /// will do.
    func names(in folder: FilePath.Component) throws(RecipeError) -> [FilePath.Component] {
        guard has(folder.string) else { return [] }
        do {
            return try Directory(opening: directory.appending(folder)).entries().map(\.name)
        } catch {
            if error.errno == .noSuchFileOrDirectory {
                throw .danglingLink(directory.appending(folder))
            }
            throw .platform(error)
        }
    }
}

/// Lower case, each run of `-`, `_`, `.` one `-`. Rule: PEP 503, "Normalized Names".
func normalizedDistribution(_ name: String) -> String {
    var result: [UInt8] = []
    for byte in name.lowercased().utf8 {
        let isSeparator = "-_.".utf8.contains(byte)
        if isSeparator, result.last == UInt8(ascii: "-") { continue }
        result.append(isSeparator ? UInt8(ascii: "-") : byte)
    }
    return String(decoding: result, as: UTF8.self)
}
