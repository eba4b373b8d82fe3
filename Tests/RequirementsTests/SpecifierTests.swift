import Requirements
import Testing

@Suite struct SpecifierTests {
    @Test(arguments: [
        ("==1.0", "1.0.0", true), ("==1.0", "1.0+x", true), ("==1.0+x", "1.0", false),
        ("==1.0+x", "1.0+X", true), ("!=1.0", "1.0+x", false), ("==1.1.*", "1.1.post1", true),
        ("==1.1.*", "1.1a1", true), ("==1.*", "1!1.0", false), ("==1.0.*", "1", true),
        ("!=1.1.*", "1.10", true), ("~=2.2", "2.9", true), ("~=2.2", "3.0", false),
        ("~=2.2", "2.1", false), ("~=2.2.0", "2.3", false), ("~=2.2.post3", "2.2.post4", true),
        ("~=2.2.post3", "2.9", true), ("~=1!2.2", "2.3", false), ("<=1.0", "1.0+x", true),
        ("<1.0", "1.0rc1", false), ("<1.0", "1.0.dev0", false), ("<1.0rc2", "1.0rc1", true),
        ("<1.0.post1", "1.0.post1.dev0", false), ("<1.0.post1", "1.0", true),
        (">1.0", "1.0.post1", false), (">1.0", "1.0+x", false), (">1.0", "1.0.1", true),
        (">1.0.post1", "1.0.post2", true), (">1.0a1", "1.0a1+x", false),
        (">1.0", "1.0.post1.dev1", false),
        (">=1.0,<2", "1.5", true), (">=1.0,<2", "2.0", false), ("", "0.dev0", true),
        ("===1.0", "1.0.0", false), ("===1.0", "1.0", true),
    ])
    func `a set contains what the rules say`(set: String, version: String, contained: Bool) throws {
        #expect(try SpecifierSet(set).contains(try Version(version)) == contained)
    }

    @Test func `arbitrary equality compares texts that are no versions`() throws {
        let set = try SpecifierSet("===Final-Build")
        #expect(set.contains(text: "final-build") && !set.contains(text: "final-build-2"))
        #expect(try !SpecifierSet(">=1").contains(text: "final-build"))
    }

    @Test func `a pre-release without rivals is contained unless it is forbidden`() throws {
        let (set, version) = (try SpecifierSet(">=1.0"), try Version("2.0b1"))
        #expect(set.contains(version))
        #expect(!set.contains(version, allowingPrereleases: false))
    }

    @Test func `a final version is preferred to a pre-release`() throws {
        let versions = try ["1.0", "1.1a1", "1.1", "1.2rc1"].map { try Version($0) }
        func kept(_ text: String, _ allowed: Bool? = nil) throws -> [String] {
            try SpecifierSet(text).filter(versions, allowingPrereleases: allowed).map(\.description)
        }
        #expect(try kept(">=1.0") == ["1.0", "1.1"])
        #expect(try kept(">1.1") == ["1.2rc1"])
        #expect(try kept(">1.1", false) == [])
        #expect(try kept(">=1.1a1") == ["1.1a1", "1.1", "1.2rc1"])
        #expect(try kept("<2", true).count == 4)
    }

    @Test(arguments: [
        "1.0", "=1.0", "=>1.0", ">=1.*", "~=1", "<1.0+x", "==1.0a1.*", "== 1 .*", "==", "===a b",
    ])
    func `what is no specifier is refused`(text: String) {
        #expect(throws: RequirementError.invalidSpecifier(text)) { try Specifier(text) }
    }

    @Test func `order, spelling and repetition of clauses make no difference`() throws {
        let set = try SpecifierSet(" >= 1.0 ,!=v1.5.0,")
        #expect(set == (try SpecifierSet("!=1.5,>=1,>=1.0.0")))
        #expect(set.description == "!=v1.5.0,>=1.0")
        #expect(try SpecifierSet("~=1.0") != (try SpecifierSet("~=1.0.0")))
        #expect(try SpecifierSet("==1.*") != (try SpecifierSet("==1.0.*")))
        #expect(try SpecifierSet(",").isEmpty)
        #expect(try set.intersection(SpecifierSet("<2")).specifiers.count == 3)
    }
}
