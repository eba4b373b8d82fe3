/// How much of the distribution a recipe is. Rule: build/recipes.md, 1.
public enum RecipeType: String, Sendable, CaseIterable {
    case standard, optional, experimental
    /// Needed before anything is configured.
    case base
}

/// Where the content of a package comes from. Rule: build/recipes.md, 5.
public enum RecipeSource: String, Sendable, CaseIterable {
    /// A source archive, built here.
    case normal
    /// A wheel, installed as it is.
    case wheel
    /// Nothing is fetched; a script does it all, perhaps from a source tree in the distribution.
    case script
    /// `pip install -r requirements.txt`
    case pip
    /// Nothing: the system provides it, and the recipe only knows what it is called there.
    case none
}

/// A folder that packages are installed in, by the name of the variable that holds its path.
public struct TreeVariable: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let local = TreeVariable(rawValue: "SAGE_LOCAL")
    public static let venv = TreeVariable(rawValue: "SAGE_VENV")
}

/// An empty file that puts a recipe into a class.
public enum RecipeTag: String, Sendable, CaseIterable {
    case math
    case frontEnd = "front-end"
    case huge
    case hasNonfreeDependencies = "has_nonfree_dependencies"
    /// Its wheel's RECORD may be wrong.
    case allowsBadRecord = "allow-bad-record"
}

/// A script of a recipe: `spkg-install` and its like.
public enum RecipeScript: String, Sendable, CaseIterable {
    case build, install, check
    case preinst, postinst, prerm, postrm
    case pipinst, piprm
    /// Removes a version that left no usable record; run from the recipe's directory.
    case legacyUninstall = "legacy-uninstall"

    /// How a recipe's directory has it.
    public enum Form: Sendable, Hashable {
        /// `spkg-install.in`: a piece of bash, to be wrapped.
        case fragment
        /// `spkg-install`: to be run as it is.
        case complete
    }
}

/// The Python distribution that a recipe installs, as its requirements file names it.
public struct DistributionRequirement: Sendable, Hashable {
    /// As written: `importlib_metadata`.
    public let name: String
    /// What follows the name: `>=7.0; python_version<"3.13"`, `[extra] @ git+https://…`, or nothing.
    public let specifier: String
    /// The whole line.
    public let line: String
    /// Whether the recipe names none, and the name is the recipe's own.
    public var isAssumed = false

    /// Of a recipe that says nothing else: the distribution of its own name.
    init(named name: RecipeName) {
        (self.name, specifier, line, isAssumed) = (name.text, "", name.text, true)
    }

    /// Reads the first line that is no comment; nil when it names no distribution.
    ///
    /// A bare address names one by `#egg=NAME`.
    init?(parsing text: String) {
        guard
            let line = text.lines.lazy.map(\.trimmed).first(where: {
                !$0.isEmpty && !$0.startsWith("#")
            })
        else { return nil }
        self.line = String(line)
        let name = line.prefix(of: { $0.isLetter || $0.isDigit || "._-".utf8.contains($0) })
        let rest = line[name.endIndex...]
        if rest.startsWith("+") || rest.startsWith(":") || rest.startsWith("/") || name.isEmpty {
            guard let egg = line.rest(after: "#egg=") else { return nil }
            self.name = String(
                egg.prefix(of: { $0.isLetter || $0.isDigit || "._-".utf8.contains($0) }))
            specifier = "@ \(line)"
            if self.name.isEmpty { return nil }
        } else if name.startsWith("-") {
            return nil
        } else {
            self.name = String(name)
            specifier = String(Self.withoutEndComment(rest).trimmed)
        }
    }

    /// A comment at the end of a line has a blank before its `#`; without one, it is part of an
    /// address.
    private static func withoutEndComment(_ text: Substring) -> Substring {
        var previous: UInt8 = 0
        for at in text.utf8.indices {
            if text.utf8[at] == UInt8(ascii: "#"), previous.isBlank { return text[..<at] }
            previous = text.utf8[at]
        }
        return text
    }
}
