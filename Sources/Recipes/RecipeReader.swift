internal import Platform
public import SystemPackage

extension Recipe {
    /// Reads a recipe's directory: its list of names, then only files that are there and needed.
    ///
    /// - Returns: nil when there is no such directory, or it has no `type` file.
    public init?(_ name: RecipeName, in collection: FilePath) throws(RecipeError) {
        let directory = collection.appending(name.text)
        let folder: Directory
        let listed: [(name: FilePath.Component, kind: FileKind)]
        do {
            folder = try Directory(opening: directory)
            listed = try folder.entries()
        } catch {
            if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory { return nil }
            throw .platform(error)
        }
        let entries = listed.map { Entry(name: $0.name.string, kind: $0.kind) }
            .sorted { precedesByByte($0.name, $1.name) }
        let files = RecipeFiles(folder: folder, entries: entries)
        guard let type = try files.text("type")?.trimmed else { return nil }
        guard let type = RecipeType(rawValue: String(type)) else {
            throw .unknownType(String(type), file: files.path("type"))
        }
        self.name = name
        self.directory = directory
        self.entries = entries
        self.type = type
        version = try files.version()
        archives = try files.archives(of: version)
        source = files.source(of: archives)
        dependencies = try files.dependencies(source)
        let named = try files.distribution(of: name, source, in: collection)
        distribution = named ?? files.distribution(ofWheel: archives, source)
        isNamedByWheel = named == nil && distribution != nil
        trees = try files.trees(isPython: named != nil)
    }
}

/// The files of a recipe, by name.
struct RecipeFiles {
    let folder: Directory
    let entries: [Recipe.Entry]

    func path(_ name: String) -> FilePath { folder.path.appending(name) }

    func has(_ name: String) -> Bool { entries.contains { $0.name == name } }

    /// The text of a file; nil when the directory has no such name.
    func text(_ name: String) throws(RecipeError) -> String? {
        guard let entry = entries.first(where: { $0.name == name }) else { return nil }
        do { return try smallText(entry) } catch {
            // The name is there, so it is what the link leads to that is missing.
            if error.errno == .noSuchFileOrDirectory { throw .danglingLink(path(name)) }
            throw .platform(error)
        }
    }

    /// As `readText`, with three system calls rather than five, and only the last part of the path
    /// looked up: these files are read by the thousand, and are nearly always smaller than the
    /// block.
    private func smallText(_ entry: Recipe.Entry) throws(PlatformError) -> String {
        guard entry.kind == .file, let name = FilePath.Component(entry.name) else {
            return try readText(path(entry.name))
        }
        let size = 16384
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { block.deallocate() }
        let got = try folder.file(name, .read).read(into: block)
        // A regular file gives less than was asked for only at its end.
        if got == size { return try readText(path(entry.name)) }
        guard let text = String(validating: block[..<got], as: UTF8.self) else {
            throw .notText(path: path(entry.name))
        }
        return text
    }

    func version() throws(RecipeError) -> RecipeVersion? {
        guard let text = try text("package-version.txt") else { return nil }
        return try RecipeVersion(text.trimmed, in: path("package-version.txt"))
    }

    func archives(of version: RecipeVersion?) throws(RecipeError) -> [Archive] {
        guard let text = try text("checksums.ini") else { return [] }
        return try ArchiveReader(version: version, file: path("checksums.ini")).archives(in: text)
    }

    func dependencies(_ source: RecipeSource) throws(RecipeError) -> Dependencies {
        var found = Dependencies()
        if source == .script, has("src") {
            // The source tree may be missing where only the recipes are.
            let file = path("src").appending("pyproject.toml.m4")
            do {
                found.template = try readTextIfPresent(file).map(PyProjectTemplate.init(parsing:))
            } catch { throw .platform(error) }
        }
        if let text = try text("dependencies") { found.main = DependencyLine(parsing: text) }
        // Few recipes have more than that.
        guard entries.contains(where: { $0.name.startsWith("dependencies_") }) else { return found }
        if let text = try text("dependencies_build") {
            found.forBuilding = DependencyLine(parsing: text)
        }
        found.moreOrderOnly = try tokens("dependencies_order_only")
        found.optional = try tokens("dependencies_optional")
        found.check = try tokens("dependencies_check")
        return found
    }

    private func tokens(_ name: String) throws(RecipeError) -> [DependencyToken] {
        guard let text = try text(name) else { return [] }
        return DependencyLine(parsing: text).all
    }

    /// The first rule that applies; a pip package may have unused archives and scripts.
    func source(of archives: [Archive]) -> RecipeSource {
        if has("requirements.txt") { return .pip }
        if let first = archives.first { return first.isWheel ? .wheel : .normal }
        return has("spkg-install.in") || has("spkg-install") ? .script : .none
    }

    func distribution(of name: RecipeName, _ source: RecipeSource, in collection: FilePath)
        throws(RecipeError) -> DistributionRequirement?
    {
        for file in ["version_requirements.txt", "install-requires.txt"] {
            guard let text = try text(file) else { continue }
            // One with comments alone is made where nothing was found to put there.
            return DistributionRequirement(parsing: text) ?? DistributionRequirement(named: name)
        }
        if let text = try text("requirements.txt") { return DistributionRequirement(parsing: text) }
        guard source == .normal || source == .wheel else { return nil }
        return try BuildSystemRequirement(name, in: collection, files: self)?.distribution
    }

    /// A wheel that nothing else installs says itself what it is.
    func distribution(ofWheel archives: [Archive], _ source: RecipeSource)
        -> DistributionRequirement?
    {
        guard source == .wheel, !has("spkg-install.in"), !has("spkg-install") else { return nil }
        return DistributionRequirement(parsing: String(archives[0].fileName.prefix { $0 != "-" }))
    }

    func trees(isPython: Bool) throws(RecipeError) -> [TreeVariable] {
        let named = try text("trees.txt")?.firstLine.withoutComment.words ?? []
        if !named.isEmpty { return named.map { TreeVariable(rawValue: String($0)) } }
        return [isPython || has("requirements.txt") ? .venv : .local]
    }
}
