import Platform
import Support
import SystemPackage
import Testing

/// Recipes whose scripts have pip or setup.py install straight into the tree, as some of each era do.
@Suite struct DirectInstallerTests {
    /// What `setup.py install` leaves without `--root`: modules, metadata without a list of files, and
    /// for an egg a line in a file that all eggs share.
    private static let setup = """
        import os, sys
        site = "%s/lib/python%d.%d/site-packages/" % ((sys.prefix,) + sys.version_info[:2])
        name = os.environ["PKG_BASE"]
        def write(path, text, mode="w"):
            os.makedirs(os.path.dirname(site + path), exist_ok=True)
            open(site + path, mode).write(text)
        about = "Metadata-Version: 2.1\\nName: %s\\nVersion: 1\\n" % name
        if sys.argv[1] == "egg":
            egg = "%s-1-py3.egg" % name
            write(egg + "/%s.py" % name, "")
            write(egg + "/EGG-INFO/PKG-INFO", about)
            write("easy-install.pth", "./%s\\n" % egg, "a")
        else:
            write(name + ".py", "")
            write("%s-1-py3.egg-info/PKG-INFO" % name, about)
        """

    private func add(_ distribution: Distribution, _ name: String, _ script: String) throws {
        try distribution.root.write("setup.py", Self.setup)
        try distribution.addScripted(
            name, "1", scripts: ["install.in": script],
            files: ["version_requirements.txt": "\(name)\n"])
    }

    private func install(_ distribution: Distribution, _ name: String) throws {
        let python = try distribution.said(
            ["python3", "-c", "import sys; print(sys.executable, end='')"], [:]
        ).stdout
        let said = try distribution.install(name, environment: ["HOST_PYTHON": python])
        #expect(said.stderr.contains("wrote straight into the tree"), "\(said.stderr)")
        #expect(try distribution.spkg("list").stdout.contains("\(name)  1\n"))
        #expect(try distribution.python("import \(name)").status == 0)
        let verified = try distribution.spkg("verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test(arguments: [
        "python3 \"$SAGE_ROOT/setup.py\" flat", "python3 \"$SAGE_ROOT/setup.py\" egg",
        """
        "$HOST_PYTHON" -m pip --python "$SAGE_VENV/bin/python3" install --no-deps \\
            "$SAGE_ROOT/pico-1-py3-none-any.whl"
        """,
    ])
    func `what they install is recorded, said, verified, and goes`(script: String) throws {
        try Distribution.run { distribution in
            var wheel = WheelBuilder("pico", "1")
            wheel.add("pico.py", "")
            wheel.consoleScripts = ["pico = pico:__name__.lower"]
            try wheel.write(in: distribution.root)
            try add(distribution, "pico", script)
            try install(distribution, "pico")
            let before = try distribution.tree()
            #expect(try distribution.spkg("install", "pico").stderr.contains("already installed"))
            #expect(try distribution.tree() == before)
            let said = try distribution.spkg("uninstall", "pico")
            #expect(said.status == 0 && said.stderr == "[pico] uninstalled\n", "\(said)")
            let left = try Directory(opening: distribution.site).entries().map(\.name.string)
            #expect(left == [])
            #expect(try !distribution.local.exists("bin/pico"))
        }
    }

    @Test func `the file that eggs share leaves with the last of them`() throws {
        try Distribution.run { distribution in
            for name in ["first", "second"] {
                try add(distribution, name, "python3 \"$SAGE_ROOT/setup.py\" egg")
                try install(distribution, name)
            }
            #expect(try distribution.spkg("uninstall", "first").status == 0)
            #expect(try distribution.python("import second").status == 0)
            #expect(try distribution.spkg("verify").status == 0)
            #expect(try distribution.spkg("uninstall", "second").status == 0)
            #expect(try !distribution.site.exists("easy-install.pth"))
        }
    }

    @Test func `files of another package that they change are named`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1")
            try distribution.install("ham")
            let module = "lib/python\(pythonVersion)/site-packages/ham.py"
            try add(
                distribution, "pico",
                "python3 \"$SAGE_ROOT/setup.py\" flat; echo changed >> \"$SAGE_LOCAL/\(module)\"")
            let said = try distribution.install("pico")
            #expect(said.stderr.contains("warning: it has changed files of ham: \(module);"))
            #expect(said.stderr.contains("spkg install --reinstall ham"), "\(said.stderr)")
            #expect(try !distribution.record("pico-1").contains("ham.py"))
            try distribution.install("--reinstall", "ham")
            #expect(try distribution.spkg("verify").status == 0)
            // Its own are its own the next time, too.
            try add(distribution, "pico", "python3 \"$SAGE_ROOT/setup.py\" flat; : again")
            let again = try distribution.install("pico")
            #expect(!again.stderr.contains("has changed"), "\(again.stderr)")
            #expect(try distribution.spkg("verify").status == 0)
        }
    }
}
