import Platform
import Support
import SystemPackage
import Testing

/// `spkg helper build-wheel`, called as recipes' scripts call it, and the functions above it.
@Suite struct ScriptWheelTests {
    /// A distribution with `tool` and `ham` installed, and the source of `spam`, which requires
    /// `tool`, where a script would find it.
    private struct Script {
        let distribution: Distribution
        var source: FilePath { distribution.root.appending("source of spam") }
        var dist: FilePath { source.appending("dist") }
        var staging: FilePath { distribution.root.appending("inst") }

        static func run(
            backend: String = "", requires: [String] = ["tool"], hooks: String = "",
            _ body: (Script) throws -> Void
        ) throws {
            try Distribution.run { distribution in
                for name in ["tool", "ham"] {
                    try distribution.add(name, "1.0")
                    let said = try distribution.spkg("install", name)
                    #expect(said.status == 0, "\(said.stderr)")
                }
                try distribution.add("spam", "1.2", requires: requires, backend: backend)
                let script = Script(distribution: distribution)
                try makeDirectories(script.source)
                let tar = try distribution.said(
                    [
                        "tar", "-xf", "upstream/spam-1.2.tar.gz", "-C", script.source.string,
                        "--strip-components=1",
                    ], [:])
                #expect(tar.status == 0, "\(tar.stderr)")
                let backend = try script.source.text("backend.py")
                try script.source.write("backend.py", backend + "\n" + hooks)
                try body(script)
            }
        }

        /// What `RecipeScripts` gives a script, as far as it matters here.
        var environment: [String: String] {
            let local = distribution.local
            return [
                "SPKG_LIBEXEC": Distribution.helpers.string,
                "PATH": "\(Distribution.helpers):\(local)/bin:\(inherited("PATH") ?? "")",
                "SAGE_ROOT": distribution.root.string, "SAGE_LOCAL": local.string,
                "SAGE_VENV": local.string, "SAGE_INST_LOCAL": local.string,
                "SAGE_SHARE": local.appending("share").string,
                "SAGE_SPKG_WHEELS": distribution.wheels.string,
                "SAGE_SPKG_SCRIPTS": local.pushing("var/lib/sage/scripts").string,
                "SAGE_BUILD_DIR": local.pushing("var/tmp/sage/build").string,
                "SAGE_LOGS": distribution.root.pushing("logs/pkgs").string,
                "SAGE_DESTDIR": staging.string, "PKG_BASE": "spam", "PKG_NAME": "spam-1.2.p1",
                "PKG_VER": "1.2", "SPKG_PROGRAM": Distribution.program.string,
                "CFLAGS": "-O2 -g", "ORIGINAL_CFLAGS": "", "CXXFLAGS": "-O7",
            ]
        }

        /// Runs bash in the source folder, with the functions.
        func bash(_ text: String, _ more: [String: String] = [:]) throws -> Distribution.Said {
            let functions = ". \"$SPKG_LIBEXEC/sage-dist-helpers\"\nset -euo pipefail\n"
            let environment = environment.merging(more) { $1 }
            return try distribution.said(
                ["env", "-C", source.string, "bash", "-c", functions + text], environment)
        }

        func wheels() throws -> [String] {
            try Directory(opening: dist).entries().map(\.name.string).sorted()
        }
    }

    /// Python for a backend that says what it can import.
    private static let look = """
        import importlib.util, os
            for each in ('tool', 'ham'):
                print(each, importlib.util.find_spec(each) is not None)
            print('flags', os.environ.get('CFLAGS'), os.environ.get('CXXFLAGS'))
            print('path', os.environ.get('PYTHONPATH'))
            print('settings', config_settings)
        """

    @Test func `isolated, a build sees what it requires and nothing else`() throws {
        try Script.run(backend: Self.look) { script in
            let said = try script.bash(
                "sdh_build_wheel -C a=b=c -C a=-d -Ckey .", ["PYTHONPATH": "/user"])
            #expect(said.status == 0, "\(said)")
            #expect(said.stdout.contains("tool True\nham False\n"))
            // Our own default flags are none of a backend's; what the recipe or the user sets is.
            #expect(said.stdout.contains("flags None -O7\npath None\n"))
            #expect(said.stdout.contains("settings {'a': ['b=c', '-d'], 'key': ''}\n"))
            #expect(said.stdout.hasSuffix("\nspam-1.2-py3-none-any.whl\n"))
            #expect(try script.wheels() == ["spam-1.2-py3-none-any.whl"])
        }
    }

    @Test func `without isolation a build sees the tree`() throws {
        try Script.run(backend: Self.look, requires: ["not-there"]) { script in
            let said = try script.bash(
                "sdh_build_wheel --no-build-isolation .",
                ["PYTHONPATH": "/user", "ORIGINAL_CFLAGS": "-O2 -g"])
            #expect(said.status == 0, "\(said)")
            #expect(said.stdout.contains("tool True\nham True\n"))
            #expect(said.stdout.contains("flags -O2 -g -O7\npath /user\n"))
        }
    }

