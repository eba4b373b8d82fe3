import Platform
import Support
import SystemPackage
import Testing

extension Distribution {
    /// Gives the tree a pip: the one that comes with Python, installed in a moment where that comes as
    /// a wheel.
    func installPip() throws {
        let python = local.appending("bin/python3").string
        let find =
            "import ensurepip, glob, os, sys; "
            + "print(glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), '_bundled/pip-*'))[0])"
        let wheel = try said([python, "-c", find], [:])
        let words =
            wheel.status == 0
            ? [
                Self.program.string, "wheel", "install", "--compile-bytecode", "--tree",
                local.string,
                String(wheel.stdout.dropLast()),
            ] : [python, "-m", "ensurepip"]
        let said = try said(words, [:])
        if said.status != 0 { throw UnexpectedFailure(description: said.stderr) }
    }
}

/// Recipes of source pip: what their `requirements.txt` may hold, and what comes of it.
@Suite struct RequirementsFileTests {
    /// A tree with pip, wheels in `wheels`, and what pip must have in its environment to find them.
    private func run(_ body: (Distribution, [String: String]) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            try distribution.installPip()
            let wheels = distribution.root.appending("wheels")
            try makeDirectories(wheels)
            for (name, version) in [
                ("spam", "1.0"), ("ham", "2.0"), ("toast", "1.0"), ("jam", "1.0"),
            ] {
                var wheel = WheelBuilder(name, version)
                wheel.add("\(name).py", "version = '\(version)'")
                try wheel.write(in: wheels)
            }
            try body(distribution, ["PIP_FIND_LINKS": "wheels", "PIP_NO_INDEX": "1"])
        }
    }

    private func add(_ text: String, as name: String = "many", to distribution: Distribution) throws
    {
        let recipe = distribution.root.pushing(FilePath("build/pkgs/\(name)"))
        try recipe.write("type", "optional\n")
        try recipe.write("requirements.txt", text)
    }

    private func isThere(_ module: String, in distribution: Distribution) throws -> Bool {
        try distribution.site.exists(FilePath("\(module).py"))
    }

    @Test func `all of it is installed, listed and uninstalled, without pip at the end`() throws {
        try run { distribution, pip in
            try distribution.root.write("build/pkgs/many/more.txt", "jam\n")
            try distribution.root.write(
                "eggs/pyproject.toml",
                "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n")
            try distribution.root.write("eggs/backend.py", Self.backend)
            try add(
                """
                # several names
                --find-links wheels
                spam[extra]>=1, \\
                    <2   # continued
                toast; python_version >= "3"
                absent; python_version < "3"
                -r more.txt
                ./eggs

                """, to: distribution)
            let before = try distribution.tree()
            try distribution.install("many", environment: ["PIP_NO_INDEX": "1"])
            for module in ["spam", "toast", "jam", "eggs"] {
                #expect(try isThere(module, in: distribution), "\(module)")
            }
            #expect(try distribution.spkg("list").stdout.contains("many"))
            let info = try distribution.spkg("info", "many").stdout
            #expect(info.contains("toast 1.0") && info.contains("eggs 1.0"), "\(info)")
            let check = try distribution.said(
                [distribution.local.appending("bin/python3").string, "-m", "pip", "check"], [:])
            #expect(check.status == 0, "\(check.stdout)")

            try removeTree(distribution.site.appending("pip"))
            let said = try distribution.spkg("uninstall", "many")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(
                try distribution.tree().keys.filter { !$0.contains("site-packages/pip") }.sorted()
                    == before.keys.filter { !$0.contains("site-packages/pip") }.sorted())
            #expect(try !distribution.spkg("list").stdout.contains("many"))
        }
    }

    private static let backend = """
        import os, zipfile
        def build_wheel(directory, config_settings=None, metadata_directory=None):
            name, info = "eggs-1.0-py3-none-any.whl", "eggs-1.0.dist-info/"
            files = {
                "eggs.py": "",
                info + "METADATA": "Metadata-Version: 2.1\\nName: eggs\\nVersion: 1.0\\n",
                info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\n"
                                "Tag: py3-none-any\\n",
            }
            files[info + "RECORD"] = "".join(name + ",,\\n" for name in [*files, info + "RECORD"])
            with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
                for path, text in files.items():
                    wheel.writestr(path, text)
            return name
        """

    @Test func `settings that say where pip installs have no effect (pypa/pip#8977)`() throws {
        try run { distribution, pip in
            try add("spam\n", to: distribution)
            let elsewhere = distribution.root.appending("elsewhere").string
            try distribution.root.write(
                "home/.config/pip/pip.conf",
                """
                [global]
                user = true
                python = /usr/bin/false
                [install]
                target = \(elsewhere)
                dry-run = true
                """)
            let place = [
                "PIP_PREFIX": elsewhere, "PIP_ROOT": elsewhere, "PIP_DRY_RUN": "1",
                "PIP_PYTHON": "/usr/bin/false", "PIP_REQUIRE_VIRTUALENV": "1", "PIP_USER": "1",
            ]
            try distribution.install("many", environment: pip.merging(place) { $1 })
            #expect(try isThere("spam", in: distribution))
            #expect(try !distribution.root.exists("elsewhere"))
        }
    }

    @Test func `what pip changes of other packages is said, and leaves with them`() throws {
        try run { distribution, pip in
            try add("spam\nham>=2\n", to: distribution)
            let said = try distribution.install("many", environment: pip)
            #expect(said.stderr.contains("ham 1.0"), "\(said.stderr)")
            #expect(said.stderr.contains("by 2.0"), "\(said.stderr)")
            let removed = try distribution.spkg("uninstall", "many")
            #expect(removed.status == 0, "\(removed.stderr)")
            #expect(removed.stderr.contains("ham stays"), "\(removed.stderr)")
            #expect(try isThere("ham", in: distribution))
            #expect(try !isThere("spam", in: distribution))
            let again = try distribution.spkg("install", "ham")
            #expect(again.status == 0, "\(again.stderr)")
            #expect(try distribution.python("import ham; print(ham.version)").stdout == "1.0\n")
        }
    }

    @Test func `one requirement that fails leaves the others out, too`() throws {
        try run { distribution, pip in
            try distribution.root.write(
                "bad/pyproject.toml",
                "[build-system]\nrequires = []\nbuild-backend = 'gone'\nbackend-path = ['.']\n")
            try add("spam\n./bad\n", to: distribution)
            let before = try distribution.tree()
            let said = try distribution.spkg("install", "many", environment: pip)
            #expect(said.status == 1)
            #expect(try distribution.changes(since: before) == [])
            #expect(try distribution.litter() == [])
        }
    }

    @Test func `what two pip packages name stays for the other`() throws {
        try run { distribution, pip in
            try add("spam\ntoast\n", to: distribution)
            try add("toast\n", as: "other", to: distribution)
            try distribution.install("many", "other", environment: pip)
            #expect(try distribution.spkg("uninstall", "many").status == 0)
            #expect(try isThere("toast", in: distribution))
            #expect(try !isThere("spam", in: distribution))
            #expect(try distribution.spkg("uninstall", "other").status == 0)
            #expect(try !isThere("toast", in: distribution))
        }
    }
}
