import Platform
import Support
import SystemPackage
import Testing

/// Sources that are not for the Python of the tree: told before anything runs.
@Suite struct RequiredPythonTests {
    private static let marker = "open(os.path.join(os.environ['SAGE_ROOT'], 'ran'), 'w')"

    private static func information(_ lines: String...) -> String {
        "Metadata-Version: 2.2\nName: ham\nVersion: 1.0\n" + lines.map { "\($0)\n" }.joined()
    }

    /// What a source says, and whether that excludes every Python there is.
    struct Source: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var project = ""
        var information: String?
        let isRefused: Bool
    }

    static let sources = [
        Source(
            testDescription: "pyproject.toml says it",
            project: "[project]\nname = 'ham'\nversion = '1.0'\nrequires-python = '>=3.99'",
            isRefused: true),
        Source(
            testDescription: "PKG-INFO says it",
            information: information("Requires-Python: >=3.99"),
            isRefused: true),
        Source(
            testDescription: "PKG-INFO says it, and pyproject.toml doesn't",
            project: "[project]\nname = 'ham'\nversion = '1.0'",
            information: information("Requires-Python: >=3.99"), isRefused: true),
        Source(
            testDescription: "pyproject.toml leaves it to the backend",
            project: "[project]\nname = 'ham'\ndynamic = ['version', 'requires-python']",
            information: information("Requires-Python: >=3.99"), isRefused: false),
        Source(
            testDescription: "PKG-INFO says that the backend may change it",
            information: information("Requires-Python: >=3.99", "Dynamic: Requires-Python"),
            isRefused: false),
        Source(
            testDescription: "it can't be understood",
            project: "[project]\nname = 'ham'\nversion = '1.0'\nrequires-python = 'three'",
            isRefused: false),
        Source(
            testDescription: "it is this one",
            project:
                "[project]\nname = 'ham'\nversion = '1.0'\nrequires-python = '>=3.8, !=3.9.99'",
            isRefused: false),
    ]

    @Test(arguments: sources)
    func `a source is asked before its build`(source: Source) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0", project: source.project, backend: Self.marker) {
                if let text = source.information { $0.file("ham-1.0/PKG-INFO", text) }
            }
            let said = try distribution.spkg("install", "ham")
            #expect(try distribution.root.exists("ran") == !source.isRefused, "\(said)")
            if source.isRefused {
                try expectRefusal(said, of: "ham-1.0")
            } else {
                #expect(said.status == 0, "\(said)")
            }
        }
    }

    private func expectRefusal(_ said: Distribution.Said, of package: String) throws {
        #expect(said.status == 1)
        for word in [
            "\(package) needs Python >=3.99", "is \(pythonVersion).", "SPKG_PYTHON", "build/pkgs/",
        ] { #expect(said.stderr.contains(word), "\(word) in: \(said.stderr)") }
    }

    @Test func `of several packages all are told before the first is built`() throws {
        try Distribution.run { distribution in
            let says = "[project]\nname = 'x'\nversion = '1.0'\nrequires-python = '>=3.99'"
            try distribution.add("eggs", "1.0", backend: Self.marker)
            try distribution.add("ham", "1.0", dependencies: "eggs", project: says)
            try distribution.add("spam", "1.0", dependencies: "ham", project: says)
            let said = try distribution.spkg("install", "spam")
            for package in ["ham-1.0", "spam-1.0"] { try expectRefusal(said, of: package) }
            #expect(try !distribution.root.exists("ran"))
            #expect(try distribution.records() == [])
        }
    }

    @Test func `what a patch or a script of the recipe changes doesn't count as it was`() throws {
        try Distribution.run { distribution in
            let says = "[project]\nname = 'ham'\nversion = '1.0'\nrequires-python = '>=3.99'"
            try distribution.add("ham", "1.0", project: says + "\n")
            let recipe = distribution.root.pushing("build/pkgs/ham")
            try recipe.write(
                "patches/python.patch",
                """
                --- a/pyproject.toml
                +++ b/pyproject.toml
                @@ -8 +8 @@
                -requires-python = '>=3.99'
                +requires-python = '>=3.8'

                """)
            try distribution.add("eggs", "1.0", dependencies: "ham")
            let patched = try distribution.spkg("install", "eggs")
            #expect(patched.status == 0, "\(patched)")

            try distribution.add("spam", "1.0", project: says)
            try distribution.root.write(
                "build/pkgs/spam/spkg-install.in",
                "cd src && sed -i '/^requires-python/d' pyproject.toml && sdh_pip_install .\n")
            let scripted = try distribution.spkg("install", "spam")
            #expect(scripted.status == 0, "\(scripted)")
        }
    }

    @Test func `a package with a script is asked too`() throws {
        try Distribution.run { distribution in
            let says = "[project]\nname = 'ham'\nversion = '1.0'\nrequires-python = '>=3.99'"
            try distribution.add("ham", "1.0", project: says)
            try distribution.root.write(
                "build/pkgs/ham/spkg-install.in",
                "touch \"$SAGE_ROOT/ran\"; cd src && sdh_pip_install .\n")
            try expectRefusal(distribution.spkg("install", "ham"), of: "ham-1.0")
            #expect(try !distribution.root.exists("ran"))
        }
    }
}
