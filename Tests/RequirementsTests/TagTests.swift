import Requirements
import Testing

@Suite struct TagTests {
    private let debian = InterpreterFacts(
        major: 3, minor: 12, platform: "linux-x86_64", libc: .glibc(major: 2, minor: 36))

    @Test func `a compressed set stands for each of its tags once`() throws {
        let tags = try Requirements.Tag.parse("PY2.py3.py3-none-any.linux_x86_64")
        #expect(
            tags.map(\.description) == [
                "py2-none-any", "py2-none-linux_x86_64", "py3-none-any", "py3-none-linux_x86_64",
            ])
    }

    @Test(arguments: [
        "", "py3", "py3-none", "py3-none-any-x", "py3--any", "py3-none-a..b", "py3-none-a b",
    ])
    func `what is no tag is refused`(text: String) {
        #expect(throws: RequirementError.invalidTag(text)) { try Requirements.Tag.parse(text) }
    }

    @Test func `a tag that would stand for millions is refused`() {
        let part = (0..<200).map { "a\($0)" }.joined(separator: ".")
        let text = "\(part)-\(part)-\(part)"
        #expect(throws: RequirementError.invalidTag(text)) { try Requirements.Tag.parse(text) }
    }

    @Test func `every tag of the list has its place as rank`() {
        let tags = InterpreterTags(debian)
        #expect(tags.count > 700)
        for (place, tag) in tags.enumerated() { #expect(tags.rank(of: tag) == place) }
        #expect(tags.first?.description == "cp312-cp312-manylinux_2_36_x86_64")
        #expect(tags.last?.description == "py30-none-any")
    }

    @Test func `the best of several wheels has the least rank`() throws {
        let tags = InterpreterTags(debian)
        func rank(_ file: String) throws -> Int? {
            tags.bestRank(of: try WheelFilename(file).tags)
        }
        let own = try #require(
            try rank("a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"))
        let stable = try #require(try rank("a-1-cp38-abi3-manylinux1_x86_64.whl"))
        let pure = try #require(try rank("a-1-py2.py3-none-any.whl"))
        #expect(own < stable && stable < pure)
        #expect(try rank("a-1-cp311-cp311-linux_x86_64.whl") == nil)
        #expect(try rank("a-1-cp312-cp312-manylinux_2_37_x86_64.whl") == nil)
        #expect(try rank("a-1-cp312-cp312-musllinux_1_2_x86_64.whl") == nil)
        #expect(try rank("a-1-cp312-cp312-any.whl") == nil)
        #expect(tags.supports(try Requirements.Tag.parse("cp310.cp312-abi3-linux_x86_64")))
    }

    @Test func `a free-threaded build has its own binary interfaces`() throws {
        var facts = debian
        facts.minor = 14
        facts.isFreeThreaded = true
        let tags = InterpreterTags(facts)
        #expect(tags.supports(try Requirements.Tag.parse("cp314-cp314t-linux_x86_64")))
        #expect(!tags.supports(try Requirements.Tag.parse("cp314-cp314-linux_x86_64")))
        #expect(!tags.supports(try Requirements.Tag.parse("cp38-abi3-linux_x86_64")))
    }

    @Test func `an interpreter that refuses manylinux still takes plain wheels`() {
        var facts = debian
        facts.refusedManylinux = Set((0...36).map { [2, $0] })
        #expect(facts.platformTags == ["linux_x86_64"])
    }
}

@Suite struct FilenameTests {
    @Test func `a wheel name comes apart`() throws {
        let wheel = try WheelFilename("Foo_Bar-1.0+local.1-2b-cp312-abi3-any.whl")
        #expect(wheel.name == (try DistributionName("foo-bar")))
        #expect(wheel.version == (try Version("1.0+local.1")))
        #expect(wheel.build?.digits == "2" && wheel.build?.suffix == "b")
        #expect(wheel.tags.map(\.description) == ["cp312-abi3-any"])
        #expect(wheel.stem == "Foo_Bar-1.0+local.1")
    }

    @Test(arguments: [
        ("a-1-py3-none-any.zip", RequirementError.FilenameProblem.suffix),
        ("a-py3-none-any.whl", .numberOfParts),
        ("a__b-1-py3-none-any.whl", .name), ("-1-py3-none-any.whl", .name),
        ("../a-1-py3-none-any.whl", .name), ("a-1.x-py3-none-any.whl", .version),
        ("a-1 -py3-none-any.whl", .version), ("a-1-b1-py3-none-any.whl", .build),
        ("a-1--py3-none-any.whl", .build), ("a-1-py3-none-.whl", .tags),
        ("a-1-py3-none-a/b.whl", .tags),
    ])
    func `a bad wheel name is refused with its fault`(
        file: String, problem: RequirementError.FilenameProblem
    ) {
        #expect(throws: RequirementError.invalidWheelFilename(file, problem: problem)) {
            try WheelFilename(file)
        }
    }

    @Test func `build tags sort by number, then by text`() throws {
        let ordered = ["0", "1", "1a", "2", "10", "99999999999999999999"].map { BuildTag($0)! }
        #expect(ordered.shuffled().sorted() == ordered)
        #expect(BuildTag("007") == BuildTag("7") && BuildTag("x") == nil && BuildTag("") == nil)
    }

    @Test func `the version of a source archive stands after the last dash`() throws {
        let sdist = try SdistFilename("foo-bar-1.0.tar.gz")
        #expect(sdist.name.normalized == "foo-bar")
        #expect(try sdist.version == Version("1"))
        #expect(sdist.format == .tarGzip)
        #expect(try SdistFilename("a-1.zip").format == .zip)
    }

    @Test(arguments: [
        ("a-1.tar.bz2", RequirementError.FilenameProblem.suffix), ("a.zip", .numberOfParts),
        ("-1.zip", .name),
        ("a-x.zip", .version), ("a-1 .zip", .version),
    ])
    func `a bad source archive name is refused`(
        file: String, problem: RequirementError.FilenameProblem
    ) {
        #expect(throws: RequirementError.invalidSdistFilename(file, problem: problem)) {
            try SdistFilename(file)
        }
    }
}
