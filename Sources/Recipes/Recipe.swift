public import Platform
public import SystemPackage

/// A folder of `build/pkgs`, read.
///
///     zlib/
///         type                      what makes it a recipe
///         package-version.txt       1.3.1
///         checksums.ini             archives
///         dependencies              gmp | cmake
///         spkg-install.in           how to build it
///         patches/  distros/  SPKG.rst …
///
/// What installing or ordering packages needs is read at once; what is only shown is read when
/// asked for. Rules: build/recipes.md.
public struct Recipe: Sendable {
    public let name: RecipeName
    /// Where it was read from.
    public let directory: FilePath
    public let type: RecipeType
    public let source: RecipeSource
    /// Nil when the recipe has none; see `RecipeVersion.absent`.
    public let version: RecipeVersion?
    /// What to fetch, as `checksums.ini` has it. Of several wheels, one is for this platform.
    public let archives: [Archive]
    public let dependencies: Dependencies
    /// Where it is installed: never empty.
    public let trees: [TreeVariable]
    /// The Python distribution that it installs, from `version_requirements.txt`, its older name
    /// `install-requires.txt`, or for pip packages `requirements.txt`.
    public let distribution: DistributionRequirement?
    /// Whether no file of the recipe names the distribution, but its wheel alone.
    let isNamedByWheel: Bool
    /// Everything in the directory, sorted by byte.
    public let entries: [Entry]

    public struct Entry: Sendable, Hashable {
        public let name: String
        /// As the directory tells it: may be `.unknown`.
        public let kind: FileKind
    }

    /// `NAME-VERSION`: the name of the record, the build directory and the log.
    public var nameAndVersion: String { "\(name)-\(displayedVersion)" }

    /// The version with its patch level, or `none`.
    public var displayedVersion: String { version?.full ?? RecipeVersion.absent }

    /// Whether it says that it is a Python distribution: then it is one of SAGE_VENV, and waits for
    /// Python. A wheel that only names itself does neither, as make has it.
    public var isPython: Bool { distribution != nil && !isNamedByWheel || source == .pip }

    /// Whether it is of the time of `install-requires.txt`, of SageMath 9 and before.
    ///
    /// Its script builds with what is installed unless it says otherwise: such recipes name in
    /// `dependencies` what they need. And the file is a mark rather than a name: it may hold what the
    /// package is called among recipes, or a comment alone.
    public var hasInstallRequires: Bool {
        has("install-requires.txt") && !has("version_requirements.txt")
    }

    public func has(_ file: String) -> Bool { entries.contains { $0.name == file } }

    public func has(_ tag: RecipeTag) -> Bool { has(tag.rawValue) }

    public var tags: [RecipeTag] { RecipeTag.allCases.filter(has) }

    /// How the recipe has a script; nil when it doesn't. A fragment goes before a complete script.
    public func form(of script: RecipeScript) -> RecipeScript.Form? {
        if has("spkg-\(script.rawValue).in") { return .fragment }
        return has("spkg-\(script.rawValue)") ? .complete : nil
    }

    /// Where a script is; nil when the recipe doesn't have it.
    public func path(of script: RecipeScript) -> FilePath? {
        switch form(of: script) {
        case .fragment: directory.appending("spkg-\(script.rawValue).in")
        case .complete: directory.appending("spkg-\(script.rawValue)")
        case nil: nil
        }
    }

    /// What `pip install -r` reads, for a package of source `.pip`.
    public var requirementsFile: FilePath? {
        source == .pip ? directory.appending("requirements.txt") : nil
    }

    /// The source tree inside of the distribution: a link, not followed here.
    public var sourceLink: FilePath? { hasSourceTree ? directory.appending("src") : nil }

    /// Whether it is built from a source tree of the distribution, rather than from an archive.
    public var hasSourceTree: Bool { source == .script && has("src") }
}
