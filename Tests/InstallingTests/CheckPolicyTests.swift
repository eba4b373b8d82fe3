import Recipes
import Testing

@testable import Installing

/// SAGE_CHECK and SAGE_CHECK_PACKAGES: build/recipes.md, 13.1.
@Suite struct CheckPolicyTests {
    private func policy(_ package: String, _ environment: [String: String]) throws
        -> CheckPolicy.Policy
    {
        try CheckPolicy(environment: environment).policy(for: RecipeName(package))
    }

    @Test(arguments: [
        ([:], "numpy", CheckPolicy.Policy.no),
        (["SAGE_CHECK": "no"], "numpy", .no),
        (["SAGE_CHECK": "yes"], "numpy", .yes),
        (["SAGE_CHECK": "warn"], "numpy", .warn),
        (["SAGE_CHECK": "yes"], "cython", .no),
        (["SAGE_CHECK": "yes"], "meson_python", .warn),
        (["SAGE_CHECK": "yes"], "sagemath_graphs", .no),
        (["SAGE_CHECK_PACKAGES": "numpy"], "numpy", .yes),
        (["SAGE_CHECK_PACKAGES": "numpy"], "scipy", .no),
        (
            ["SAGE_CHECK": "yes", "SAGE_CHECK_PACKAGES": "!numpy,?scipy:sagemath_graphs"], "numpy",
            .no
        ),
        (["SAGE_CHECK": "yes", "SAGE_CHECK_PACKAGES": "!numpy,?scipy"], "scipy", .warn),
        (["SAGE_CHECK": "yes", "SAGE_CHECK_PACKAGES": "!numpy,?scipy"], "cython", .yes),
        (["SAGE_CHECK_PACKAGES": "sagemath_graphs"], "sagemath_graphs", .yes),
    ])
    func `packages are tested as told`(
        environment: [String: String], package: String, expected: CheckPolicy.Policy
    ) throws {
        #expect(try policy(package, environment) == expected)
    }

    @Test func `a word that means nothing is an error`() throws {
        #expect(throws: InstallError.self) {
            try CheckPolicy(environment: ["SAGE_CHECK": "maybe"])
        }
    }
}
