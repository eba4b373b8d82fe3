import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// Failures of older machinery that have names. Each is played at the moment at which it happened:
/// real readers and builds run between any two calls of the program under the lock, and real writers
/// come to the lock together.
@Suite struct NamedRaceTests {
    // MARK: Two writers

    @Test func `two packages that share backports/__init__.py, installed at the same moment`()
        throws
    {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            let wheels = try ["one", "two"].map { name in
                var wheel = WheelBuilder("backports_\(name)", "1.0")
                wheel.add(
                    "backports/__init__.py",
                    "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n")
                wheel.add("backports/\(name).py", "name = '\(name)'\n")
                return try wheel.write(in: distribution.root)
            }
            let said = try distribution.together(
                wheels.map {
                    ["wheel", "install", "--tree", distribution.local.string, $0.string]
                })
            // The same bytes: the file is both's.
            #expect(said.map(\.status) == [0, 0], "\(said)")
            for name in ["one", "two"] {
                let found = try distribution.python(
                    "import backports.\(name), importlib.metadata as m; m.version('backports_\(name)')"
                )
                #expect(found.status == 0, "\(found)")
            }
            #expect(try distribution.litter() == [])
        }
    }

    // MARK: A build beside an install

    @Test(arguments: [Scenario.upgrade, .plain, .uninstall])
    func `a build that byte-compiles while another package is installed`(scenario: Scenario) throws
    {
        try Distribution.run { distribution in
            let workshop = try FaultHarness(scenario, in: distribution)
            let site = "local/lib/python\(pythonVersion)/site-packages"
            let compile = "local/bin/python3 -m compileall -q \(site) >>compiled 2>&1"
            let (said, _) = try workshop.run(Fault(.run(compile), at: 0, from: Scenario.lock))
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.root.text("compiled") == "")
            let tree = try distribution.snapshot().filter { !$0.key.contains("__pycache__") }
            #expect(tree == workshop.new, "\(differences(tree, workshop.new))")
            #expect(try distribution.litter() == [])

            // And byte code of what is gone doesn't stay for ever.
            try distribution.installWheel("1.0")
            try distribution.expectDone(
                "wheel", "uninstall", "--tree", distribution.local.string, "spam")
            let left = try distribution.site.listing().filter {
                $0.key.contains("spam") || $0.key.contains("single")
            }
            #expect(left == [:])
        }
    }

    // MARK: Readers

    @Test func `setuptools_scm's entry points seen before its code`() throws {
        try expectSound { version, wheel in
            wheel.name = "setuptools_scm"
            wheel.distInfo = "setuptools_scm-\(version).dist-info"
            wheel.add("setuptools_scm/__init__.py", "version = '\(version)'\n")
            wheel.add("setuptools_scm/integration.py", "def infer_version(dist): pass\n")
            wheel.entryPointsText = """
                [setuptools.finalize_distribution_options]
                setuptools_scm = setuptools_scm.integration:infer_version
                [console_scripts]
                setuptools-scm = setuptools_scm.integration:infer_version

                """
        }
    }

    @Test func `an egg-info before its package`() throws {
        try expectSound { version, wheel in
            wheel.name = "legacy"
            wheel.distInfo = "legacy-\(version).dist-info"
            wheel.add("legacy_code/__init__.py", "version = '\(version)'\n")
            let info = "legacy_code-\(version)-py\(pythonVersion).egg-info"
            wheel.add("\(info)/PKG-INFO", "Name: legacy_code\nVersion: \(version)\n")
            wheel.add("\(info)/top_level.txt", "legacy_code\n")
        }
    }

    @Test func `a .pth before what it imports`() throws {
        try expectSound { version, wheel in
            wheel.name = "hooked"
            wheel.distInfo = "hooked-\(version).dist-info"
            wheel.add("hooked.pth", "import zz_hook\n")
            wheel.add("zz_hook.py", "version = '\(version)'\n")
        }
    }

    /// Installs version 1.0, upgrades to 2.0 and uninstalls; between any two calls under the lock a
    /// fresh interpreter loads every entry point and every module that some metadata promises.
    private func expectSound(_ fill: (String, inout WheelBuilder) -> Void) throws {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            try distribution.root.write("look.py", Self.look)
            let tree = distribution.local.string
            var commands: [[String]] = []
            for version in ["1.0", "2.0"] {
                var wheel = WheelBuilder("x", version)
                fill(version, &wheel)
                let path = try wheel.write(in: distribution.root)
                commands.append(["wheel", "install", "--tree", tree, path.string])
            }
            commands.append([
                "wheel", "uninstall", "--tree", tree, "setuptools-scm", "legacy", "hooked",
            ])
            for hasRenameFlags in [true, false] {
                for command in commands {
                    let log = distribution.root.appending("calls.log")
                    let look = Fault(
                        .run("local/bin/python3 -B look.py >>looks 2>>troubles"), at: 0,
                        from: Scenario.lock)
                    let said = try distribution.said(
                        [Distribution.program.string] + command,
                        Fault.environment(
                            look, in: Distribution.program, log: log,
                            hasRenameFlags: hasRenameFlags))
                    #expect(said.status == 0, "\(said.stderr)")
                    #expect(try distribution.root.text("troubles") == "", "\(command)")
                }
            }
            // All states were looked at.
            let looks = Set(try distribution.root.text("looks").split(separator: "\n"))
            #expect(looks == ["none", "1.0", "2.0"], "\(looks)")
        }
    }

    private static let look = """
        import importlib, importlib.metadata, sys
        seen = {"none"}
        for distribution in importlib.metadata.distributions():
            for top in (distribution.read_text("top_level.txt") or "").split():
                importlib.import_module(top)
            for point in distribution.entry_points:
                point.load()
            seen.add(distribution.version)
        print(max(seen - {"none"}) if len(seen) > 1 else "none")
        """

    // MARK: What is in the way

    @Test func `lib64 → lib in the tree, lib64 in the package`() throws {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            let lib64 = distribution.local.appending("lib64")
            if try status(lib64) == nil { try distribution.local.link("lib64", to: "lib") }
            let before = try distribution.snapshot()
            for version in ["1.0", "2.0"] {
                var wheel = WheelBuilder("spam", version)
                wheel.add("\(wheel.dataFolder)/data/lib64/libspam.so.\(version)", version)
                wheel.add("\(wheel.dataFolder)/data/lib64/pkgconfig/spam.pc", version)
                let path = try wheel.write(in: distribution.root)
                try distribution.expectDone(
                    "wheel", "install", "--tree", distribution.local.string, path.string)
                #expect(try status(lib64)?.kind == .link)
                #expect(try distribution.local.text("lib/pkgconfig/spam.pc") == version)
                #expect(
                    try distribution.local.text(FilePath("lib64/libspam.so.\(version)")) == version)
            }
            #expect(try !distribution.local.exists("lib/libspam.so.1.0"))
            try distribution.expectDone(
                "wheel", "uninstall", "--tree", distribution.local.string, "spam")
            let tree = try distribution.snapshot()
            #expect(tree.filter { !$0.key.hasPrefix("var") } == before)
        }
    }

    private static let somebody = [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
    ]

    private static let commonPython: String? = [realPython, "/usr/bin/python3"].first { python in
        let ask = "import sys; print('%d.%d' % sys.version_info[:2], end='')"
        // By way of a shell: setpriv's own exec still has root's capabilities.
        let said = try? run(
            somebody + ["sh", "-c", "\"$0\" -c \"$1\"", python, ask],
            environment: ["PATH": inherited("PATH") ?? ""])
        return said?.status == 0 && said?.stdout == pythonVersion
    }

    /// By somebody who is not root: root is stopped by no mode.
    @Test(
        .enabled(
            if: Self.commonPython != nil,
            "needs root to become somebody else, and a Python that everybody may run"))
    func `read-only files in the way`() throws {
        let python = try #require(Self.commonPython)
        try Distribution.run { distribution in
            try distribution.makeEnvironment(of: python)
            try distribution.installWheel("1.0")
            let path = try distribution.wheel("2.0").write(in: distribution.root)
            let prepare = """
                chmod 755 . && find local/[a-u]* -type f -exec chmod a-w {} + && chown -R 65534:65534 .
                """
            try #require(try distribution.said(["sh", "-c", prepare], [:]).status == 0)
            for command in [
                ["wheel", "install", "--tree", distribution.local.string, path.string],
                ["wheel", "uninstall", "--tree", distribution.local.string, "spam"],
            ] {
                let said = try distribution.said(
                    Self.somebody + [Distribution.program.string] + command, [:])
                #expect(said.status == 0, "\(said.stderr)")
                #expect(try distribution.litter() == [])
            }
            #expect(try distribution.site.listing().keys.filter { $0.contains("spam") } == [])
        }
    }
}

