import Platform
import Support
import SystemPackage
import Testing

/// Wheel stores in which not only we have put something. Public reports of the kind: pypa/pip#1315,
/// chriskuehl/dumb-pypi#30, passagemath/passagemath#904.
@Suite struct StrayWheelTests {
    /// `tool 1.0` is installed, and `foo` needs it to be built.
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("tool", "1.0", files: ["tool.py": "version = '1.0'\n"])
            try distribution.install("tool")
            try distribution.add(
                "foo", "1.0", dependencies: "| tool", requires: ["tool"],
                backend: "import tool; extra['foo_tool.py'] = tool.version.encode()")
            try body(distribution)
        }
    }

    @Test(arguments: [
        "six.whl", "Thing-latest-py3-none-any.whl", "notes.txt",
        "gone-1.0-py3-none-any.whl.metadata",
    ])
    func `a stray file doesn't stop builds, and is told by verify`(name: String) throws {
        try run { distribution in
            try distribution.wheels.write(FilePath(name))
            try distribution.install("foo")
            let said = try distribution.spkg("verify")
            #expect(said.stdout.split(separator: "\n").count == 1, "\(said)")
            #expect(said.stdout.contains("wheels/\(name)"), "\(said)")
        }
    }

    @Test(arguments: ["0.9", "2.0"])
    func `of several wheels of a project builds take the one that the record names`(
        version: String
    ) throws {
        try run { distribution in
            var stray = WheelBuilder("tool", version)
            stray.add("tool.py", "version = 'stray'\n")
            try stray.write(in: distribution.wheels)
            try distribution.install("foo")
            #expect(try distribution.site.text("foo_tool.py") == "1.0")
            let said = try distribution.spkg("verify")
            #expect(
                said.stdout
                    == "wheel without package: var/lib/sage/wheels/\(stray.wheelName)\n")
        }
    }

    @Test func `a wheel without METADATA beside it serves builds`() throws {
        try run { distribution in
            try removeTree(distribution.wheels.appending("tool-1.0-py3-none-any.whl.metadata"))
            try distribution.install("foo")
            #expect(try distribution.site.text("foo_tool.py") == "1.0")
        }
    }

    @Test func `a wheel that an old record lists is that package's`() throws {
        try run { distribution in
            let wheel = "var/lib/sage/wheels/tool-1.0-py3-none-any.whl"
            let scripts = "var/lib/sage/scripts/tool/spkg-requirements.txt"
            try distribution.local.write(
                FilePath(scripts), "tool @ file://\(distribution.local)/\(wheel)\n")
            try distribution.local.write(
                "var/lib/sage/installed/tool-1.0",
                "{\"package_name\": \"tool\", \"files\": [\"\(scripts)\", \"\(wheel)\"]}")
            try removeTree(distribution.wheels.appending("simple"))
            try removeTree(distribution.wheels.appending("tool-1.0-py3-none-any.whl.metadata"))
            try distribution.install("foo")
            #expect(try distribution.site.text("foo_tool.py") == "1.0")
            #expect(!(try distribution.spkg("verify").stdout.contains("without")))
            let export = try distribution.spkg("export").stdout
            #expect(export.contains("tool==1.0 \\\n    --hash=sha256:"), "\(export)")
            // With pages it is as if we had stored it; and all of it leaves with the package.
            #expect(try distribution.spkg("index").status == 0)
            #expect(try distribution.spkg("verify").stdout == "")
            try distribution.spkg("uninstall", "tool").expectSuccess()
            #expect(try distribution.storedWheels() == ["foo-1.0-py3-none-any.whl"])
            #expect(try distribution.spkg("index", "--check").stdout == "")
            #expect(try distribution.spkg("verify").stdout == "")
        }
    }

    @Test func `with two trees a build in one finds wheels of the other`() throws {
        try Distribution.run { distribution in
            let venv = ["SAGE_VENV": distribution.root.appending("venv").string]
            try distribution.addWheelRecipe(
                "tool", "1.0", scripts: ["install.in": "sdh_store_wheel ."])
            try removeTree(distribution.root.pushing("build/pkgs/tool/version_requirements.txt"))
            try distribution.install("tool", environment: venv)
            #expect(try distribution.storedWheels() == ["tool-1.0-py3-none-any.whl"])
            try distribution.add(
                "foo", "1.0", dependencies: "| tool", requires: ["tool"],
                backend: "import tool; extra['foo_tool.py'] = tool.version.encode()")
            try distribution.install("foo", environment: venv)
            let wheels = distribution.root.pushing("venv/var/lib/sage/wheels")
            #expect(try wheels.exists("foo-1.0-py3-none-any.whl"))
        }
    }
}
