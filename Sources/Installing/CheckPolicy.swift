internal import Recipes

/// Whose tests are run, and what a failure means: SAGE_CHECK and SAGE_CHECK_PACKAGES
/// (recipe-facts, 5).
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
        let clauses = environment["SAGE_CHECK_PACKAGES"] ?? ""
        let usual = all == .no || !clauses.isEmpty ? clauses : Self.usualExceptions
        for clause in usual.split(whereSeparator: { $0 == "," || $0 == ":" }) {
            switch clause.first {
            case "!": exceptions[String(clause.dropFirst())] = .no
            case "?": exceptions[String(clause.dropFirst())] = .warn
            default: exceptions[String(clause)] = .yes
            }
        }
    }

    func policy(for recipe: RecipeName) -> Policy {
        if let own = exceptions[recipe.text] { return own }
        return recipe.text.hasPrefix("sagemath_") ? .no : all
    }

    /// Tests that take too long or are known to fail: recipe-facts, 5.
    private static let usualExceptions =
        "!python3,?meson_python,!cython,!cysignals,!linbox,!ppl,!cmake,!rpy2,!sage_sws2rst,!sagelib"
}
