import Platform
import Support
import SystemPackage
import Testing

/// A package in C that its recipe's scripts build, through its whole life.
/// Numbers are of build/recipes.md, 16.
@Suite struct ScriptedPackageTests {
    /// Scripts that tell what they do, and what of the tree they see, in `story`.
    private static func scripts(_ more: [String: String] = [:]) -> [String: String] {
        var scripts: [String: String] = [:]
        let tell = """
            tell() {
                there=$("$SAGE_LOCAL/bin/pico" 2> /dev/null) || there=none
                echo "$1 $PKG_VER, there: $there" >> "$SAGE_ROOT/story"
            }

            """
        for name in ["preinst", "postinst", "prerm", "postrm"] {
            scripts["\(name).in"] = tell + "tell \(name)\n"
        }
        scripts["build.in"] = tell + "tell build\ncd src\nsdh_configure\nsdh_make\n"
        scripts["install.in"] = tell + "tell install\ncd src\nsdh_make_install\n"
        scripts["check.in"] = tell + "tell check\ncd src && sdh_make_check\n"
        return scripts.merging(more) { $1 }
    }

    private func add(
        _ distribution: Distribution, _ version: String, _ more: [String: String] = [:],
        prints: String? = nil
    ) throws {
        try distribution.addScripted(
            "pico", version, scripts: Self.scripts(more),
            source: PicoSource.files(version: prints ?? version))
    }

    private func story(_ distribution: Distribution) throws -> [String] {
        let path = distribution.root.appending("story")
        let lines = try readTextIfPresent(path) ?? ""
        try removeTree(path)
        return lines.split(separator: "\n").map(String.init)
    }

    private func pico(_ distribution: Distribution) throws -> String {
        try distribution.said([distribution.local.pushing("bin/pico").string], [:]).stdout
    }

    private static let files = [
        "bin/pico", "include/pico.h", "lib/libpico.so", "lib/libpico.so.1", "lib/pico/plugin.so",
    ]

