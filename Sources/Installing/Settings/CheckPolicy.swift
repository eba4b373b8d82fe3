internal import Recipes

/// Whose tests are run, and what a failure means: SAGE_CHECK and SAGE_CHECK_PACKAGES
/// (build/recipes.md, 13.1).
public struct CheckPolicy: Sendable {
    public enum Policy: String, Sendable {
        case yes, warn, no
    }

    private let all: Policy
    private var exceptions: [String: Policy] = [:]

    /// - Throws: `InstallError.badSetting` for a value that means nothing.
    init(environment: [String: String]) throws(InstallError) {
        let word = environment["SAGE_CHECK"] ?? ""
        guard let all = word.isEmpty ? .no : Policy(rawValue: word) else {
            throw .badSetting(variable: "SAGE_CHECK", value: word, allowed: "yes, warn or no")
        }
        self.all = all
        let clauses = (environment["SAGE_CHECK_PACKAGES"] ?? "").filter { !$0.isWhitespace }
        let usual = all == .no || !clauses.isEmpty ? clauses : Self.usualExceptions
        for clause in usual.split(whereSeparator: { $0 == "," || $0 == ":" }) {
            let policy: Policy =
                switch clause.first {
                case "!": .no
                case "?": .warn
                default: .yes
                }
            guard let name = RecipeName(valid: policy == .yes ? clause : clause.dropFirst()) else {
                throw .badSetting(
                    variable: "SAGE_CHECK_PACKAGES", value: clauses,
                    allowed: "names of recipes, such as numpy,!scipy,?sympy")
            }
            exceptions[name.text] = policy
        }
    }

    func policy(for recipe: RecipeName) -> Policy {
        if let own = exceptions[recipe.text] { return own }
        return recipe.text.hasPrefix("sagemath_") ? .no : all
    }

    /// Tests that take too long or are known to fail: build/recipes.md, 13.1.
    private static let usualExceptions =
        "!python3,?meson_python,!cython,!cysignals,!linbox,!ppl,!cmake,!rpy2,!sage_sws2rst,!sagelib"
}
