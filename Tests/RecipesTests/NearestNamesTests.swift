import Recipes
import Testing

@Suite struct NearestNamesTests {
    private func nearest(_ text: String, _ candidates: String) throws -> String {
        let names = try candidates.split(separator: " ").map { try RecipeName($0) }
        return nearestNames(to: text, among: names).map(\.text).joined(separator: " ")
    }

    @Test func `the nearest comes first, of equals the one that begins alike`() throws {
        #expect(try nearest("nunpy", "sumpy numba numpy") == "numpy sumpy numba")
        #expect(try nearest("ab", "cb ac") == "ac cb")
    }

    @Test func `case and dashes are forgiven`() throws {
        #expect(
            try nearest("Setuptools-SCM", "setuptools setuptools_scm").hasPrefix("setuptools_scm"))
    }

    @Test func `there are no more than five, and no strangers`() throws {
        #expect(try nearest("aaaa", "aaab aaac aaad aaae aaaf aaag") == "aaab aaac aaad aaae aaaf")
        #expect(try nearest("xz", "gmp mpfr matplotlib") == "")
        #expect(try nearest("sagemath_categories", "sagemath_cat zlib") == "")
    }
}
