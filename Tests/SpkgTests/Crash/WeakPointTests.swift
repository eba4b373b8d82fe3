import Platform
import Support
import SystemPackage
import Testing

/// What the old machinery did badly, by the numbers of the list in build/recipes.md, 16.
@Suite struct WeakPointTests {
    /// A script that stages `share/NAME` with the version in it.
    static let simple = """
        mkdir -p "$SAGE_DESTDIR_LOCAL/share"
        echo "$PKG_VER" > "$SAGE_DESTDIR_LOCAL/share/$PKG_BASE"

        """

    private func add(
        _ distribution: Distribution, _ version: String, _ script: String, name: String = "pico",
        more: [String: String] = [:]
    ) throws {
        try distribution.addScripted(
            name, version, scripts: more.merging(["install.in": script]) { $1 })
    }

    private func add(
        _ distribution: Distribution, _ script: String, name: String = "pico",
        more: [String: String] = [:]
    ) throws {
        try add(distribution, "1.0", script, name: name, more: more)
    }

    /// Installs 1.0, replaces the recipe by 2.0 with this script, and expects that the install fails
    /// with these words and leaves the tree as it was.
    private func expectRefusal(
        _ script: String, saying words: [String],
        _ install: (Distribution) throws -> Distribution.Said = { try $0.spkg("install", "pico") }
    ) throws {
        try Distribution.run { distribution in
            try add(distribution, Self.simple)
            try distribution.install("pico")
            let before = try distribution.tree()
            try add(distribution, "2.0", Self.simple + script)
            let said = try install(distribution)
            #expect(said.status == 1)
            for word in words { #expect(said.stderr.contains(word), "\(word) in: \(said.stderr)") }
            #expect(said.stderr.split(separator: "\n").filter { $0.hasPrefix("error:") }.count == 1)
            #expect(try distribution.changes(since: before) == [])
            #expect(try distribution.litter() == [])
        }
    }

    @Test func `1: a build that only stages leaves the old version`() throws {
        try Distribution.run { distribution in
            try add(distribution, Self.simple)
            try distribution.install("pico")
            let before = try distribution.tree()
            try add(distribution, "2.0", Self.simple)
            #expect(try distribution.spkg("build", "pico").status == 0)
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test(arguments: ["KILL", "INT"])
    func `2: a command that is ended while its script runs leaves the old version`(
        signal: String
    ) throws {
        try Distribution.run { distribution in
            try add(distribution, Self.simple)
            try distribution.install("pico")
            let before = try distribution.tree()
            try add(
                distribution, "2.0",
                Self.simple + "echo $$ > \"$SAGE_ROOT/ready\"\nexec sleep 600 < /dev/null")
            let said = try distribution.bash(
                """
                mkfifo ready
                set -m
                "$SPKG" install pico > said 2>&1 &
                read -r script < ready
                kill -\(signal) $!
                wait $! || true
                # Gone, or ended and nobody asked about; what watches over it may need a moment.
                for turn in {1..200}; do
                    case $(sed -n 's/^State:\\t//p' "/proc/$script/status" 2> /dev/null) in
                        '' | Z*) echo ended && exit ;;
                    esac
                    sleep 0.05
                done
                echo left && kill -KILL "$script"
                """)
            #expect(said.stdout == "ended\n", "\(said)")
            #expect(try distribution.changes(since: before) == [])
            #expect(try distribution.spkg("recover").status == 0)
            #expect(try distribution.litter() == [])
            try add(distribution, "2.0", Self.simple)
            try distribution.install("pico")
            #expect(try distribution.local.text("share/pico") == "2.0\n")
        }
    }

    @Test func `3: an install killed at any moment leaves old or new`() throws {
        try Distribution.run { distribution in
            func script(_ range: String) -> String {
                """
                for n in {\(range)}; do
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share/pico/$((n % 7))"
                    echo "$PKG_VER" > "$SAGE_DESTDIR_LOCAL/share/pico/$((n % 7))/$n"
                    ln -s "../share/pico/$((n % 7))/$n" "$SAGE_DESTDIR_LOCAL/lib/$n"
                done
                """
            }
            func content() throws -> [String: String] {
                try distribution.content().filter { !$0.value.hasPrefix("folder") }
            }
            try add(distribution, script("1..60"))
            try distribution.install("pico")
            let old = try content()
            try distribution.bash("cp -a \"$TREE\" old").expectSuccess()
            try add(distribution, "2.0", script("30..90"))
            try distribution.spkg("build", "pico").expectSuccess()
            try distribution.bash(
                "rm -rf old/var/tmp; cp -a \"$TREE/var/tmp\" old/var/tmp; mv old before"
            ).expectSuccess()
            let start = ContinuousClock.now
            try distribution.install("--from-build", "pico")
            let whole = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
            let new = try content()
            #expect(old != new)

            var dice = SeededGenerator(for: "kill moments of a staged install")
            var endings: Set<String> = []
            for _ in 0..<(Int(inherited("SPKG_TEST_KILLS") ?? "") ?? 25) {
                let moment = whole * Double(dice.number(300...1050)) / 1000
                _ = try distribution.bash(
                    """
                    # Copied files count as changed: the build is to begin after them.
                    rm -rf "$TREE"; cp -a before "$TREE"; sleep 0.02
                    touch "$TREE/var/tmp/sage/build/pico-2.0/run/started"
                    "$SPKG" install --from-build pico & sleep \(moment); kill -KILL $!; wait
                    """)
                try distribution.spkg("recover").expectSuccess()
                #expect(try distribution.litter() == [])
                let found = try content()
                #expect(
                    found == old || found == new,
                    "\(differences(found, old)), \(differences(found, new))")
                endings.insert(found == old ? "old" : "new")
                let records = try distribution.spkg("list").stdout
                #expect(records == (found == old ? "pico  1.0\n" : "pico  2.0\n"))
                #expect(try distribution.spkg("verify").status == 0)
            }
            #expect(endings.contains("old"))
        }
    }

    @Test func `4: a staged file that can't be read is an error`() throws {
        try expectRefusal(
            "echo secret > \"$SAGE_DESTDIR_LOCAL/share/z\"; chmod 0 \"$SAGE_DESTDIR_LOCAL/share/z\"",
            saying: ["Permission denied", "share/z"]
        ) { try $0.meekly("install", "pico") }
    }

    @Test func `5: a staged lib64 goes through the tree's link and leaves it`() throws {
        try Distribution.run { distribution in
            try add(
                distribution,
                """
                rm "$SAGE_DESTDIR_LOCAL/lib64"
                mkdir "$SAGE_DESTDIR_LOCAL/lib64"
                echo so > "$SAGE_DESTDIR_LOCAL/lib64/libpico.so"
                """)
            try distribution.install("pico")
            #expect(try status(distribution.local.appending("lib64"))?.kind == .link)
            #expect(try distribution.local.text("lib/libpico.so") == "so\n")
            #expect(try distribution.spkg("verify").status == 0)
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try !distribution.local.exists("lib/libpico.so"))
            #expect(try status(distribution.local.appending("lib64"))?.kind == .link)
        }
    }

    @Test func `6: a file of another package is refused before anything moves`() throws {
        try Distribution.run { distribution in
            try add(distribution, Self.simple)
            try add(
                distribution, Self.simple + "echo mine > \"$SAGE_DESTDIR_LOCAL/share/pico\"",
                name: "other")
            try distribution.install("pico")
            let before = try distribution.tree()
            let said = try distribution.spkg("install", "other")
            #expect(said.status == 1)
            #expect(said.stderr.contains("share/pico"), "\(said.stderr)")
            #expect(said.stderr.contains("belongs to pico"), "\(said.stderr)")
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `7: names with blanks, quotes, stars, backslashes and newlines`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            let before = try distribution.tree()
            try distribution.root.write("a file that * would find")
            try add(
                distribution,
                #"""
                mkdir -p "$SAGE_DESTDIR_LOCAL/share/o d"
                for name in 'a b' '*' '"' "'" '\' '-n' $'new\nline' $'tab\t' 'é' $'e\u301' '$HOME' ' '; do
                    printf %s "$name" > "$SAGE_DESTDIR_LOCAL/share/o d/$name"
                done
                """#)
            try distribution.install("pico")
            let folder = try Directory(opening: distribution.local.pushing("share/o d"))
            #expect(try folder.entries().count == 12)
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified)")
            let read = try distribution.said(
                [
                    "python3", "-c",
                    "import json, sys; r = json.load(open(sys.argv[1])); print(len(r['files']), repr(r['files'][-1]))",
                    distribution.local.pushing("var/lib/sage/installed/pico-1.0").string,
                ], [:])
            #expect(read.stdout == "12 'share/o d/é'\n", "\(read)")
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `8: the record has hashes, modes, sizes and links, and no folder stays`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            let before = try distribution.tree()
            try add(
                distribution,
                """
                mkdir -p "$SAGE_DESTDIR_LOCAL/share/empty/inner" "$SAGE_DESTDIR_LOCAL/share/a/b/c"
                printf 1234 > "$SAGE_DESTDIR_LOCAL/share/a/b/c/file"
                chmod 4754 "$SAGE_DESTDIR_LOCAL/share/a/b/c/file"
                ln -s c/file "$SAGE_DESTDIR_LOCAL/share/a/b/link"
                """)
            try distribution.install("pico")
            let record = try distribution.record("pico-1.0")
            for text in [
                "\"link\" : \"c/file\"", "\"mode\" : \"754\"", "\"size\" : 4",
                "\"sha256\" : \"\(Digest(of: Array("1234".utf8)).hex)\"",
            ] {
                #expect(record.contains(text), "\(text) in: \(record)")
            }
            #expect(try distribution.local.exists("share/empty/inner"))
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `9: the record has a time that any locale reads, and what went in`() throws {
        try Distribution.run { distribution in
            try add(distribution, Self.simple)
            try distribution.install("pico", environment: ["LC_ALL": "de_DE.UTF-8"])
            let record = try distribution.record("pico-1.0")
            #expect(
                record.contains(/"install_date" : "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/), "\(record)")
            #expect(record.contains(/"fingerprint" : "[0-9a-f]{64}"/))
        }
    }

    @Test func `10: a later check updates the record`() throws {
        try Distribution.run { distribution in
            try add(
                distribution, Self.simple,
                more: ["check.in": "[ ! -e \"$SAGE_ROOT/broken\" ]"])
            try distribution.install("pico")
            #expect(try distribution.record("pico-1.0").contains("\"test_result\" : \"\""))
            #expect(try distribution.spkg("check", "pico").status == 0)
            #expect(try distribution.record("pico-1.0").contains("\"test_result\" : \"passed\""))
            try distribution.root.write("broken")
            let said = try distribution.spkg("check", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("spkg-check"))
            #expect(try distribution.record("pico-1.0").contains("\"test_result\" : \"failed\""))
            #expect(try distribution.local.text("share/pico") == "1.0\n")
        }
    }

    @Test func `11: what a script writes straight into the tree is recorded and removed`() throws {
        try Distribution.run { distribution in
            try add(
                distribution,
                """
                mkdir -p "$SAGE_LOCAL/share/direct"
                echo "$PKG_VER" > "$SAGE_LOCAL/share/direct/$PKG_VER"
                ln -s nowhere "$SAGE_LOCAL/share/direct/link"
                """)
            let said = try distribution.install("pico")
            #expect(said.stderr.contains("wrote straight into the tree"), "\(said.stderr)")
            #expect(said.stderr.contains("share/direct/1.0, share/direct/link"))
            let record = try distribution.record("pico-1.0")
            #expect(!record.contains("pyvenv.cfg") && !record.contains("bin/python"), "\(record)")
            #expect(try distribution.spkg("verify").status == 0)

            try add(
                distribution, "2.0",
                "mkdir -p \"$SAGE_LOCAL/share/direct\"; echo > \"$SAGE_LOCAL/share/direct/$PKG_VER\""
            )
            try distribution.install("pico")
            #expect(
                try distribution.local.pushing("share/direct").listing().keys.sorted() == ["2.0"])
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try !distribution.local.exists("share"))
        }
    }

    @Test func `11: of two builds at once, each gets what it wrote itself`() throws {
        try Distribution.run { distribution in
            // The one that stages runs before, while and after the other writes into the tree.
            try add(
                distribution,
                Self.simple + "echo > \"$SAGE_ROOT/go\"; read -r _ < \"$SAGE_ROOT/done\"",
                name: "stager")
            try add(
                distribution,
                """
                read -r _ < "$SAGE_ROOT/go"
                mkdir -p "$SAGE_LOCAL/share"; echo > "$SAGE_LOCAL/share/direct"
                echo > "$SAGE_ROOT/done"
                """, name: "writer")
            let said = try distribution.bash(
                """
                mkfifo go done
                "$SPKG" install stager 2> stager-said &
                "$SPKG" install writer 2> writer-said
                wait $!
                """)
            #expect(said.status == 0, "\(said)")
            #expect(try !distribution.record("stager-1.0").contains("share/direct"))
            #expect(try distribution.record("writer-1.0").contains("share/direct"))
            #expect(try distribution.spkg("uninstall", "stager").status == 0)
            #expect(try distribution.local.exists("share/direct"))
        }
    }

    @Test func `12: what is staged outside of the tree is an error and not lost`() throws {
        try expectRefusal(
            "mkdir -p \"$SAGE_DESTDIR/usr/share\"; echo > \"$SAGE_DESTDIR/usr/share/lost\"",
            saying: ["$SAGE_DESTDIR/usr/share/lost", "SAGE_INST_LOCAL"])
    }

    @Test func `13: what postinst makes is recorded and removed`() throws {
        try Distribution.run { distribution in
            try add(
                distribution, Self.simple,
                more: ["postinst.in": "ln -s pico \"$SAGE_LOCAL/share/micro\""])
            try distribution.install("pico")
            #expect(try distribution.record("pico-1.0").contains("share/micro"))
            try add(distribution, "2.0", Self.simple)
            try distribution.install("pico")
            #expect(try distribution.local.pushing("share").listing().keys.sorted() == ["pico"])
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try !distribution.local.exists("share"))
        }
    }

    @Test func `16: if the old version can't be removed, the new one isn't installed`() throws {
        try Distribution.run { distribution in
            try add(
                distribution,
                "mkdir -p \"$SAGE_DESTDIR_LOCAL/share/a\"; echo 1 > \"$SAGE_DESTDIR_LOCAL/share/a/x\""
            )
            try distribution.install("pico")
            try distribution.local.write("share/a/somebody's")
            try distribution.bash("chmod 555 \"$TREE/share/a\"").expectSuccess()
            let before = try distribution.tree()
            try add(distribution, "2.0", Self.simple)
            let said = try distribution.meekly("install", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("share/a"), "\(said.stderr)")
            #expect(try distribution.changes(since: before) == [])
            try distribution.bash("chmod 755 \"$TREE/share/a\"").expectSuccess()
            #expect(try distribution.meekly("install", "pico").status == 0)
        }
    }

    @Test func `17: the kept scripts of a script package are there when it is uninstalled`() throws
    {
        try Distribution.run { distribution in
            try add(
                distribution, Self.simple,
                more: [
                    "prerm.in": "cat \"$SAGE_LOCAL/share/pico\" >> \"$SAGE_ROOT/story\"",
                    "postrm.in": "echo gone >> \"$SAGE_ROOT/story\"",
                ])
            try distribution.install("pico")
            // The recipe changes, and then even goes.
            try removeTree(distribution.root.appending("build/pkgs/pico"))
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try distribution.root.text("story") == "1.0\ngone\n")
            #expect(try !distribution.local.exists("share"))
        }
    }
}
