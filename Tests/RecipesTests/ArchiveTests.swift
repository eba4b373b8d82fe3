import Platform
import Recipes
import Testing

@Suite struct ArchiveTests {
    static let sum = String(repeating: "0123456789abcdef", count: 4)

    private func archives(_ checksums: String, version: String? = "4.3.12") throws -> [Archive] {
        try withSample { sample in
            var files = ["checksums.ini": checksums]
            files["package-version.txt"] = version
            try sample.recipe("x", files)
            return try sample.read("x").archives
        }
    }

    @Test func `the unnamed block is an archive`() throws {
        let archives = try archives(
            """
            tarball=zlib-VERSION.tar.gz
            sha1=0123456789012345678901234567890123456789
            sha256=\(Self.sum)
            upstream_url=https://upstream.example/zlib-VERSION.tar.gz

            """)
        let archive = try #require(archives.first)
        #expect(archives.count == 1)
        #expect(archive.fileName == "zlib-4.3.12.tar.gz")
        #expect(archive.sha256 == Digest(hex: Self.sum))
        #expect(archive.sha1 == "0123456789012345678901234567890123456789")
        #expect(archive.upstreamURL == "https://upstream.example/zlib-4.3.12.tar.gz")
        #expect(archive.section == "")
        #expect(!archive.isWheel)
    }

    @Test func `each section is an archive, in the order of the file`() throws {
        let archives = try archives(
            """

            [a-1-py3-none-any.whl]
            tarball=a-1-py3-none-any.whl
            sha256=\(Self.sum)

            [a-1+local-py3-none-any.whl]
            tarball=a-1+local-py3-none-any.whl
            """)
        #expect(archives.map(\.section) == ["a-1-py3-none-any.whl", "a-1+local-py3-none-any.whl"])
        #expect(archives.map(\.fileName) == archives.map(\.section))
        #expect(archives.allSatisfy { $0.isWheel })
        #expect(archives.map { $0.upstreamURL } == [nil, nil])
    }

    @Test func `lines that are neither section nor assignment are skipped`() throws {
        let archives = try archives(
            "; comment\n# tarball=x\n tarball=y\ntarball = z\ntarball=right.tgz\nnonsense\n")
        #expect(archives.map(\.fileName) == ["right.tgz"])
    }

    @Test func `a value keeps its blanks and its equals signs`() throws {
        let archives = try archives("tarball=a b.tgz\nupstream_url=https://h/?x=1&y=2 \n")
        #expect(archives.map(\.fileName) == ["a b.tgz"])
        #expect(archives.first?.upstreamURL == "https://h/?x=1&y=2 ")
    }

    @Test func `a block with no key is no archive`() throws {
        #expect(try archives("[empty]\n\n[full]\ntarball=f.tgz\n").map(\.section) == ["full"])
    }

    @Test(arguments: [
        ("nauty${VERSION}.tar.gz", "nauty4.3.12.tar.gz"),
        ("x-VERSION_MAJOR.VERSION_MINOR-VERSION.tgz", "x-4.3-4.3.12.tgz"),
        ("${VERSION_MAJOR}_${VERSION_MICRO}/VERSION", nil),
        ("${VERSION_MAJOR}_${VERSION_MICRO}", "4_12"),
        ("galpol.tgz", "galpol.tgz"),
        ("VERSIONVERSION_MINOR", "4.3.123"),
    ])
    func `the version is put in, its parts first`(_ text: String, _ name: String?) throws {
        if let name {
            #expect(try archives("tarball=\(text)\n").map(\.fileName) == [name])
        } else {
            #expect(throws: RecipeError.self) { try archives("tarball=\(text)\n") }
        }
    }

    @Test func `the patch level is no part of the archive's name`() throws {
        let found = try archives("tarball=readline-VERSION.tar.gz\n", version: "8.2.p13")
        #expect(found.map(\.fileName) == ["readline-8.2.tar.gz"])
    }

    @Test(arguments: [
        ("[a]\ntarball=a\ntarball=b\n", "has tarball= twice"),
        ("[b]\nsha256=\(sum)\n", "[b] has no tarball=NAME"),
        ("tarball=../../etc/passwd\n", "is not a plain file name"),
        ("tarball=..\n", "is not a plain file name"),
        ("tarball=a\nsha256=1234\n", "is not a sha256 checksum"),
        ("tarball=a\nsha1=\(sum)\n", "is not a sha1 checksum"),
    ])
    func `a mistake names the file`(_ text: String, _ phrase: String) throws {
        let error = #expect(throws: RecipeError.self) { try archives(text) }
        #expect(error?.description.contains(phrase) == true)
        #expect(error?.description.contains("x/checksums.ini") == true)
    }

    @Test func `a part that the version lacks is an error`() throws {
        let error = #expect(throws: RecipeError.self) {
            try archives("tarball=a-VERSION_MINOR.tgz\n", version: "20070912")
        }
        #expect(error?.description.contains("VERSION_MINOR, which version 20070912") == true)
        #expect(throws: RecipeError.self) { try archives("tarball=a-VERSION.tgz\n", version: nil) }
    }
}
