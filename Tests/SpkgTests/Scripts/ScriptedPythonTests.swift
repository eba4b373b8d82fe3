import Platform
import Support
import SystemPackage
import Testing

/// Python packages whose recipes have scripts.
@Suite struct ScriptedPythonTests {
    /// Adds a package with an sdist and an install script of its own.
    private func add(
        _ distribution: Distribution, _ version: String, _ script: String,
        requires: [String] = [], backend: String = ""
    ) throws {
        try distribution.add("spam", version, requires: requires, backend: backend)
        try distribution.root.write("build/pkgs/spam/spkg-install.in", script)
    }

    private func version(_ distribution: Distribution) throws -> String {
        try distribution.python("import spam; print(spam.version)").stdout
    }

    @Test(arguments: [
        "cd src\nsdh_pip_install .", "cd src && sdh_pip_install --no-build-isolation .",
        "cd src\nsdh_build_wheel\nsdh_store_and_pip_install_wheel --no-deps .",
    ])
    func `installed, upgraded, reinstalled and uninstalled by script`(script: String) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            let before = try distribution.tree()
            try add(distribution, "1.0", script)
            try distribution.install("spam")
            #expect(try version(distribution) == "1.0\n")
            #expect(
                try distribution.storedWheels()
                    == ["ham-1.0-py3-none-any.whl", "spam-1.0-py3-none-any.whl"])
            try add(distribution, "2.0", script)
            try distribution.install("spam")
            #expect(try version(distribution) == "2.0\n")
            #expect(
                try distribution.storedWheels()
                    == ["ham-1.0-py3-none-any.whl", "spam-2.0-py3-none-any.whl"])
            try distribution.root.write("build/pkgs/spam/note", "the recipe is another now")
            try distribution.install("spam")
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified)")
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            #expect(try distribution.changes(since: before) == [])
            #expect(try distribution.litter() == [])
        }
    }

    @Test func `isolated, it is built with what is in the store and nothing else`() throws {
        let look =
            "import importlib.util as u"
            + "; extra['seen.py'] = ('v = %r' % [bool(u.find_spec(n)) for n in ('tool', 'ham')]).encode()"
        try Distribution.run { distribution in
            try distribution.add("tool", "1.0")
            try distribution.add("ham", "1.0")
            try distribution.install("tool", "ham")
            for (option, seen) in [("", "[True, False]"), ("--no-build-isolation", "[True, True]")]
            {
                try add(
                    distribution, "1.0", "cd src\nsdh_pip_install \(option) .", requires: ["tool"],
                    backend: look)
                try distribution.install("spam")
                #expect(try distribution.python("import seen; print(seen.v)").stdout == "\(seen)\n")
            }
        }
    }

    @Test func `a build that needs more than its recipe says is warned of`() throws {
        try Distribution.run { distribution in
            try add(distribution, "1.0", "cd src\nsdh_pip_install .", requires: ["ham>=1"])
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said)")
            let words = "[spam-1.0] warning: a wheel was built with whatever is installed"
            #expect(said.stderr.contains(words), "\(said)")
            #expect(said.stderr.contains("building spam needs 'ham>=1'"))
            #expect(try version(distribution) == "1.0\n")
        }
    }

    @Test func `stored only, a wheel is in the store and not in site-packages`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            let before = try distribution.tree()
            try add(distribution, "1.0", "cd src\nsdh_build_and_store_wheel .")
            try distribution.install("spam")
            #expect(try distribution.python("import spam").status == 1)
            #expect(try distribution.storedWheels().contains("spam-1.0-py3-none-any.whl"))
            #expect(try distribution.wheels.text("simple/index.html").contains("\"spam/\""))
            #expect(
                try distribution.spkg("install", "spam").stderr == "[spam-1.0] already installed\n")
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified)")

            // From installed to stored, and back, nothing of the other is left.
            try add(distribution, "2.0", "cd src\nsdh_pip_install .")
            try distribution.install("spam")
            #expect(try version(distribution) == "2.0\n")
            try add(distribution, "3.0", "cd src\nsdh_build_and_store_wheel .")
            try distribution.install("spam")
            #expect(try distribution.python("import spam").status == 1)
            #expect(
                try distribution.storedWheels()
                    == ["ham-1.0-py3-none-any.whl", "spam-3.0-py3-none-any.whl"])
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `files beside the wheel belong to the package too`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            let before = try distribution.tree()
            try add(
                distribution, "1.0",
                "cd src\nsdh_pip_install .\nsdh_install pyproject.toml \"$SAGE_INST_LOCAL/share/spam\""
            )
            try distribution.install("spam")
            #expect(try distribution.local.exists("share/spam/pyproject.toml"))
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `Python goes to SAGE_VENV and the rest to SAGE_LOCAL`() throws {
        try Distribution.run { distribution in
            let venv = ["SAGE_VENV": distribution.root.appending("venv").string]
            try add(distribution, "1.0", "cd src\nsdh_pip_install .")
            try distribution.addScripted(
                "lib", scripts: ["install.in": "echo $PKG_BASE > \"$SAGE_DESTDIR_LOCAL/lib/it\""])
            try distribution.install("spam", "lib", environment: venv)
            #expect(try distribution.root.exists("venv/var/lib/sage/installed/spam-1.0"))
            #expect(try distribution.local.text("lib/it") == "lib\n")
            #expect(try !distribution.local.exists("pyvenv.cfg"))
            let said = try distribution.said(
                [Distribution.program.string, "uninstall", "spam", "lib"], venv)
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try !distribution.local.exists("lib/it"))
            #expect(try !distribution.root.exists("venv/var/lib/sage/installed/spam-1.0"))
        }
    }

    @Test func `a script package builds what its src leads to`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "lib", scripts: ["install.in": "cd src && sdh_make_install"])
            try distribution.root.write(
                "src/lib/Makefile",
                "install:\n\tmkdir -p \"$(DESTDIR)$(SAGE_INST_LOCAL)/share\"\n"
                    + "\tcp text \"$(DESTDIR)$(SAGE_INST_LOCAL)/share\"\n")
            try distribution.root.write("src/lib/text", "one")
            try distribution.root.link("build/pkgs/lib/src", to: "../../../src/lib")
            try distribution.install("lib")
            #expect(try distribution.local.text("share/text") == "one")
            #expect(try distribution.root.text("src/lib/text") == "one", "the source stays")
            #expect(try distribution.spkg("uninstall", "lib").status == 0)
            #expect(try !distribution.local.exists("share"))
        }
    }

    @Test func `a wheel with an install script of its own`() throws {
        try Distribution.run { distribution in
            let wheel = WheelBuilder("spam", "1.0")
            try distribution.addScripted(
                "spam",
                scripts: [
                    "install.in":
                        "sdh_store_and_pip_install_wheel .\nsdh_install SPKG.rst \"$SAGE_SHARE\""
                ],
                files: ["version_requirements.txt": "spam\n", "SPKG.rst": "spam: a wheel\n"])
            try distribution.addArchive(wheel.wheelName, wheel.archive().bytes(), to: "spam")
            try distribution.install("spam")
            #expect(try distribution.storedWheels() == [wheel.wheelName])
            #expect(
                try distribution.python(
                    "import importlib.metadata as m; print(m.version('spam'))"
                ).stdout == "1.0\n")
            #expect(try distribution.local.exists("share/SPKG.rst"))
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    @Test func `a wheel in the tree SAGE_LOCAL`() throws {
        try Distribution.run { distribution in
            var wheel = WheelBuilder("spam", "1.0")
            wheel.add("spam.py", "version = '1.0'")
            // No version_requirements.txt: nothing says that it is Python.
            try distribution.addScripted(
                "spam", scripts: ["install.in": "sdh_store_and_pip_install_wheel ."])
            try distribution.addArchive(wheel.wheelName, wheel.archive().bytes(), to: "spam")
            try distribution.install("spam")
            #expect(try version(distribution) == "1.0\n")
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            #expect(try distribution.storedWheels() == [])
        }
    }
}