    @Test func `installed, upgraded, reinstalled and uninstalled, the old one stays to the end`()
        throws
    {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            let before = try distribution.tree()
            try add(distribution, "1.0")
            try distribution.install("pico")
            #expect(
                try story(distribution) == [
                    "preinst 1.0, there: none", "build 1.0, there: none",
                    "install 1.0, there: none", "postinst 1.0, there: 1.0",
                ])
            let new = try distribution.content().filter { before[$0.key] == nil }
            #expect(
                new.filter { !$0.value.hasPrefix("folder") }.keys.sorted() == Self.files,
                "27: no .la file at any depth, and lib64 is lib")
            #expect(try pico(distribution) == "1.0\n")
            #expect(try distribution.litter() == [])
            #expect(try distribution.bash("ls \"$TREE/var/tmp/sage/build\"").stdout == "")

            try add(distribution, "2.0")
            try distribution.install("pico")
            #expect(
                try story(distribution) == [
                    "preinst 2.0, there: 1.0", "build 2.0, there: 1.0",
                    "install 2.0, there: 1.0", "postinst 2.0, there: 2.0",
                ])
            #expect(try pico(distribution) == "2.0\n")
            #expect(try distribution.spkg("list").stdout == "ham   1.0\npico  2.0\n")

            try distribution.install("pico")
            #expect(try story(distribution) == [])
            try distribution.bash("rm \"$TREE/var/lib/sage/installed/pico-2.0\"").expectSuccess()
            try distribution.install("--overwrite", "pico")
            #expect(try story(distribution).count == 4)

            let said = try distribution.spkg("uninstall", "pico")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(
                try story(distribution) == ["prerm 2.0, there: 2.0", "postrm 2.0, there: none"])
            #expect(try distribution.changes(since: before) == [])
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    @Test func `1: a build that fails leaves the old version, and its folder`() throws {
        try Distribution.run { distribution in
            try add(distribution, "1.0")
            try distribution.install("pico")
            let before = try distribution.tree()
            for (script, text) in [
                ("preinst.in", "exit 3"), ("build.in", "cd src && sdh_make no-such-target"),
                ("install.in", "echo staging > \"$SAGE_DESTDIR_LOCAL/file\"; false"),
            ] {
                try add(distribution, "2.0", [script: text])
                let said = try distribution.spkg("install", "pico")
                #expect(said.status == 1)
                let phase = script.dropLast(3)
                #expect(said.stderr.contains("spkg-\(phase) "), "\(said.stderr)")
                #expect(said.stderr.contains("spkg shell pico"))
                #expect(try distribution.changes(since: before) == [])
                #expect(
                    try distribution.local.exists(
                        FilePath("var/tmp/sage/build/pico-2.0/spkg-\(phase)")))
            }
            let shell = try distribution.said(
                [Distribution.program.string, "shell", "pico"],
                ["SHELL": "/bin/sh", "ENV": ""])
            #expect(shell.status == 0, "\(shell.stderr)")
        }
    }

    @Test func `2: a failing check leaves the old version`() throws {
        try Distribution.run { distribution in
            try add(distribution, "1.0")
            try distribution.install("pico", environment: ["SAGE_CHECK": "yes"])
            #expect(try story(distribution).contains("check 1.0, there: none"))
            #expect(try distribution.record("pico-1.0").contains("\"test_result\" : \"passed\""))
            let before = try distribution.tree()
            try add(distribution, "2.0", prints: "broken")
            let said = try distribution.said(
                [Distribution.program.string, "install", "pico"], ["SAGE_CHECK": "yes"])
            #expect(said.status == 1)
            #expect(said.stderr.contains("spkg-check"), "\(said.stderr)")
            #expect(try distribution.changes(since: before) == [])
            #expect(try distribution.litter() == [])

            try distribution.install("pico", environment: ["SAGE_CHECK": "warn"])
            #expect(try pico(distribution) == "broken\n")
            #expect(try distribution.record("pico-2.0").contains("\"test_result\" : \"failed\""))
        }
    }

    @Test func `the check finds what is staged first`() throws {
        try Distribution.run { distribution in
            try add(distribution, "1.0", ["check.in": "[ \"$(pico)\" = \"$PKG_VER\" ]"])
            try distribution.install("--check", "pico")
            try add(distribution, "2.0", ["check.in": "[ \"$(pico)\" = \"$PKG_VER\" ]"])
            try distribution.install("--check", "pico")
            #expect(try distribution.record("pico-2.0").contains("\"test_result\" : \"passed\""))
        }
    }

    @Test func `prerm may refuse, and then nothing is removed`() throws {
        try Distribution.run { distribution in
            try add(distribution, "1.0", ["prerm.in": "echo still needed; exit 7"])
            try distribution.install("pico")
            let before = try distribution.tree()
            let said = try distribution.spkg("uninstall", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("still needed"), "\(said.stderr)")
            #expect(said.stderr.contains("nothing was changed"))
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `a failing postrm is a warning, for all is gone then`() throws {
        try Distribution.run { distribution in
            try add(distribution, "1.0", ["postrm.in": "exit 7"])
            try distribution.install("pico")
            let said = try distribution.spkg("uninstall", "pico")
            #expect(said.status == 0)
            #expect(said.stderr.contains("warning: it is removed, but"), "\(said.stderr)")
            #expect(try !distribution.local.exists("bin/pico"))
        }
    }

    @Test func `a postinst that fails is run again by the next install`() throws {
        try Distribution.run { distribution in
            try add(
                distribution, "1.0",
                ["postinst.in": "[ -e \"$SAGE_ROOT/allowed\" ] && touch \"$SAGE_LOCAL/made\""])
            let said = try distribution.spkg("install", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("spkg-postinst"), "\(said.stderr)")
            #expect(try distribution.record("pico-1.0").contains("\"unfinished\" : true"))
            try distribution.root.write("allowed")
            try distribution.install("pico")
            #expect(try !distribution.record("pico-1.0").contains("unfinished"))
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try !distribution.local.exists("made"))
        }
    }
}

extension Distribution.Said {
    func expectSuccess() throws {
        if status != 0 { throw Distribution.UnexpectedFailure(description: stderr) }
    }
}
