import Platform
import Support
import SystemPackage
import Testing

/// Recipes as SageMath 9 wrote them: `install-requires.txt`, `setup.py` run by the script itself, and
/// builds with what is installed.
@Suite struct OlderRecipeTests {
    /// A `setup.py` that needs nothing: `install --root=R` as setuptools does it with
    /// `--single-version-externally-managed`, and `bdist_wheel`.
    private static let setup = """
        import base64, hashlib, os, sys, zipfile
        name, version = open("NAME").read().split()
        modules = {name + ".py": "version = %r\\n" % version, "shared/%s.py" % name: ""}
        about = "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (name, version)
        words = sys.argv[1:]
        if "install" in words:
            root = [w for w in words if w.startswith("--root=")][0][7:]
            site = root + os.environ["SAGE_VENV"] + "/lib/python%d.%d/site-packages/" % sys.version_info[:2]
            egg = "%s-%s-py%d.%d.egg-info" % ((name, version) + sys.version_info[:2])
            files = dict(modules)
            files[egg + "/PKG-INFO"] = about
            files[egg + "/top_level.txt"] = name + "\\n"
            files["__pycache__/%s.cpython-00.pyc" % name] = "byte code"
            files["only_staged.txt"] = "not in the wheel"
            for path, text in files.items():
                os.makedirs(os.path.dirname(site + path), exist_ok=True)
                open(site + path, "w").write(text)
        if "bdist_wheel" in words:
            print("seen:", os.environ.get("PYTHONPATH"), sys.prefix)
            info = "%s-%s.dist-info/" % (name, version)
            files = dict(modules)
            files[info + "METADATA"] = about
            files[info + "WHEEL"] = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
            rows = ""
            for path, text in files.items():
                digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
                rows += "%s,sha256=%s,%d\\n" % (path, digest.rstrip(b"=").decode(), len(text))
            files[info + "RECORD"] = rows + info + "RECORD,,\\n"
            os.makedirs("dist", exist_ok=True)
            wheel = "dist/%s-%s-py3-none-any.whl" % (name, version)
            with zipfile.ZipFile(wheel, "w") as z:
                for path, text in files.items(): z.writestr(zipfile.ZipInfo(path), text)
        """

    private func add(
        _ distribution: Distribution, _ name: String, _ version: String, script: String
    )
        throws
    {
        try distribution.addScripted(
            name, version, scripts: ["install.in": script],
            files: ["install-requires.txt": "\(name)\n"],
            source: ["setup.py": Self.setup, "NAME": "\(name) \(version)"])
    }

    private static let both = """
        cd src
        python3 setup.py --no-user-cfg install \\
            --single-version-externally-managed --root="$SAGE_DESTDIR" || sdh_die "not staged"
        export PYTHONPATH=$PWD
        sdh_setup_bdist_wheel
        sdh_store_wheel .
        """

    @Test func `what is staged and stored as a wheel is one distribution`() throws {
        try Distribution.run { distribution in
            try add(distribution, "wheely", "1", script: Self.both)
            try distribution.install("wheely")
            func names() throws -> [String] {
                try Directory(opening: distribution.site).entries().map(\.name.string).sorted()
            }
            #expect(
                try names() == ["only_staged.txt", "shared", "wheely-1.dist-info", "wheely.py"])
            #expect(try distribution.spkg("verify").status == 0)
            #expect(try distribution.spkg("list").stdout == "wheely  1\n")
            #expect(try distribution.python("import wheely; print(wheely.version)").stdout == "1\n")

            try add(distribution, "wheely", "2", script: Self.both)
            try distribution.install("wheely")
            #expect(
                try names() == ["only_staged.txt", "shared", "wheely-2.dist-info", "wheely.py"])
            #expect(try distribution.spkg("verify").status == 0)

