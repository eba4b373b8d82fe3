import Platform
import Support
import SystemPackage
import Testing

/// `sage-spkg` and `sage-spkg-uninstall` as old makefiles and people call them, with the real program
/// behind them. Words and statuses: build/recipes.md, 12 and 15.
@Suite struct SageSpkgTests {
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try add(distribution, "1.0.p1")
            try body(distribution)
        }
    }

    private func add(_ distribution: Distribution, _ version: String) throws {
        try distribution.addScripted(
            "pico", version,
            scripts: [
                "install.in": WeakPointTests.simple + "echo installed >> \"$SAGE_ROOT/story\"\n",
                "check.in": "echo checked >> \"$SAGE_ROOT/story\"; [ ! -e \"$SAGE_ROOT/broken\" ]",
            ], source: ["file": ""])
    }

    private func story(_ distribution: Distribution) throws -> String {
        let path = distribution.root.appending("story")
        let text = try readTextIfPresent(path) ?? ""
        try removeTree(path)
        return text
    }

    @Test(arguments: ["pico", "pico-1.0.p1"])
    func `the record has the version, with it and without it in the name (7.20)`(name: String)
        throws
    {
        try run { distribution throws in
            let said = try distribution.old("sage-spkg", name)
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.spkg("list").stdout == "pico  1.0.p1\n")
            #expect(try distribution.old("sage-spkg-uninstall", "pico").status == 0)
            #expect(try distribution.spkg("list").stdout == "")
        }
    }

    @Test func `the second word is the tree`() throws {
        try run { distribution throws in
            let other = distribution.root.appending("other tree")
            #expect(try distribution.old("sage-spkg", "pico-1.0.p1", other.string).status == 0)
            #expect(try other.text("share/pico") == "1.0\n")
            #expect(try !distribution.local.exists("share/pico"))
            #expect(try distribution.old("sage-spkg-uninstall", "pico").status == 0)
            #expect(try other.exists("share/pico"))
            #expect(try distribution.old("sage-spkg-uninstall", "pico", other.string).status == 0)
            #expect(try !other.exists("share/pico"))
        }
    }

    @Test func `-d downloads, -b stages, -p installs, -x checks, -e erases`() throws {
        try run { distribution throws in
            let build = distribution.local.pushing("var/tmp/sage/build/pico-1.0.p1")
            let download = try distribution.old("sage-spkg", "-d", "pico")
            #expect(download.status == 0, "\(download.stderr)")
            #expect(try !distribution.root.exists("local/var/tmp/sage/build"))

            #expect(try distribution.old("sage-spkg", "-p", "pico").status == 1)
            #expect(try distribution.old("sage-spkg", "-b", "pico").status == 0)
            #expect(try story(distribution) == "installed\n")
            #expect(try status(build)?.kind == .directory)
            #expect(try distribution.spkg("list").stdout == "")

            let post = try distribution.old("sage-spkg", "-p", "pico")
            #expect(post.status == 0, "\(post.stderr)")
            #expect(try story(distribution) == "")
            #expect(try distribution.local.text("share/pico") == "1.0\n")
            #expect(try status(build) == nil)

            #expect(try distribution.old("sage-spkg", "-x", "pico").status == 0)
            #expect(try story(distribution) == "checked\n")
            #expect(try distribution.record("pico-1.0.p1").contains("\"passed\""))

            #expect(try distribution.old("sage-spkg", "-b", "pico").status == 0)
            #expect(try distribution.old("sage-spkg", "-e", "pico").status == 0)
            #expect(try status(build) == nil)
            #expect(try distribution.old("sage-spkg", "-e", "pico").status == 0)
        }
    }

    @Test func `-y, -s, -c and -w`() throws {
        try run { distribution throws in
            try distribution.root.write("build/pkgs/pico/type", "experimental\n")
            #expect(try distribution.old("sage-spkg", "-n", "pico").status == 1)
            try distribution.root.write("broken")
            let fatal = try distribution.old("sage-spkg", "-y", "-c", "pico")
            #expect(fatal.status == 1)
            #expect(try distribution.spkg("list").stdout == "")
            let warned = try distribution.old("sage-spkg", "-y", "-w", "-s", "pico")
            #expect(warned.status == 0, "\(warned.stderr)")
            #expect(warned.stderr.contains("tests failed"))
            #expect(try distribution.record("pico-1.0.p1").contains("\"failed\""))
            #expect(try distribution.local.exists("var/tmp/sage/build/pico-1.0.p1"))
        }
    }

    @Test func `-k leaves what the new version hasn't, and it stays recorded as nobody's`() throws {
        try Distribution.run { distribution in
            for (version, file) in [("1.0", "one"), ("2.0", "two")] {
                try distribution.addScripted(
                    "pico", version,
                    scripts: [
                        "install.in":
                            "touch \(file); sdh_install \(file) \"$SAGE_INST_LOCAL/share\""
                    ])
                #expect(try distribution.old("sage-spkg", "-k", "pico").status == 0)
            }
            #expect(
                try distribution.local.pushing("share").listing().keys.sorted() == ["one", "two"])
            #expect(try distribution.spkg("list").stdout == "pico  2.0\n")
            #expect(try distribution.spkg("owner", "local/share/one").status == 1)
        }
    }

    @Test(arguments: [
        ("-d -b pico", 1), ("-q pico", 2), ("pico-1.0", 1), ("a/pico", 1), ("a b c", 1),
    ])
    func `wrong calls have the old statuses and do nothing`(words: String, status: Int) throws {
        try run { distribution throws in
            let words = words.split(separator: " ").map(String.init)
            let said = try distribution.said(
                [Distribution.helpers.appending("sage-spkg").string] + words,
                ["SPKG_PROGRAM": Distribution.program.string])
            #expect(said.status == status)
            #expect(try !distribution.root.exists("local"))
        }
    }

    @Test func `19: a dry run does nothing, and -Otarget and a word behind -- are none`() throws {
        try run { distribution throws in
            for (flags, status) in [("n", 0), ("kn -j4", 0), ("t", 0), ("q", 1)] {
                let said = try distribution.old(
                    "sage-spkg", "pico", environment: ["MAKEFLAGS": flags])
                #expect(said.status == status)
                #expect(try story(distribution) == "")
            }
            for flags in [" -Otarget", "k -Oline", " -- SAGE_SPKG=sage-spkg\\ -n"] {
                try distribution.root.write("build/pkgs/pico/note", flags)
                let said = try distribution.old(
                    "sage-spkg", "pico", environment: ["MAKEFLAGS": flags])
                #expect(said.status == 0, "\(said.stderr)")
                #expect(try story(distribution) == "installed\n")
            }
        }
    }

    @Test func `19: so it is by make itself`() throws {
        try run { distribution throws in
            try distribution.root.write(
                "Makefile", "pico:\n\t+@\"$(SAGE_SPKG)\" pico-1.0.p1\n")
            func make(_ words: String...) throws -> Int {
                try distribution.said(
                    ["make"] + words + ["SAGE_SPKG=\(Distribution.helpers)/sage-spkg"],
                    ["SPKG_PROGRAM": Distribution.program.string]
                ).status
            }
            #expect(try make("-n") == 0)
            #expect(try make("-t", "-k") == 0)
            #expect(try make("-q") != 0)
            #expect(try story(distribution) == "")
            #expect(try make("-j2", "-Otarget") == 0)
            #expect(try story(distribution) == "installed\n")
        }
    }

    @Test func `sage-spkg-uninstall forgets with -k, and twice is fine`() throws {
        try run { distribution throws in
            #expect(try distribution.old("sage-spkg", "pico").status == 0)
            let logs = distribution.root.appending("other logs").string
            let said = try distribution.old(
                "sage-spkg-uninstall", "-v", "--keep-files", "--log-directory", logs, "pico")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.local.exists("share/pico"))
            #expect(try distribution.spkg("list").stdout == "")
            #expect(try distribution.old("sage-spkg-uninstall", "pico").status == 0)
        }
    }

    @Test func `a recipe's script finds sage-spkg-uninstall on its PATH`() throws {
        try run { distribution throws in
            try distribution.addScripted(
                "gcc",
                scripts: ["preinst.in": "sage-spkg-uninstall --keep-files pico", "install.in": ""])
            #expect(try distribution.old("sage-spkg", "pico").status == 0)
            try distribution.install("gcc")
            #expect(try distribution.spkg("list").stdout == "gcc  1.0\n")
            #expect(try distribution.local.exists("share/pico"))
        }
    }
}
