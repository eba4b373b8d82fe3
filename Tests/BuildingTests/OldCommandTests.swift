import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Building

/// The commands of `build/bin` that keep their old names and words.
@Suite struct OldCommandTests {
    /// Runs a command of `build/bin` in a distribution that has `pico` at `1.2.p3`; spkg is a
    /// program that says how it is called.
    private func said(
        _ words: [String], _ more: [String: String] = [:]
    ) async throws -> ChildOutput {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder)
            try write(
                fixture.program,
                """
                #!/bin/bash
                echo "spkg $* tree=${SAGE_INST_TREE-} check=${SAGE_CHECK-} logs=${SAGE_LOGS-}"
                """, mode: 0o755)
            let environment = fixture.inherited.merging([
                "SPKG_PROGRAM": fixture.program.string, "SAGE_ROOT": fixture.root.string,
            ]) { $1 }.merging(more) { $1 }
            return try Platform.run(
                [ScriptFixture.binaries.appending(words[0]).string] + words.dropFirst(),
                environment: environment)
        }
    }

    @Test(arguments: [
        ("pico", "install --no-deps -- pico tree= check="),
        ("pico-1.2.p3", "install --no-deps -- pico tree= check="),
        ("pico /a/tree", "install --no-deps -- pico tree=/a/tree check="),
        ("-y -s -k -n -o pico", "install --no-deps --experimental --keep-build --keep-existing"),
        ("-c pico", "install --no-deps -- pico tree= check=yes"),
        ("-w pico", "install --no-deps -- pico tree= check=warn"),
        ("-d -y pico", "download -- pico"),
        ("-b pico", "build -- pico"),
        ("-p --keep-existing pico", "install --no-deps --from-build --keep-existing -- pico"),
        ("-x pico", "check -- pico"),
        ("-e pico", "clean -- pico"),
        ("--info pico", "info -- pico"),
    ])
    func `sage-spkg says it in spkg's words`(words: String, command: String) async throws {
        let said = try await said(["sage-spkg"] + words.split(separator: " ").map(String.init))
        #expect(said.stdout.hasPrefix("spkg \(command)"), "\(said)")
        #expect(said.status == 0)
    }

    @Test(arguments: [
        ("", 0, "usage: sage-spkg"), ("--help", 0, "usage: sage-spkg"),
        ("-z pico", 2, "there is no option -z"),
        ("-d -b pico", 1, "-d and -b are two different things"),
        ("a b c", 1, "not 3 words"), ("-d", 1, "not 0 words"),
        ("./pico", 1, "./pico is a path"),
        ("pico-1.2", 1, "which is pico-1.2.p3"),
        ("other-1", 1, "which is other-none"),
    ])
    func `sage-spkg refuses with the old status`(
        words: String, status: Int, text: String
    ) async throws {
        let said = try await said(["sage-spkg"] + words.split(separator: " ").map(String.init))
        #expect(said.status == status)
        #expect((said.stdout + said.stderr).contains(text), "\(said)")
        #expect(!said.stdout.hasPrefix("spkg "))
    }

    @Test(arguments: [
        (" -Otarget -j4", "make"), ("k -Oline", "make"), (" -- SAGE_SPKG=sage-spkg\\ -n", "make"),
        ("w -- Q=q -n", "make"), (" --no-print-directory -I/n -C nt", "make"), ("", "/not/tq -j"),
        ("X=n", "make -l 2 -f n"), ("", "make --output-sync=target"),
    ])
    func `what only looks like a dry run is none`(flags: String, make: String) async throws {
        let said = try await said(["sage-spkg", "pico"], ["MAKEFLAGS": flags, "MAKE": make])
        #expect(said.stdout.hasPrefix("spkg install"), "\(said)")
    }

    @Test(arguments: [
        ("pico", "uninstall -- pico tree="),
        ("-k -v pico /a/tree", "uninstall --keep-files -- pico tree=/a/tree"),
        ("--keep-files --log-directory /logs pico", "uninstall --keep-files -- pico tree="),
    ])
    func `sage-spkg-uninstall says it in spkg's words`(
        words: String, command: String
    ) async throws {
        let words = words.split(separator: " ").map(String.init)
        let said = try await said(["sage-spkg-uninstall"] + words)
        #expect(said.stdout.hasPrefix("spkg \(command)"), "\(said)")
        if words.contains("/logs") { #expect(said.stdout.hasSuffix("logs=/logs\n")) }
    }

    @Test(arguments: [[], ["-z", "pico"], ["a", "b", "c"], ["--log-directory"]])
    func `sage-spkg-uninstall refuses what it doesn't know`(words: [String]) async throws {
        let said = try await said(["sage-spkg-uninstall"] + words)
        #expect(said.status == 2 && said.stderr.hasPrefix("sage-spkg-uninstall: "), "\(said)")
    }

    @Test func `sage-flock hands everything on`() async throws {
        let said = try await said(["sage-flock", "-x", "/a lock", "true", "-n"])
        #expect(said.stdout.hasPrefix("spkg flock --descriptor -x /a lock true -n "))
    }

    @Test func `spkg is the one that runs the script, or an error says where it should be`()
        async throws
    {
        #expect(try await said(["spkg", "list"]).stdout.hasPrefix("spkg list"))
        let missing = try await said(["spkg", "list"], ["SPKG_PROGRAM": "/no/program"])
        #expect(missing.status == 1 && missing.stderr.contains("/no/program is not there"))
    }

    @Test func `pip runs under the lock, with the wheel store as its only source`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder)
            try fixture.addProgram()
            // A Python in which every module can be imported, as far as is asked here.
            try write(fixture.tree.interpreterLink, "#!/bin/sh\nexit 0\n", mode: 0o755)
            let said = try await fixture.run("sdh_pip_editable_install 'my src'; echo $?")
            let python = fixture.tree.interpreterLink
            let words =
                ["flock", "-x", "\(fixture.tree.pipLock)", "\(python)", "-m", "pip", "--isolated"]
                + ["--no-cache-dir", "--disable-pip-version-check", "install", "--verbose"]
                + ["--no-index", "--find-links", "\(fixture.tree.wheels)", "--no-deps"]
                + ["--no-build-isolation", "--editable", "my src"]
            #expect(said.contains(words.map { "called: \($0)\n" }.joined()), "\(said)")
            let removed = try await fixture.run("sage-pip-uninstall pico")
            #expect(removed.hasSuffix("called: --yes\ncalled: pico\n"))
            // And without pip nothing is tried.
            try write(fixture.tree.interpreterLink, "#!/bin/sh\nexit 1\n", mode: 0o755)
            let failed = try await fixture.failure(of: "sdh_pip_editable_install .")
            #expect(failed.end == .exited(1))
            #expect(try fixture.output().contains("has no pip"))
        }
    }

    @Test func `sage-bootstrap-python finds a Python that is not the tree's`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder)
            try write(fixture.tree.interpreterLink, "#!/bin/sh\necho the tree\n", mode: 0o755)
            try folder.link("linked", to: "local/bin")
            try write(folder.pushing("old/python3"), "#!/bin/sh\nexit 1\n", mode: 0o755)
            var environment = fixture.inherited
            environment["SAGE_LOCAL"] = fixture.tree.root.string
            environment["PATH"] =
                "\(fixture.tree.root)/bin:\(folder)/linked:\(folder)/old:\(inheritedPath["PATH"]!)"
            let command = ScriptFixture.binaries.appending("sage-bootstrap-python").string
            let said = try Platform.run(
                [command, "-c", "import sys; print(*sys.argv[1:])", "two words"],
                environment: environment)
            #expect(said.stdout == "two words\n", "\(said)")
        }
    }
}
