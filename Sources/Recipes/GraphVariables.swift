/// What the variables in lists of dependencies stand for. Rule: build/recipes.md, 4.
///
/// A variable that is not in here stands for nothing, as in make.
public struct GraphVariables: Sendable {
    /// By name, without `$()`.
    public var values: [String: [RecipeName]]
    /// Variables whose members count only if the collection has them: a distribution need not
    /// have a recipe for each tool that some other has.
    public var lenient: Set<String>

    public init(values: [String: [RecipeName]], lenient: Set<String> = []) {
        (self.values, self.lenient) = (values, lenient)
    }

    public static let standard = GraphVariables(
        values: [
            "PYTHON": ["python3"],
            "PYTHON_TOOLCHAIN": [
                "setuptools", "pip", "setuptools_scm", "wheel", "flit_core", "hatchling",
                "python_build",
            ],
            "MP_LIBRARY": ["gmp"],
            "BLAS": ["openblas"],
            "SAGERUNTIME": ["sagelib", "ipython", "pexpect"],
        ].mapValues { $0.compactMap { RecipeName(valid: $0) } },
        lenient: ["PYTHON", "PYTHON_TOOLCHAIN", "SAGERUNTIME"])

    static let python = "PYTHON"
    static let toolchain = "PYTHON_TOOLCHAIN"
    static let pip = RecipeName(valid: "pip")
}
