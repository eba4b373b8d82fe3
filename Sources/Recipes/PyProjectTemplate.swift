/// What `src/pyproject.toml.m4` says that a package needs: the template of a source tree inside of
/// the distribution, from which its `pyproject.toml` is made.
///
/// Rule: build/recipes.md, 4. Only lists with these names count, whatever table they are in; in them
/// the macro `SPKG_INSTALL_REQUIRES_numpy`, a package URL, and the name of a distribution, with or
/// without versions.
///
///     requires = [
///         SPKG_INSTALL_REQUIRES_cython      # a recipe
///         "setuptools >= 64",               # a distribution
///     ]
///     host-requires = ["pkg:generic/gmp"]
public struct PyProjectTemplate: Sendable, Hashable {
    /// `requires`, `build-requires`, `host-requires`
    public private(set) var build: [DependencyToken] = []
    /// `sage_conf` of the same lists. It is made anew whenever the distribution is configured, so it
    /// need only be there.
    public private(set) var orderOnly: [DependencyToken] = []
    /// `dependencies`, `host-requires`
    public private(set) var runtime: [DependencyToken] = []
    /// `test`
    public private(set) var test: [DependencyToken] = []

    init(parsing text: String) {
        PyProjectLists.scan(text) { _, list, item in
            switch item {
            case .string(let text):
                if let token = DependencyToken(quoted: text) { add(token, to: list) }
            case .word(let word):
                if let name = word.rest(after: "SPKG_INSTALL_REQUIRES_").flatMap(
                    RecipeName.init(valid:))
                {
                    add(.recipe(name), to: list)
                }
            }
        }
    }

    private mutating func add(_ token: DependencyToken, to list: Substring) {
        if ["requires", "build-requires", "host-requires"].contains(list) {
            if token == Self.configuration { orderOnly.append(token) } else { build.append(token) }
        }
        if ["dependencies", "host-requires"].contains(list) { runtime.append(token) }
        if list == "test" { test.append(token) }
    }

    private static let configuration = RecipeName(valid: "sage_conf").map(DependencyToken.recipe)
}

extension DependencyToken {
    /// A string of a list of requirements: a package URL, or a distribution and its versions. Nil for
    /// what is no package: `virtual:compiler/c`.
    fileprivate init?(quoted text: Substring) {
        let text = text.trimmed
        if text.startsWith("pkg:") {
            self = .package(String(text))
            return
        }
        let name = text.prefix(of: { $0.isLetter || $0.isDigit || "._-".utf8.contains($0) })
        guard !name.isEmpty, !text[name.endIndex...].startsWith(":") else { return nil }
        self = .package("pkg:pypi/\(normalizedDistribution(String(name)))")
    }
}
