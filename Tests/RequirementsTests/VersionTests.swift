import Requirements
import Testing

@Suite struct VersionTests {
    @Test(arguments: [
        ("1.0", "1.0"), ("v1.0", "1.0"), (" 1.0\n", "1.0"), ("1!2.3", "1!2.3"), ("0!1", "1"),
        ("1.0-alpha.1", "1.0a1"), ("1.0C2", "1.0rc2"), ("1.0pre", "1.0rc0"), ("1.0-1", "1.0.post1"),
        ("1.0rev2", "1.0.post2"), ("1.0.DEV", "1.0.dev0"), ("1.0+Ubuntu_1-02", "1.0+ubuntu.1.2"),
        ("1.0a1.post2.dev3+x", "1.0a1.post2.dev3+x"), ("01.002", "1.2"),
    ])
    func `a version has one normal form`(text: String, normal: String) throws {
        #expect(try Version(text).description == normal)
    }

    @Test func `suffixes are ordered around the final version`() throws {
        let ordered = [
            "0!1.dev1", "1.0.dev1", "1.0.dev2", "1.0a1.dev1", "1.0a1", "1.0a1.post1.dev2",
            "1.0a1.post1", "1.0b1", "1.0rc1", "1.0", "1.0+abc", "1.0+abc.5", "1.0+abd", "1.0+5",
            "1.0+6", "1.0+20240101123456789012345", "1.0.post1.dev1", "1.0.post1", "1.0.1", "1.1",
            "1.10", "1!0.1",
        ]
        let versions = try ordered.dropFirst().map { try Version($0) }
        for (earlier, later) in zip(versions, versions.dropFirst()) {
            #expect(earlier < later, "\(earlier) comes before \(later)")
            #expect(!(later < earlier) && earlier != later)
        }
    }

    @Test func `trailing zeros make no difference`() throws {
        let (short, long) = (try Version("1.0a1"), try Version("1.0.0.0a1"))
        #expect(short == long && Set([short, long]).count == 1)
        #expect(long.description == "1.0.0.0a1" && long.canonical == "1a1")
        #expect(try Version("0.0").canonical == "0")
    }

    @Test func `a version comes apart into its public and local parts`() throws {
        let version = try Version("1!2.3rc4.post5.dev6+Local.7")
        #expect(version.epoch == 1 && version.release == [2, 3])
        #expect(version.pre?.phase == .candidate && version.pre?.number == 4)
        #expect(version.post == 5 && version.dev == 6 && version.local == "local.7")
        #expect(version.publicVersion.description == "1!2.3rc4.post5.dev6")
        #expect(version.baseVersion.description == "1!2.3")
        #expect(version.isPrerelease && version.isPostrelease && version.isDevelopmentRelease)
    }

    @Test(arguments: ["", "1.0.", "1.0 a", "latest", "1.0+", "1.0.*", "1-x", "!1", "1.0\u{0}"])
    func `what is no version is refused`(text: String) {
        #expect(throws: RequirementError.invalidVersion(text)) { try Version(text) }
    }

    @Test func `a number beyond 63 bits is refused, except in the local part`() throws {
        #expect(try Version("9223372036854775807").release == [.max])
        for text in ["9223372036854775808", "1.0a99999999999999999999", "1.99999999999999999999.2"]
        {
            #expect(throws: RequirementError.versionNumberTooLarge(text)) { try Version(text) }
        }
        #expect(try Version("1+099999999999999999999").local == "99999999999999999999")
    }
}

@Suite struct DistributionNameTests {
    @Test(arguments: [
        ("numpy", "numpy"), ("Foo.Bar", "foo-bar"), ("a__b-.-c", "a-b-c"),
        ("zope.interface", "zope-interface"),
        ("A", "a"), ("4ti2", "4ti2"), ("x-_.y", "x-y"), ("a--b", "a-b"),
    ])
    func `a name has one normal form`(raw: String, normal: String) throws {
        let name = try DistributionName(raw)
        #expect(name.normalized == normal && name.raw == raw && name.description == raw)
        #expect(name == (try DistributionName(normal)))
        #expect([name: 1][try DistributionName(normal)] == 1)
    }

    @Test(arguments: ["", "-a", "a.", "_", "a b", "é", "a/b", "a\n"])
    func `what is no name is refused`(text: String) {
        #expect(throws: RequirementError.invalidName(text)) { try DistributionName(text) }
    }

    @Test func `file names have an underscore for the dash`() throws {
        #expect(try DistributionName("Foo.Bar-baz").wheelEscaped == "foo_bar_baz")
        #expect(try DistributionName("six").wheelEscaped == "six")
    }
}
