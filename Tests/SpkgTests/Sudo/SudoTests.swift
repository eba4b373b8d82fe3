import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// A tree of root's, a user who may use sudo, real sudo. `.ci/run` makes the user and says so in
/// SPKG_TEST_USER; the tests themselves must run as root to look at everything.
@Suite(
    .enabled(
        if: sudoUser != nil,
        "set SPKG_TEST_USER to a user with a NOPASSWD line, and run as root"))
struct SudoTests {
    /// Two wheels, one of which needs the other.
    private func addWheels(_ distribution: Distribution) throws {
        for (name, needs) in [("alpha", ""), ("beta", "alpha")] {
            var wheel = WheelBuilder(name)
            try makeDirectories(distribution.root.appending("upstream"))
            wheel.add("\(name)/__init__.py", "version = '1.0'\n")
            wheel.add("\(wheel.dataFolder)/scripts/\(name)-tool", "#!python\nprint('tool')\n")
            let path = try wheel.write(in: distribution.root.appending("upstream"))
            try distribution.addRecipe(name, "1.0", archive: path, dependencies: needs)
            try distribution.root.write(
                FilePath("build/pkgs/\(name)/version_requirements.txt"), "\(name)\n")
        }
    }

    @Test func `wheels and scripted packages install, upgrade and uninstall in root's tree`() throws
    {
        try SudoSample.run { sample in
            let distribution = sample.distribution
            try addWheels(distribution)
            try distribution.addProgram("1.0")
            try sample.handOver()
            let installed = try sample.spkg("install", "beta", "hello")
            #expect(installed.status == 0, "\(installed.stderr)")
            #expect(!installed.stderr.contains("does not match"))
            #expect(try sample.strangers() == "")
            // Scripts name the tree, not the place where they were staged.
            let tool = try distribution.local.text("bin/beta-tool")
            #expect(tool.contains("\(distribution.local)/bin/python3"))
            #expect(
                try distribution.said([distribution.local.string + "/bin/hello"], [:]).status == 0)
            #expect(try sample.spkg("verify").status == 0)

            try distribution.addProgram("1.1")
            try sample.handOver()
            #expect(try sample.spkg("install", "hello").status == 0)
            #expect(
                try distribution.said([distribution.local.string + "/bin/hello"], [:]).stdout
                    == "hello 1.1\n")
            #expect(try sample.strangers() == "")
            #expect(try sample.spkg("verify").status == 0)

            #expect(try sample.spkg("uninstall", "hello", "beta", "alpha").status == 0)
            #expect(try !distribution.local.exists("bin/hello"))
            #expect(try distribution.wheels.listing().keys.allSatisfy { !$0.hasSuffix(".whl") })
            #expect(try sample.strangers() == "")

            // Nothing but spkg itself, and the package's own scripts, ran with those rights.
            let commands = try readText(sample.log).split(separator: "\n")
            #expect(!commands.isEmpty)
            #expect(commands.allSatisfy { $0.contains("spkg merge") })
        }
    }

    @Test func `numpy from its stored wheel runs for the user, and belongs to root`() throws {
        let wheels = projectFolder.pushing(".build/wheels-for-tests")
        let name = try #require(
            try Directory(opening: wheels).entries().map(\.name)
                .first { $0.string.hasPrefix("numpy-") }, "make test brings it")
        try SudoSample.run { sample in
            let distribution = sample.distribution
            let upstream = distribution.root.appending("upstream")
            try makeDirectories(upstream)
            let archive = upstream.appending(name)
            try copyFile(wheels.appending(name), to: archive)
            let version = String(name.string.split(separator: "-")[1])
            try distribution.addRecipe("numpy", version, archive: archive)
            try distribution.root.write(
                "build/pkgs/numpy/version_requirements.txt", "numpy\n")
            try sample.handOver()
            let installed = try sample.spkg("install", "numpy")
            #expect(installed.status == 0, "\(installed.stderr)")
            #expect(try sample.strangers() == "")
            let python = distribution.local.appending("bin/python3").string
            let said = try sample.asUser([
                python, "-B", "-c", "import numpy; print(numpy.__version__, numpy.ones(3).sum())",
            ])
            #expect(said.stdout == "\(version) 3.0\n", "\(said.stderr)")
            let tool = try sample.asUser([
                distribution.local.appending("bin/f2py").string, "-v",
            ])
            #expect(tool.stdout.hasPrefix(version), "\(tool.stderr)")
            #expect(try sample.spkg("verify").status == 0)
            #expect(try sample.spkg("uninstall", "numpy").status == 0)
            #expect(try !distribution.site.exists("numpy"))
        }
    }

    @Test func `sudo that refuses leaves the tree as it was`() throws {
        try SudoSample.run { sample in
            try sample.distribution.addProgram("1.0")
            try sample.handOver()
            #expect(try sample.spkg("install", "hello").status == 0)
            let before = try sample.distribution.tree()
            try sample.distribution.addProgram("1.1")
            try sample.handOver()
            let said = try sample.spkg("install", "hello", sudo: "/bin/false")
            #expect(said.status == 1)
            #expect(said.stderr.contains("/bin/false"))
            #expect(said.stderr.contains("nothing in the tree was changed"))
            #expect(try sample.distribution.tree() == before)
        }
    }

    @Test func `without SAGE_SUDO a tree of root's is an error that names it`() throws {
        try SudoSample.run { sample in
            try sample.distribution.addProgram("1.0")
            try sample.handOver()
            let said = try sample.asUser(
                ["env", "-u", "SAGE_SUDO", sample.program.string, "install", "hello"])
            #expect(said.status == 1)
            #expect(said.stderr.contains(sample.distribution.local.string))
            #expect(try sample.distribution.tree() == [:])
        }
    }

    @Test func `a user who exchanges stage folders for links gains nothing`() throws {
        try SudoSample.run { sample in
            let root = sample.distribution.root
            try root.write("secret/key", "secret of root")
            chmod(root.appending("secret").string, 0o700)
            for number in 0..<300 { try root.write(FilePath("stage/share/x/f\(number)"), "mine") }
            try sample.handOver()
            #expect(try sample.asRoot(["chown", "-R", "root", "\(root)/secret"]).status == 0)
            // Exchanges a folder of the stage, and the stage itself, for links while merges run.
            let script = """
                cd '\(root)'
                ln -s '\(root)/secret' away
                (while :; do
                    mv stage/share/x stage/share/y; ln -s '\(root)/secret' stage/share/x
                    rm stage/share/x; mv stage/share/y stage/share/x
                    mv stage real; mv away stage; mv stage away; mv real stage
                done) 2>/dev/null & swapper=$!
                for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
                    sudo -E '\(sample.program)' merge --owner $(id -u) stage local/$round
                done >/dev/null 2>&1
                kill $swapper
                """
            _ = try sample.asUser(["bash", "-c", script])
            let found = try sample.asRoot(["grep", "-r", "secret of root", "\(root)/local"])
            #expect(found.stdout == "")
            #expect(try sample.strangers() == "")
            #expect(try readText(root.pushing("secret/key")) == "secret of root")
        }
    }

    @Test func `a stage of somebody else's is refused`() throws {
        try SudoSample.run { sample in
            let root = sample.distribution.root
            try root.write("stage/file", "root's")
            let said = try sample.asUser([
                "sudo", "-E", sample.program.string, "merge", "--owner", "4711", "\(root)/stage",
                "\(root)/local",
            ])
            #expect(said.status == 1)
            #expect(said.stderr.contains("4711"))
            #expect(try sample.distribution.tree() == [:])
        }
    }
}
