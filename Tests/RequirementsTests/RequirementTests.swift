import Requirements
import Testing

@Suite struct RequirementTests {
    private let linux = MarkerEnvironment(
        osName: "posix", sysPlatform: "linux", platformMachine: "x86_64",
        platformPythonImplementation: "CPython", platformRelease: "6.1.0-21-amd64",
        platformSystem: "Linux", platformVersion: "#1 SMP", pythonVersion: "3.12",
        pythonFullVersion: "3.12.4+", implementationName: "cpython",
        implementationVersion: "3.12.4")

    @Test func `a requirement comes apart`() throws {
        let requirement = try Requirement(
            "Foo.Bar[Test, docs,test] >=1.0, !=1.5 ; python_version >= '3.8'")
        #expect(requirement.name.normalized == "foo-bar")
        #expect(requirement.extras.map(\.normalized) == ["docs", "test"])
        #expect(requirement.specifiers == (try SpecifierSet("!=1.5,>=1.0")))
        #expect(requirement.url == nil)
        #expect(requirement.marker?.description == "python_version >= \"3.8\"")
        #expect(
            requirement.description
                == "Foo.Bar[docs,Test]!=1.5,>=1.0; python_version >= \"3.8\"")
    }

    @Test func `an address ends at white space, not at a semicolon`() throws {
        let bare = try Requirement("a @ https://x.example/a.whl;b")
        #expect(bare.url == "https://x.example/a.whl;b" && bare.marker == nil)
        let marked = try Requirement("a[x] @ file:///tmp/a ; os_name == 'nt'")
        #expect(marked.url == "file:///tmp/a" && marked.marker != nil)
        #expect(marked.description == "a[x] @ file:///tmp/a ; os_name == \"nt\"")
    }

    @Test func `old parentheses are accepted`() throws {
        let old = try Requirement("a (>=1,<2) ; extra == 'X'")
        #expect(old == (try Requirement("A<2,>=1; extra == 'x'")))
    }

    @Test(arguments: [
        ("", 0, RequirementError.Expected.name), ("-a", 0, .name),
        ("a[b", 3, .commaOrClosingBracket),
        ("a[b,]", 4, .extra), ("a >= ", 2, .specifier), ("a (>=1", 6, .closingParenthesis),
        ("a 1.0", 2, .specifierOrMarker), ("a @ ", 4, .url), ("a @ b c", 6, .semicolon),
        ("a; os_nam == 'x'", 3, .markerValue), ("a; os_name 'x'", 11, .markerOperator),
        ("a; os_name == 'x' b", 18, .end), ("a; os_name == 'x", 14, .markerValue),
        ("a; os_name == '\\x41'", 14, .markerValue),
        ("a; (os_name == 'x'", 18, .closingParenthesis),
    ])
    func `an error says where and what`(
        text: String, offset: Int, expected: RequirementError.Expected
    ) {
        #expect(
            throws: RequirementError.invalidRequirement(text, offset: offset, expected: expected)
        ) { try Requirement(text) }
    }

    @Test(arguments: [
        ("python_version < '3.9'", false), ("python_version in '3.11 3.12'", true),
        ("'3.8' <= python_version", true), ("python_full_version > '3.12.4'", false),
        ("python_full_version == '3.12.4'", true), ("platform_release >= '6'", false),
        ("sys_platform == 'linux' and os_name == 'nt' or extra == ''", true),
        ("sys_platform == 'linux' and (os_name == 'nt' or extra == '')", true),
        ("os_name == 'nt' and (os_name == 'posix' or extra == '')", false),
        ("sys_platform >= 'linux'", true), ("sys_platform > 'a'", false),
        ("'x86' in platform_machine", true), ("platform_machine not in 'x86_64'", false),
        ("os.name == 'posix' and python_implementation == 'CPython'", true),
    ])
    func `markers hold or not`(text: String, holds: Bool) throws {
        #expect(try Marker(text).evaluate(in: linux) == holds)
    }

    @Test func `versions are compared as versions only where the variable is one`() throws {
        var environment = linux
        environment.platformVersion = "10"
        #expect(try !Marker("platform_version > '9'").evaluate(in: environment))
        #expect(try Marker("python_version > '3.9'").evaluate(in: environment))
    }

    @Test func `a comparison without meaning is an error even beside a true one`() throws {
        #expect(
            throws: RequirementError.undefinedComparison(
                left: "posix", operator: "~=", right: "posix")
        ) { try Marker("os_name == 'posix' or os_name ~= 'posix'").evaluate(in: linux) }
        #expect(throws: RequirementError.unknownMarkerVariable("extras")) {
            try Marker("'a' in extras").evaluate(in: linux)
        }
    }

    @Test func `extras are compared in their normal form, inside parentheses too`() throws {
        let requirement = try Requirement("a; (extra == 'Foo_Bar') and os_name == 'posix'")
        let extras = [try DistributionName("x"), try DistributionName("foo.bar")]
        #expect(try requirement.applies(in: linux, extras: extras))
        #expect(try !requirement.applies(in: linux, extras: extras.prefix(1)))
        #expect(try !requirement.applies(in: linux))
        #expect(try Requirement("a").applies(in: linux))
    }

    @Test func `deep nesting is refused instead of exhausting the stack`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "os_name == 'posix'"
                + String(repeating: ")", count: depth)
        }
        #expect(try Marker(nested(100)).evaluate(in: linux))
        #expect(throws: RequirementError.nestingTooDeep(nested(101))) { try Marker(nested(101)) }
        let text = "a; " + nested(100_000)
        #expect(throws: RequirementError.nestingTooDeep(text)) { try Requirement(text) }
    }

    @Test func `a message stays on one line`() {
        let error = RequirementError.invalidVersion("1\n2\u{1B}[0m")
        #expect(!error.description.contains("\n") && !error.description.contains("\u{1B}"))
    }
}
