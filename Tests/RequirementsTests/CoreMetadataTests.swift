import Requirements
import Testing

@Suite struct CoreMetadataTests {
    private let sample = """
        Metadata-Version: 2.1
        Name: Foo.Bar
        Version: 1.0
        Summary: Does things
        Requires-Python: >=3.8, !=3.9.0
        Provides-Extra: test
        requires-dist: six (>=1.5)
        Requires-Dist: pytest>=7 ; extra == 'test'
        License: first line
                second line
         third: line
        Keywords:

        Name: not a header
        """

    @Test func `the headers tell what installing needs`() throws {
        let metadata = try CoreMetadata(parsing: sample.utf8)
        #expect(metadata.metadataVersion == "2.1" && metadata.summary == "Does things")
        #expect(metadata.name.normalized == "foo-bar")
        #expect(try metadata.version == Version("1"))
        #expect(metadata.requiresPython == (try SpecifierSet("!=3.9.0,>=3.8")))
        #expect(metadata.requiresDist.map(\.name.normalized) == ["six", "pytest"])
        #expect(metadata.providesExtra.map(\.normalized) == ["test"])
    }

    @Test func `folded lines belong to the header above, and the body to none`() throws {
        let headers = try MetadataHeaders(text: sample)
        #expect(headers["license"] == "first line\n        second line\n third: line")
        #expect(headers["Keywords"] == "")
        #expect(headers.values(of: "Requires-Dist").count == 2)
        #expect(headers.body == "Name: not a header")
    }

    @Test func `line ends of Windows and a byte order mark make no difference`() throws {
        let lines = sample.split(separator: "\n", omittingEmptySubsequences: false)
        let other = "\u{FEFF}" + lines.joined(separator: "\r\n")
        #expect(try CoreMetadata(parsing: other.utf8) == (try CoreMetadata(parsing: sample.utf8)))
        #expect(try MetadataHeaders(text: other)["License"]?.contains("\r") == false)
    }

    @Test func `bytes that are not text do not hide the rest`() throws {
        let bytes =
            Array("Metadata-Version: 1.0\nName: a\nVersion: 1\nAuthor: ".utf8) + [0xE9, 0x0A]
        #expect(try CoreMetadata(parsing: bytes).name.raw == "a")
        #expect(try MetadataHeaders(bytes)["Author"] == "\u{FFFD}")
    }

    @Test(arguments: ["no colon", ": value", "two words: x", " folded first", "é: x"])
    func `a line that is no header is refused`(line: String) {
        #expect(throws: RequirementError.malformedHeader(line: 1, text: line)) {
            try MetadataHeaders(text: line + "\nName: a\n")
        }
    }

    @Test func `missing, repeated and bad headers are named`() {
        #expect(throws: RequirementError.missingHeader("Metadata-Version")) {
            try CoreMetadata(parsing: "".utf8)
        }
        #expect(throws: RequirementError.missingHeader("Version")) {
            try CoreMetadata(parsing: "Metadata-Version: 2.1\nName: a\nVersion:\n".utf8)
        }
        #expect(throws: RequirementError.repeatedHeader("Name")) {
            try CoreMetadata(parsing: "Metadata-Version: 2.1\nName: a\nVersion: 1\nName: b\n".utf8)
        }
        #expect(
            throws: RequirementError.invalidHeader(
                "Requires-Dist", value: "b >=1.*",
                cause: .invalidRequirement("b >=1.*", offset: 5, expected: .specifierOrMarker))
        ) {
            try CoreMetadata(
                parsing: "Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b >=1.*\n".utf8
            )
        }
    }
}
