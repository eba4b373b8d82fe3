import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// Packages of source `pip`, with the real pip in the tree.
@Suite struct PipPackageTests {
    /// A tree with pip, and a folder `wheels` that pip finds `spam` in.
    private func run(_ body: (Distribution, [String: String]) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            try distribution.installPip()
            for version in ["1.0", "2.0"] {
                var wheel = WheelBuilder("spam", version)
                wheel.add("spam.py", "version = '\(version)'")
                try makeDirectories(distribution.root.appending("wheels"))
                try wheel.write(in: distribution.root.appending("wheels"))
            }
            let recipe = distribution.root.appending("build/pkgs/spam")
            try recipe.write("type", "optional\n")
            try recipe.write("requirements.txt", "spam<2\n")
            try body(
                distribution,
                // A list whose items are parted by blanks.
                [
                    "PIP_FIND_LINKS": "wheels", "PIP_NO_INDEX": "1",
                    "SAGE_LOGS": distribution.root.appending("logs").string,
                ])
        }
    }

    @Test func `installed, upgraded and uninstalled by the tree's own pip`() throws {
        try run { distribution, pip in
            let before = try distribution.tree()
            try distribution.install("spam", environment: pip)
            #expect(
                try distribution.python("import spam; print(spam.version)").stdout == "1.0\n")
            #expect(try distribution.root.text("logs/spam.log").contains("Successfully installed"))
            #expect(try distribution.spkg("list").stdout == "ham   1.0\nspam  1.0\n")
            try distribution.root.write("build/pkgs/spam/requirements.txt", "spam\n")
            try distribution.install("spam", environment: pip)
            #expect(
                try distribution.python("import spam; print(spam.version)").stdout == "1.0\n",
                "pip leaves what fits")
            try distribution.root.write("build/pkgs/spam/requirements.txt", "spam>=2\n")
            try distribution.install("spam", environment: pip)
            #expect(
                try distribution.python("import spam; print(spam.version)").stdout == "2.0\n")
            let said = try distribution.spkg("uninstall", "spam")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.tree().keys.sorted() == before.keys.sorted())
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
        }
    }

    @Test func `an editable install goes with its package (7.13)`() throws {
        try run { distribution, _ in
            let before = try distribution.tree()
            let source = distribution.root.pushing("pkgs/egg")
            try source.write(
                "pyproject.toml",
                "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n")
            try source.write("backend.py", Self.editableBackend)
            try source.write("egg.py", "version = 'one'")
            try distribution.addScripted(
                "egg", scripts: ["install.in": "cd src && sdh_pip_editable_install ."],
                files: ["version_requirements.txt": "egg-roll\n"])
            try distribution.root.pushing("build/pkgs/egg").link("src", to: "../../../pkgs/egg")
            func version() throws -> String {
                try distribution.python("import egg; print(egg.version)").stdout
            }

            try distribution.install("egg")
            #expect(try version() == "one\n")
            let again = try distribution.install("egg")
            #expect(again.stderr == "[egg-1.0] already installed\n")
            #expect(try distribution.spkg("verify", "egg").status == 0)
            // Of another size: within one second Python tells sources apart by nothing else.
            try source.write("egg.py", "version = 'two'\n")
            #expect(try version() == "two\n")
            try distribution.install("egg")
            #expect(try version() == "two\n")
            #expect(try distribution.spkg("uninstall", "egg").status == 0)
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `what pip builds ends with spkg, by SIGKILL too`() throws {
        try run { distribution, pip in
            let source = distribution.root.appending("egg")
            try source.write(
                "pyproject.toml",
                "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n")
            try source.write(
                "backend.py",
                """
                import os, time
                open(os.path.join(os.environ["SAGE_ROOT"], "process.new"), "w").write(str(os.getpid()))
                os.rename(os.environ["SAGE_ROOT"] + "/process.new", os.environ["SAGE_ROOT"] + "/process")
                time.sleep(1000)
                """)
            try distribution.root.write(
                "build/pkgs/spam/requirements.txt",
                "egg @ file://\(source.string.replacing(" ", with: "%20"))\n")
            let running = try distribution.start(
                [
                    "sh", "-c", "echo $$ > pid; exec \"$0\" install spam",
                    Distribution.program.string,
                ], pip)
            let process = distribution.root.appending("process")
            let end = ContinuousClock.now + .seconds(60)
            while try status(process) == nil, ContinuousClock.now < end { usleep(10_000) }
            kill(pid_t(try distribution.root.text("pid").dropLast())!, SIGKILL)
            _ = try running.end()
            let entry = FilePath("/proc/\(try readText(process))")
            while try status(entry) != nil, ContinuousClock.now < end { usleep(10_000) }
            #expect(try status(entry) == nil)
            try distribution.root.write("build/pkgs/spam/requirements.txt", "spam<2\n")
            try distribution.install("spam", environment: pip)
        }
    }

    /// Its wheel has nothing but a link to the source.
    private static let editableBackend = """
        import os, zipfile
        def build_editable(directory, config_settings=None, metadata_directory=None):
            name, info = "egg_roll-1.0-py3-none-any.whl", "egg_roll-1.0.dist-info/"
            files = {
                "egg.pth": os.getcwd() + "\\n",
                info + "METADATA": "Metadata-Version: 2.1\\nName: egg-roll\\nVersion: 1.0\\n",
                info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\n"
                                "Tag: py3-none-any\\n",
            }
            files[info + "RECORD"] = "".join(name + ",,\\n" for name in [*files, info + "RECORD"])
            with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
                for path, text in files.items():
                    wheel.writestr(path, text)
            return name
        """

    @Test func `a constraint that can't be met is an error and never ignored (7.18)`() throws {
        try run { distribution, pip in
            try distribution.install("spam", environment: pip)
            let before = try distribution.tree()
            try distribution.root.write("build/pkgs/spam/requirements.txt", "spam>=3\n")
            let said = try distribution.said(
                [Distribution.program.string, "install", "spam"], pip)
            #expect(said.status == 1)
            #expect(said.stderr.contains("spam>=3"), "\(said.stderr)")
            #expect(said.stderr.contains("logs/spam.log"))
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `pip's failure to uninstall is an error and not lost behind a pipe (7.15)`() throws {
        try run { distribution, pip in
            try distribution.install("spam", environment: pip)
            try removeTree(distribution.site.appending("spam-1.0.dist-info").appending("RECORD"))
            let said = try distribution.spkg("uninstall", "spam")
            #expect(said.status == 1)
            #expect(said.stderr.contains("RECORD"), "\(said.stderr)")
        }
    }

    @Test func `the pip lock is held while pip works (7.14)`() throws {
        try run { distribution, _ in
            let lock = distribution.local.appending("var/lock/pip3.lock").string
            // A build by pip looks whether the lock is free, and leaves what it saw.
            let source = distribution.root.appending("eggs")
            try source.write(
                "pyproject.toml",
                """
                [build-system]
                requires = []
                build-backend = "look"
                backend-path = ["."]
                """)
            try source.write(
                "look.py",
                """
                import subprocess
                seen = subprocess.run(["flock", "-n", "\(lock)", "true"]).returncode
                open("\(distribution.root)/seen", "w").write(str(seen))
                raise SystemExit("that is enough")
                """)
            try distribution.root.write("build/pkgs/spam/requirements.txt", "./eggs\n")
            let said = try distribution.spkg("install", "spam", environment: ["PIP_NO_INDEX": "1"])
            #expect(said.status == 1)
            #expect(try distribution.root.text("seen") == "1")
        }
    }

    @Test func `sage-flock holds the lock while its command runs (7.14)`() throws {
        try Distribution.run { distribution in
            let lock = distribution.root.appending("a lock").string
            let said = try distribution.old(
                "sage-flock", "-x", lock, "flock", "-n", lock, "echo", "free")
            #expect(said.status == 1)
            #expect(said.stdout == "")
            let shared = try distribution.old(
                "sage-flock", "-s", lock, "flock", "-s", "-n", lock, "echo", "shared")
            #expect(shared.stdout == "shared\n", "\(shared)")
        }
    }
}