            #expect(try distribution.spkg("uninstall", "wheely").status == 0)
            #expect(try names() == [])
        }
    }

    @Test func `a wheel is built with what is installed, unless the script says otherwise`() throws
    {
        try Distribution.run { distribution in
            try distribution.add("tool", "1")
            try distribution.install("tool")
            let backend = "import importlib.util as u; assert u.find_spec('tool'), 'tool not seen'"
            try distribution.add("old", "1", backend: backend)
            let recipe = distribution.root.pushing("build/pkgs/old")
            try removeTree(recipe.appending("version_requirements.txt"))
            try recipe.write("install-requires.txt", "old >=1\n")
            try recipe.write("spkg-install.in", "cd src\nsdh_pip_install .\n")
            let said = try distribution.install("old")
            // Not by a second try.
            #expect(!said.stderr.contains("isolated it failed"))

            try recipe.write("spkg-install.in", "cd src\nsdh_pip_install --build-isolation .\n")
            let isolated = try distribution.spkg("install", "old")
            #expect(isolated.status == 1 && isolated.stderr.contains("tool not seen"))
        }
    }

    @Test func `beside version_requirements.txt it says nothing`() throws {
        try Distribution.run { distribution in
            try distribution.add("tool", "1")
            try distribution.install("tool")
            let backend = "import importlib.util as u; assert not u.find_spec('tool'), 'tool seen'"
            try distribution.add("new", "1", backend: backend)
            let recipe = distribution.root.pushing("build/pkgs/new")
            try recipe.write("install-requires.txt", "other >=2\n")
            try recipe.write("spkg-install.in", "cd src\nsdh_pip_install .\n")
            let said = try distribution.install("new")
            #expect(!said.stderr.contains("warning"), "\(said.stderr)")
            #expect(try distribution.spkg("info", "new").stdout.contains("new"))

            try recipe.write("version_requirements.txt", "other\n")
            let refused = try distribution.spkg("install", "new")
            #expect(refused.status == 1 && refused.stderr.contains("version_requirements.txt"))
        }
    }

    @Test(arguments: [("dateutil >=2\n", true), ("# This marks a Python package.\n", false)])
    func `the project is that of the archive where the recipe's name is only a mark`(
        mark: String, warns: Bool
    ) throws {
        try Distribution.run { distribution in
            func add(_ project: String) throws {
                let bytes = sdist(project, "2")
                try distribution.addArchive("python-dateutil-2.tar.gz", bytes, to: "dateutil")
            }
            try distribution.addScripted(
                "dateutil", "2",
                scripts: [
                    "install.in":
                        "cd src\nsdh_setup_bdist_wheel\nsdh_store_and_pip_install_wheel .\n"
                ],
                files: ["install-requires.txt": mark])
            try add("python_dateutil")
            let said = try distribution.install("dateutil")
            #expect(
                said.stderr.contains(
                    "warning: its wheel is of 'python_dateutil', its install-requires.txt says 'dateutil'"
                ) == warns, "\(said)")
            #expect(try distribution.python("import python_dateutil").status == 0)
            #expect(try distribution.spkg("verify").status == 0)
            #expect(try distribution.spkg("export").stdout.contains("python-dateutil==2"))
            let again = try distribution.spkg("install", "dateutil")
            #expect(again.status == 0 && again.stderr.contains("already"), "\(again)")

            // Neither the recipe's name nor the archive's.
            let before = try distribution.tree()
            try add("stranger")
            let refused = try distribution.spkg("install", "dateutil")
            #expect(refused.status == 1 && refused.stderr.contains("gave a wheel of 'stranger'"))
            #expect(refused.stderr.contains("correct build/pkgs/dateutil/install-requires.txt"))
            #expect(try distribution.tree() == before)
            // As setuptools calls what says no name.
            try add("UNKNOWN")
            #expect(
                try distribution.spkg("install", "dateutil").stderr.contains(
                    "a wheel of no name, but its recipe says"))

            // A later recipe names its project.
            try add("python_dateutil")
            try distribution.root.write(
                "build/pkgs/dateutil/version_requirements.txt", "dateutil\n")
            let later = try distribution.spkg("install", "dateutil")
            #expect(later.status == 1 && later.stderr.contains("its recipe says 'dateutil'"))
        }
    }

    /// SageMath 9 installs `setuptools` by its own setup.py, and stores a wheel of it by another
    /// recipe, which is for builds alone.
    @Test func `one recipe installs a project, and another stores its wheel`() throws {
        try Distribution.run { distribution in
            try add(
                distribution, "tools", "3",
                script: """
                    cd src
                    python3 setup.py --no-user-cfg install \
                        --single-version-externally-managed --root="$SAGE_DESTDIR"
                    """)
            try distribution.addArchive("tools-3.tar.gz", sdist("tools", "3"), to: "tools")
            try distribution.addScripted(
                "tools_wheel", "3",
                scripts: ["install.in": "cd src\nsdh_setup_bdist_wheel\nsdh_store_wheel .\n"],
                files: ["install-requires.txt": "# A mark.\n"], dependencies: "tools")
            try distribution.addArchive("tools-3.tar.gz", sdist("tools", "3"), to: "tools_wheel")
            try distribution.install("tools_wheel")
            #expect(try distribution.spkg("list").stdout == "tools        3\ntools_wheel  3\n")
            #expect(try distribution.wheels.exists("tools-3-py3-none-any.whl"))
            let found = try distribution.spkg("verify")
            #expect(found.status == 0, "\(found)")

            // Either may go and come again while the other stays.
            try distribution.spkg("uninstall", "tools_wheel")
            #expect(try distribution.python("import tools").status == 0)
            try distribution.install("tools_wheel")
            try distribution.spkg("uninstall", "tools")
            #expect(try distribution.wheels.exists("tools-3-py3-none-any.whl"))
            try distribution.install("tools")
            #expect(try distribution.python("import tools").status == 0)
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    private func sdist(_ name: String, _ version: String) -> [UInt8] {
        var tar = TarWriter()
        tar.directory("\(name)-\(version)")
        tar.file("\(name)-\(version)/setup.py", Self.setup)
        tar.file("\(name)-\(version)/NAME", "\(name) \(version)")
        return gzip(tar.finished)
    }

    /// A package without an archive, whose script reads the functions itself.
    private func addConf(_ distribution: Distribution) throws {
        try distribution.addScripted(
            "conf", "9.6.beta5", scripts: [:],
            files: [
                "install-requires.txt": "conf\n",
                "spkg-install": """
                #! /usr/bin/env bash
                lib="$SAGE_ROOT/build/bin/sage-dist-helpers"
                . "$lib"
                if [ $? -ne 0 ]; then exit 1; fi
                set -e
                (cd src && sdh_setup_bdist_wheel && sdh_store_and_pip_install_wheel .)
                """,
            ])
        try distribution.root.write("pkgs/conf/setup.py", Self.setup)
        try distribution.root.write("pkgs/conf/NAME", "conf 9.6b5")
        try distribution.root.link("build/pkgs/conf/src", to: "../../../pkgs/conf")
    }

    @Test func `a script package reads the functions itself, from a distribution without them`()
        throws
    {
        try Distribution.run { distribution in
            try addConf(distribution)
            try distribution.install("conf")
            #expect(try distribution.python("import conf").status == 0)
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    /// As the make of SageMath 9 does it: the script in its recipe's folder, and a stamp after it.
    @Test func `in an adopted distribution spkg takes the place of a script that make runs itself`()
        throws
    {
        try Distribution.run { distribution in
            try addConf(distribution)
            try distribution.root.write(
                "build/bin/sage-dist-helpers", "echo the distribution's own; exit 9\n")
            #expect(try distribution.spkg("adopt").status == 0)
            let make = """
                export SAGE_ROOT="$PWD" SAGE_LOCAL="$PWD/local" SAGE_VENV="$PWD/local"
                cd build/pkgs/conf
                bash ./spkg-install
                touch "$SAGE_LOCAL/var/lib/sage/installed/conf-9.6.beta5"
                """
            for _ in 1...2 {
                let made = try distribution.bash(make)
                #expect(made.status == 0, "\(made)")
                #expect(try distribution.spkg("list").stdout == "conf  9.6.beta5\n")
                #expect(try distribution.spkg("verify").status == 0)
            }
            // What a script does elsewhere is its own affair.
            try distribution.root.write(
                "other/spkg-install", ". \"$SAGE_ROOT/build/bin/sage-dist-helpers\"; echo mine")
            let other = try distribution.bash(
                "SAGE_ROOT=$PWD bash other/spkg-install")
            #expect(other.stdout.hasSuffix("mine\n"), "\(other)")
            #expect(try distribution.spkg("uninstall", "conf").status == 0)
            #expect(try distribution.metadataFolders() == [])
        }
    }

    @Test func `that a script reads the distribution's own functions is said, until it is adopted`()
        throws
    {
        try Distribution.run { distribution in
            try addConf(distribution)
            let recipe = distribution.root.pushing("build/pkgs/conf")
            let script = try recipe.text("spkg-install")
            try recipe.write(
                "spkg-install",
                script.replacing("$SAGE_ROOT/build/bin/", with: "$OWN/"))
            try distribution.root.write("build/bin/sage-dist-helpers", "exit 9\n")
            let own = ["OWN": distribution.root.pushing("build/bin").string]
            let said = try distribution.spkg("install", "conf", environment: own)
            #expect(said.status == 1)
            #expect(said.stderr.contains("warning: \(recipe)/spkg-install reads sage-dist-helpers"))
            #expect(said.stderr.contains("spkg adopt"), "\(said.stderr)")
            #expect(try distribution.spkg("adopt").status == 0)
            let again = try distribution.spkg("install", "conf", environment: own)
            #expect(
                again.status == 0 && !again.stderr.contains("reads sage-dist-helpers"), "\(again)")
        }
    }

    @Test func `an archive with a sha1 alone is installed, with a warning`() throws {
        try Distribution.run { distribution in
            try add(
                distribution, "pico", "1",
                script: "cd src\nsdh_setup_bdist_wheel\nsdh_store_and_pip_install_wheel .\n")
            let archive = distribution.root.pushing("upstream/pico-1.tar.gz")
            let sum = try distribution.said(["sha1sum", archive.string], [:]).stdout.prefix(40)
            try distribution.root.write(
                "build/pkgs/pico/checksums.ini",
                "tarball=pico-VERSION.tar.gz\nsha1=\(sum)\nmd5=0\ncksum=1\n")
            let said = try distribution.install("pico")
            #expect(said.stderr.contains("has only a sha1 of pico-1.tar.gz, which can be forged"))
            #expect(try distribution.python("import pico").status == 0)
        }
    }
}