extension Distribution {
    /// Runs several `spkg` commands that come to the pip lock at the same moment: it is held until
    /// each of them has said that it waits.
    func together(_ commands: [[String]]) throws -> [Said] {
        let driver = """
            import fcntl, json, os, subprocess, sys
            commands = json.loads(sys.argv[1])
            os.makedirs("local/var/lock", exist_ok=True)
            lock = open("local/var/lock/pip3.lock", "a")
            fcntl.flock(lock, fcntl.LOCK_EX)
            running = [
                subprocess.Popen(c, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                for c in commands]
            first = [process.stderr.readline() for process in running]
            assert all("waiting for" in line for line in first), first
            lock.close()
            for number, process in enumerate(running):
                out, err = process.communicate()
                for end, text in (("status", str(process.returncode)), ("out", out), ("err", err)):
                    with open(f"together-{number}.{end}", "w") as file:
                        file.write(text)
            """
        let words = commands.map { command in
            "[" + ([Self.program.string] + command).map { "\"\($0)\"" }.joined(separator: ",") + "]"
        }
        let done = try said(
            ["python3", "-c", driver, "[\(words.joined(separator: ","))]"],
            // Whoever starts them holds the lock: without a limit they would refuse to wait.
            ["SPKG_LOCK_TIMEOUT": "60"])
        guard done.status == 0 else { throw Undone(said: done) }
        return try commands.indices.map { number in
            Said(
                status: Int(try root.text(FilePath("together-\(number).status"))) ?? -1,
                stdout: try root.text(FilePath("together-\(number).out")),
                stderr: try root.text(FilePath("together-\(number).err")))
        }
    }
}
