import Platform
import Support
import SystemPackage
import Testing

/// The rest of build/recipes.md, 16, as far as it is about building: 23 to 28, and 32.
@Suite struct BuildWeakPointTests {
    /// Stages what the source has as `file` and `tool`.
    private static let script = """
        cd src
        sdh_install file tool "$SAGE_INST_LOCAL/share"

        """

    private func add(_ distribution: Distribution, _ archive: String, _ bytes: [UInt8]) throws {
        try distribution.addScripted("pico", scripts: ["install.in": Self.script])
        try distribution.addArchive(archive, bytes, to: "pico")
    }

    @Test(arguments: ["../climbed", "pico/../../climbed", "/climbed"])
    func `23: an archive that climbs out is refused`(name: String) throws {
        try Distribution.run { distribution in
            var tar = TarWriter()
            tar.file("pico/file", "")
            tar.file(name, "")
            try add(distribution, "pico.tar.gz", gzip(tar.finished))
            let said = try distribution.spkg("install", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("pico.tar.gz"), "\(said.stderr)")
            #expect(said.stderr.contains("climbed"))
            #expect(
                try distribution.local.pushing("var/tmp/sage/build").listing().keys
                    .allSatisfy { !$0.contains("climbed") })
        }
    }

    @Test func `23: a zip keeps its execute bits`() throws {
        try Distribution.run { distribution in
            let zip = storedZip([
                (name: "pico/file", content: "text", mode: 0o100644),
                (name: "pico/tool", content: "#!/bin/sh\n", mode: 0o100755),
            ])
            try add(distribution, "pico.zip", zip)
            try distribution.install("pico")
            #expect(try status(distribution.local.pushing("share/tool"))?.mode == 0o755)
            #expect(try status(distribution.local.pushing("share/file"))?.mode == 0o644)
        }
    }

    @Test func `23: an archive whose names begin with a dot and a slash`() throws {
        try Distribution.run { distribution in
            var tar = TarWriter()
            tar.directory("./")
            for name in ["file", "tool"] { tar.file("./pico-1.0/\(name)", name) }
            try add(distribution, "pico.tar", tar.finished)
            try distribution.install("pico")
            #expect(try distribution.local.text("share/tool") == "tool")
        }
    }

    @Test(arguments: ["patches", "spkg-install.in", "spkg-install", "type", "dist", "inst", "src"])
    func `23: an archive whose only folder is called like a file of the build folder`(
        name: String
    ) throws {
        try Distribution.run { distribution in
            var tar = TarWriter()
            for file in ["file", "tool"] { tar.file("\(name)/\(file)", file) }
            try add(distribution, "pico.tar", tar.finished)
            try distribution.root.write("build/pkgs/pico/patches/README", "no patch")
            try distribution.install("pico")
            #expect(try distribution.local.text("share/tool") == "tool")
        }
    }

    @Test func `24: blanks in names of patches, of copies, of the lock and of the tree`() throws {
        try Distribution.run { distribution in
            #expect(distribution.local.string.contains(" "))
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    cd src
                    sdh_install -T file "$SAGE_INST_LOCAL/share/a  copy/of file"
                    sage-flock -x "$SAGE_LOCAL/var/lock/own lock" true || sdh_die "no lock"

                    """,
                    "prerm.in": "cat \"$SAGE_LOCAL/share/a  copy/of file\" > \"$SAGE_ROOT/seen\"",
                ],
                files: [
                    "patches/first of all.patch":
                        "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-old\n+new\n",
                    "patches/it's * $HOME.patch":
                        "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-new\n+newest\n",
                ], source: ["file": "old\n"])
            try distribution.install("pico")
            #expect(try distribution.local.text("share/a  copy/of file") == "newest\n")
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try distribution.root.text("seen") == "newest\n")
        }
    }

    @Test func `25: no property of a recipe is evaluated by a shell`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", "1.0", scripts: ["install.in": "echo \"$PKG_VER\" > \"$SAGE_ROOT/seen\""])
            for version in ["1.0$(touch evil)", "1.0`touch evil`", "1.0;touch evil", "1.0'\"\\"] {
                try distribution.root.write("build/pkgs/pico/package-version.txt", version)
                let said = try distribution.spkg("install", "pico")
                // Refused or taken as it stands.
                if said.status == 0 {
                    #expect(try distribution.root.text("seen") == "\(version)\n")
                } else {
                    #expect(said.stderr.contains("package-version.txt"), "\(said.stderr)")
                }
                #expect(try distribution.root.listing().keys.allSatisfy { !$0.hasSuffix("evil") })
            }
        }
    }

    @Test func `26: kept scripts follow the tree when it is moved`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": WeakPointTests.simple,
                    "prerm.in": "cat \"$SAGE_INST_LOCAL/share/pico\" > \"$SAGE_ROOT/seen\"",
                    "postrm.in": "echo \"$SAGE_INST_LOCAL\" >> \"$SAGE_ROOT/seen\"",
                ])
            try distribution.install("pico")
            try distribution.bash("mv \"$TREE\" moved").expectSuccess()
            let moved = distribution.root.appending("moved").string
            let said = try distribution.said(
                [Distribution.program.string, "uninstall", "pico"], ["SAGE_LOCAL": moved])
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.root.text("seen") == "1.0\n\(moved)\n")
            #expect(try !distribution.root.exists("moved/share"))
        }
    }

    @Test func `28: what a failed build left stays, and with SAGE_KEEP_BUILT_SPKGS once more`()
        throws
    {
        try Distribution.run { distribution in
            let builds = distribution.local.pushing("var/tmp/sage/build")
            for number in 1...3 {
                try distribution.addScripted(
                    "pico", scripts: ["install.in": "echo > evidence-\(number); false"])
                let said = try distribution.said(
                    [Distribution.program.string, "install", "pico"],
                    ["SAGE_KEEP_BUILT_SPKGS": "yes"])
                #expect(said.status == 1)
                #expect(try builds.exists(FilePath("pico-1.0/evidence-\(number)")))
                if number > 1 {
                    #expect(try builds.exists(FilePath("old/pico-1.0/evidence-\(number - 1)")))
                }
            }
            try distribution.addScripted("pico", scripts: ["install.in": WeakPointTests.simple])
            try distribution.install("pico", environment: ["SAGE_KEEP_BUILT_SPKGS": "yes"])
            #expect(try builds.exists("pico-1.0/spkg-install"))
        }
    }

    @Test func `28: two builds of a package at once: the second waits and has nothing to do`()
        throws
    {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in":
                        """
                    echo built >> "$SAGE_ROOT/story"
                    echo > "$SAGE_ROOT/started"; read -r _ < "$SAGE_ROOT/go"
                    """ + "\n" + WeakPointTests.simple
                ])
            let said = try distribution.bash(
                """
                mkfifo started go waits
                "$SPKG" install pico 2> first &
                first=$!
                read -r _ < started
                "$SPKG" install pico 2> waits &
                # It tells that it waits; only then the first may go on.
                exec 5< waits
                while read -r line <&5; do
                    echo "$line" >> second
                    case $line in waiting*) echo > go ;; esac
                done
                wait $first && wait $!
                """)
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.root.text("story") == "built\n")
            #expect(try distribution.root.text("second").contains("pico.lock"))
            #expect(try distribution.root.text("second").hasSuffix("already installed\n"))
        }
    }

    @Test func `32: what changes the recipe rebuilds, and what only touches it doesn't`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": WeakPointTests.simple + "echo >> \"$SAGE_ROOT/builds\"\n"
                ],
                source: ["file": "old\n"])
            var builds = 0
            func expect(
                rebuilds: Bool, _ why: Comment, _ change: String,
                environment: [String: String] = [:]
            ) throws {
                try distribution.bash("cd build/pkgs/pico; \(change)").expectSuccess()
                try distribution.install("pico", environment: environment)
                if rebuilds { builds += 1 }
                #expect(try distribution.root.text("builds").utf8.count == builds, why)
            }
            let patch = "--- a/file\\n+++ b/file\\n@@ -1 +1 @@\\n-old\\n+new\\n"
            try expect(rebuilds: true, "the first", "")
            try expect(rebuilds: false, "nothing", "")
            try expect(rebuilds: false, "times", "touch -d '+1 hour' *; touch -d 2001-01-01 type")
            try expect(
                rebuilds: true, "a patch", "mkdir patches; printf -- '\(patch)' > patches/a.patch")
            try expect(rebuilds: true, "a script", "echo '# more' >> spkg-install.in")
            try expect(rebuilds: true, "a new script", "echo : > spkg-postinst.in")
            try expect(rebuilds: true, "flags", "", environment: ["CFLAGS": "-O1"])
            try expect(rebuilds: false, "the same flags", "", environment: ["CFLAGS": "-O1"])
            try expect(rebuilds: true, "the patch level", "echo 1.0.p1 > package-version.txt")
            try expect(rebuilds: false, "what only tells", "echo pico: text > SPKG.rst")
        }
    }
}
