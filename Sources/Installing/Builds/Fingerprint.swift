internal import Building
internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// What went into an installed package, as one sum: equal sums mean that nothing is to be done.
///
/// In it: the recipe's content (the sums of the archives are in `checksums.ini`), the version, the interpreter's ABI, compilers
/// and flags that the user sets, and the fingerprints of ordinary dependencies. Not in it: times.
struct Fingerprint {
    let text: String
    /// What it was made of, to tell later what has changed.
    let inputs: [Input]

    struct Input {
        /// `recipe/spkg-install.in`, `dependency zlib`, `interpreter`, `CFLAGS`.
        let name: String
        let value: String

        /// Enough to see whether two differ.
        var shortValue: String {
            value.utf8.count <= 40 ? value : String(Digest(of: value.utf8).hex.prefix(16))
        }
    }

    init(
        of recipe: Recipe, interpreter: Interpreter, environment: [String: String],
        dependencies: [(name: String, fingerprint: String)]
    ) throws {
        var hashing = Hashing()
        var inputs: [Input] = []
        func add(_ name: String, _ value: String, as input: String? = nil) {
            hashing.update("\(name) \(value.utf8.count)\n\(value)\n")
            inputs.append(Input(name: input ?? name, value: value))
        }
        add("recipe", recipe.nameAndVersion)
        add("interpreter", "\(interpreter.executable) \(interpreter.extensionSuffix)")
        for variable in Self.variables {
            if let value = environment[variable], !value.isEmpty { add(variable, value) }
        }
        for (name, fingerprint) in dependencies.sorted(by: { $0.name < $1.name }) {
            add("dependency \(name)", fingerprint)
        }
        for path in try recipe.content() {
            let bytes = try readFile(recipe.directory.pushing(FilePath(path)))
            add(path, Digest(of: bytes).hex, as: "recipe/\(path)")
        }
        self.inputs = inputs
        text = hashing.digest().hex
    }

    /// Compilers and flags that change what a build gives (build/recipes.md, 14).
    private static let variables = [
        "CC", "CXX", "FC", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "FCFLAGS", "LDFLAGS",
        "SAGE_DEBUG", "SAGE_FAT_BINARY",
    ]
}
