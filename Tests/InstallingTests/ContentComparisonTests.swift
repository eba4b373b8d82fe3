import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Installing

@Suite struct ContentComparisonTests {
    @Test func `of more files than wait at once, those that differ are found`() throws {
        try withTemporaryFolder { folder in
            let different = [0, 20, 49]
            var comparison = ContentComparison(in: Tree(folder), room: 20)
            var findings: [Finding] = []
            for number in 0..<50 {
                let path = FilePath("f\(number)")
                try folder.write(path, "\(number)")
                let said = different.contains(number) ? "something else" : "\(number)"
                let row = "sha256=\(Digest(of: said.utf8).base64URL)"
                let hash = try #require(ContentComparison.Claim.Hash(row: row))
                findings += try comparison.add(
                    .init(package: "spam", path: path, size: 1, hash: hash))
            }
            #expect(findings.count == 2)
            findings += try comparison.compare()
            let expected = different.map { Finding(.changed, "spam", FilePath("f\($0)")) }
            #expect(findings.sorted { $0.path.string < $1.path.string } == expected)
            #expect(try comparison.compare() == [])
        }
    }

    @Test func `a file that can't be read ends it`() throws {
        try withTemporaryFolder { folder in
            var comparison = ContentComparison(in: Tree(folder))
            let hash = try #require(ContentComparison.Claim.Hash(row: "sha256=x"))
            try makeDirectories(folder.appending("eggs"))
            _ = try comparison.add(.init(package: "spam", path: "eggs", size: 1, hash: hash))
            #expect(throws: PlatformError.self) { try comparison.compare() }
        }
    }

    @Test(arguments: ["", "sha256", "md5=x", "=x"])
    func `rows without a hash that proves something are no claims`(row: String) {
        #expect(ContentComparison.Claim.Hash(row: row) == nil)
    }
}
