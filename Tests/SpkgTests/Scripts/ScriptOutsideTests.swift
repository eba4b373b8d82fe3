import Platform
import Support
import SystemPackage
import Testing

/// Scripts that reach for what is not theirs: the terminal, locks of their ancestors, the repository
/// around them, the user's settings.
@Suite struct ScriptOutsideTests {
    @Test func `a script that reads the terminal gets an error and goes on`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share"
                    if read -r answer < /dev/tty; then echo asked; else echo alone; fi \\
                        > "$SAGE_DESTDIR_LOCAL/share/pico"

                    """
                ])
            let program = """
                import os, pty, sys
                sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
                """
            let said = try distribution.said(
                ["timeout", "30", "python3", "-c", program, Distribution.program.string]
                    + ["install", "pico"], [:])
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.local.text("share/pico") == "alone\n")
        }
    }

    @Test(arguments: ["pico", "needs_pico"])
    func `a script that installs its own package, or one that needs it, fails at once`(
        name: String
    ) throws {
        try Distribution.run { distribution in
            try distribution.addScripted("pico", scripts: ["install.in": "spkg install \(name)\n"])
            try distribution.addScripted(
                "needs_pico", scripts: ["install.in": "true\n"], dependencies: "pico")
            let said = try distribution.said(
                ["timeout", "60", Distribution.program.string, "install", "pico"], [:])
            #expect(said.status == 1, "\(said)")
            #expect(said.stderr.contains("which waits for this command"), "\(said)")
            #expect(said.stderr.contains("a script can't install its own package"))
            #expect(try distribution.litter() == [])
        }
    }

    @Test func `a command that holds the pip lock can't run what takes it`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            try distribution.add("ham", "2.0")
            let said = try distribution.bash(
                #"timeout 60 "$SPKG" flock -x local/var/lock/pip3.lock "$SPKG" install ham"#)
            #expect(said.status == 1)
            #expect(said.stderr.contains("neither would ever end"), "\(said)")
            #expect(try distribution.record("ham-1.0") != "")
        }
    }

    @Test func `git finds no repository around the build folder, and one in it`() throws {
        try Distribution.run { distribution in
            let ask = """
                { git describe --tags --always 2>/dev/null || echo none; }
                """
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share"; to=$SAGE_DESTDIR_LOCAL/share/pico
                    \(ask) > "$to"; cd src; \(ask) >> "$to"
                    git init -q .; git -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
                    git tag own; \(ask) >> "$to"

                    """
                ], source: ["file": ""])
            let said = try distribution.bash(
                """
                git init -q .; git -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
                git tag outer; GIT_DIR=$PWD/.git "$SPKG" install pico
                """)
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.local.text("share/pico") == "none\nnone\nown\n")
        }
    }
}
