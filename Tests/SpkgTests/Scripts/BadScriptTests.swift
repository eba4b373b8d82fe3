import Platform
import Support
import SystemPackage
import Testing

/// Scripts and recipes that misbehave: one clear error or one clear note, and a tree that is whole.
@Suite struct BadScriptTests {
    /// Installs 1.0 of `pico`, exchanges its script, and gives what installing 2.0 says.
    ///
    /// - Parameter fails: whether it must fail, and leave the tree as it was.
    private func upgrade(
        to script: String, fails: Bool = true, source: [String: String]? = nil,
        _ check: (Distribution, Distribution.Said) throws -> Void
    ) throws {
        try Distribution.run { distribution in
            try distribution.addScripted("pico", scripts: ["install.in": WeakPointTests.simple])
            try distribution.install("pico")
            let before = try distribution.tree()
            try distribution.addScripted(
                "pico", "2.0", scripts: ["install.in": script], source: source)
            let said = try distribution.spkg("install", "pico")
            #expect(said.status == (fails ? 1 : 0), "\(said.stderr)")
            #expect(try distribution.changes(since: before).isEmpty == fails)
            #expect(try distribution.litter() == [])
            #expect(
                said.stderr.split(separator: "\n").filter { $0.hasPrefix("error:") }.count
                    == (fails ? 1 : 0))
            try check(distribution, said)
        }
    }

    @Test func `ends well and stages nothing though it has an archive: that is told`() throws {
        try upgrade(to: "cd src", fails: false, source: ["file": ""]) { distribution, said throws in
            #expect(said.stderr.contains("installed no file"), "\(said.stderr)")
            #expect(try !distribution.local.exists("share/pico"))
            #expect(try distribution.spkg("list").stdout == "pico  2.0\n")
        }
    }

    @Test(arguments: ["KILL", "SEGV"])
    func `is ended by a signal`(signal: String) throws {
        try upgrade(to: "\(WeakPointTests.simple)kill -\(signal) $$\nsleep 600") { _, said in
            #expect(said.stderr.contains("spkg-install"), "\(said.stderr)")
            #expect(said.stderr.contains("signal"), "\(said.stderr)")
        }
    }

    @Test func `leaves a process behind that goes on writing`() throws {
        // The script gives its own number to the process: ended with the group, or not at all.
        try upgrade(
            to: WeakPointTests.simple
                + "(trap '' HUP; while :; do sleep 1; done) > /dev/null 2>&1 &\necho $! > \"$SAGE_ROOT/left\"",
            fails: false
        ) { distribution, _ throws in
            let left = try distribution.bash(
                "kill -0 \"$(cat left)\" 2> /dev/null && echo alive || echo gone")
            #expect(left.stdout == "gone\n")
        }
    }

    @Test func `asks on stdin: there is nobody`() throws {
        try upgrade(
            to: "read -r -p 'Really? ' answer || echo nobody > \"$SAGE_ROOT/seen\"; cat\n"
                + WeakPointTests.simple, fails: false
        ) { distribution, _ throws in
            #expect(try distribution.root.text("seen") == "nobody\n")
        }
    }

    @Test func `asks at the terminal: there is none`() throws {
        try upgrade(to: "set -e; read -r answer < /dev/tty") { _, said in
            #expect(said.stderr.contains("/dev/tty"), "\(said.stderr)")
        }
    }

    @Test(arguments: [
        "mkfifo",
        "python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])'",
    ])
    func `stages what can't be installed`(command: String) throws {
        try upgrade(
            to: "cd \"$SAGE_DESTDIR_LOCAL\"; mkdir share; cd share; \(command) odd"
        ) { _, said in
            #expect(said.stderr.contains("odd"), "\(said.stderr)")
        }
    }

    @Test func `stages a file where the tree has a folder, and a folder where it has a file`()
        throws
    {
        try upgrade(
            to:
                "echo > \"$SAGE_DESTDIR_LOCAL/share\"; mkdir -p \"$SAGE_DESTDIR_LOCAL/pyvenv.cfg/x\"; echo > \"$SAGE_DESTDIR_LOCAL/pyvenv.cfg/x/y\""
        ) { _, said in
            #expect(said.stderr.contains("pyvenv.cfg"), "\(said.stderr)")
        }
    }

    @Test func `stages links that lead out: they are links, and nothing is followed`() throws {
        try upgrade(
            to: """
                mkdir "$SAGE_DESTDIR_LOCAL/share" "$SAGE_ROOT/outside"
                ln -s "$SAGE_ROOT/outside" "$SAGE_DESTDIR_LOCAL/share/out"
                ln -s ../../../../../../etc/passwd "$SAGE_DESTDIR_LOCAL/share/passwd"
                """, fails: false
        ) { distribution, _ throws in
            #expect(try status(distribution.local.pushing("share/out"))?.kind == .link)
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try distribution.root.exists("outside"))
        }
    }

    @Test func `removes the staging folder`() throws {
        try upgrade(to: "rm -rf \"$SAGE_DESTDIR\"", fails: false) { distribution, _ throws in
            #expect(try distribution.spkg("list").stdout == "pico  2.0\n")
        }
    }

    @Test func `removes the build folder`() throws {
        try upgrade(to: "rm -rf \"$SAGE_BUILD_DIR\"; exit 1") { _, said in
            #expect(said.stderr.contains("spkg-install"), "\(said.stderr)")
        }
    }

    @Test func `fails in a pipe`() throws {
        try upgrade(to: "sdh_make -C nowhere 2>&1 | cat\n" + WeakPointTests.simple) { _, said in
            #expect(said.stderr.contains("inside a pipe"), "\(said.stderr)")
        }
    }

    @Test func `has a status of its own: the message names it`() throws {
        try upgrade(to: "exit 42") { _, said in
            #expect(said.stderr.contains("42"), "\(said.stderr)")
        }
    }

    @Test func `writes no UTF-8 and no newline, and much of it`() throws {
        try upgrade(
            to:
                "head -c 300000 /dev/zero | tr '\\0' '\\377'; printf '\\nerror: \\377 decisive'; exit 1"
        ) { _, said in
            #expect(said.stderr.contains("decisive"))
        }
    }

    @Test func `a recipe that can't be read`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted("pico", scripts: ["install.in": WeakPointTests.simple])
            try distribution.install("pico")
            let before = try distribution.tree()
            try distribution.addScripted(
                "pico", "2.0", scripts: ["install.in": WeakPointTests.simple],
                files: ["patches/a.patch": ""])
            let recipe = distribution.root.pushing("build/pkgs/pico")
            for (path, mode) in [
                (recipe, "0"), (recipe.appending("spkg-install.in"), "0"),
                (recipe.appending("package-version.txt"), "0"), (recipe.appending("patches"), "0"),
            ] {
                try distribution.bash("chmod \(mode) \"$IT\"", ["IT": path.string]).expectSuccess()
                let said = try distribution.meekly("install", "pico")
                try distribution.bash("chmod 755 \"$IT\"", ["IT": path.string]).expectSuccess()
                #expect(said.status == 1)
                #expect(said.stderr.contains("Permission denied"), "\(said.stderr)")
                #expect(said.stderr.contains(path.string), "\(said.stderr)")
                #expect(try distribution.changes(since: before) == [])
            }
            #expect(try distribution.meekly("install", "pico").status == 0)
        }
    }

    @Test func `a patch that doesn't fit`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", scripts: ["install.in": "false"],
                files: ["patches/b.patch": "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-other\n+new\n"],
                source: ["file": "old\n"])
            let said = try distribution.spkg("install", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("patches/b.patch"), "\(said.stderr)")
        }
    }

    @Test func `a setting that means nothing`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted("pico", scripts: ["install.in": WeakPointTests.simple])
            let said = try distribution.spkg(
                "install", "pico", environment: ["SAGE_CHECK": "maybe"])
            #expect(said.status == 1)
            #expect(said.stderr.contains("SAGE_CHECK is 'maybe'"), "\(said.stderr)")
        }
    }
}