    @Test(arguments: [
        ("Not.There>=2", "", "building spam needs 'Not.There>=2'"),
        ("tool", "import ham", "ModuleNotFoundError: No module named 'ham'"),
    ])
    func `what fails isolated is tried once more with all that is installed`(
        required: String, imports: String, reason: String
    ) throws {
        try Script.run(backend: imports + "\n    " + Self.look, requires: [required]) { script in
            let said = try script.bash("sdh_build_wheel . 2>&1")
            #expect(said.status == 0, "\(said)")
            #expect(said.stdout.contains(reason), "\(said)")
            #expect(said.stdout.contains("Once more, with whatever is installed"))
            #expect(said.stdout.contains("tool True\nham True\n"))
            #expect(try script.wheels() == ["spam-1.2-py3-none-any.whl"])
        }
    }

    @Test func `what fails either way is an error`() throws {
        try Script.run(backend: "print('tried'); raise SystemExit('no')") { script in
            let said = try script.bash("sdh_build_wheel .")
            #expect(said.status == 1)
            #expect(said.stdout.ranges(of: "tried\n").count == 2, "\(said)")
            #expect(try script.wheels() == [])
        }
    }

    @Test func `where isolation is asked for, what the store lacks is an error`() throws {
        try Script.run(backend: "print('building')", requires: ["tool", "Not.There>=2"]) {
            script in
            try script.dist.write("kept")
            let said = try script.bash("sdh_build_wheel --build-isolation .")
            #expect(said.status == 1)
            #expect(said.stderr.contains("building spam needs 'Not.There>=2'"), "\(said)")
            #expect(said.stderr.contains("build/pkgs/spam/dependencies"))
            #expect(!said.stdout.contains("building\n"))
            #expect(try script.wheels() == ["kept"])
        }
    }

    @Test func `a failing backend is told, and its output stands before`() throws {
        try Script.run(backend: "raise SystemExit('the backend gives up')") { script in
            let said = try script.bash("sdh_build_wheel . 2>&1")
            #expect(said.status == 1)
            let order = ["the backend gives up", "building spam-1.2.p1 failed", "****", "Error"]
            var rest = said.stdout[...]
            for words in order {
                guard let found = rest.firstRange(of: words) else {
                    Issue.record("no '\(words)' in its place: \(said)")
                    return
                }
                rest = rest[found.upperBound...]
            }
        }
    }

    @Test func `the build has the jobs that the script shares with make`() throws {
        let look = "import os\n    print('flags', os.environ['MAKEFLAGS'])"
        try Script.run(backend: look) { script in
            let said = try script.bash(
                """
                mkfifo pipe; exec 3<>pipe 4<>pipe; printf ++ >&3
                MAKEFLAGS=" -j3 --jobserver-auth=3,4" sdh_build_wheel .
                """)
            let flags = /flags {2}-j3 -- --jobserver-auth=fifo:\/proc\/\d+\/[.\/]*fd\/3\n/
            #expect(said.stdout.contains(flags), "\(said)")
        }
    }

    @Test func `by way of an sdist, the wheel has what the sdist has`() throws {
        let hooks = """
            def build_sdist(directory, config_settings=None):
                import tarfile
                with tarfile.open(os.path.join(directory, "spam-1.2.tar.gz"), "w:gz") as tar:
                    for name in ("NAME", "backend.py", "pyproject.toml", "src/spam.py"):
                        tar.add(name, "spam-1.2/" + name)
                return "spam-1.2.tar.gz"
            """
        try Script.run(hooks: hooks) { script in
            try script.source.write("src/forgotten.py")
            func names(_ options: String) throws -> String {
                let said = try script.bash(
                    "sdh_build_wheel \(options) .; python3 -m zipfile -l dist/*.whl")
                #expect(said.status == 0, "\(said)")
                return said.stdout
            }
            #expect(try names("").contains("forgotten.py"))
            #expect(try !names("--sdist-then-wheel").contains("forgotten.py"))
            #expect(try script.wheels() == ["spam-1.2-py3-none-any.whl", "spam-1.2.tar.gz"])
        }
    }

    @Test func `a staged wheel is only stored; without staging it is installed`() throws {
        try Script.run { script in
            let staged = try script.bash("sdh_pip_install .; echo \"$wheel\"")
            let store = FilePath(script.staging.string + script.distribution.wheels.string)
            let path = store.appending("spam-1.2-py3-none-any.whl")
            #expect(staged.stdout.hasSuffix("\n\(path)\n"), "\(staged)")
            #expect(try status(path)?.kind == .file)
            #expect(try script.distribution.python("import spam").status == 1)
            let direct = try script.bash("sdh_pip_install .", ["SAGE_DESTDIR": ""])
            #expect(direct.status == 0, "\(direct)")
            let version = try script.distribution.python("import spam; print(spam.version)")
            #expect(version.stdout == "1.2\n")
        }
    }

    @Test func `outside of a script it says so`() throws {
        try Distribution.run { distribution in
            let said = try distribution.spkg("helper", "build-wheel")
            #expect(said.status == 1)
            #expect(said.stderr.contains("PKG_BASE is not set"), "\(said)")
        }
    }
}
