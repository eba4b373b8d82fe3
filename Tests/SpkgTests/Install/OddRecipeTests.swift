import Platform
import Support
import SystemPackage
import Testing

/// Oddities of real recipes that concern installing: build/recipes.md, 1 to 10.
@Suite struct OddRecipeTests {
    @Test(arguments: ["", "# nothing to do\n", "\n", "true"])
    func `a script that does nothing still gives a record`(text: String) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            let before = try distribution.tree()
            try distribution.addScripted("pico", scripts: ["install.in": text])
            try distribution.install("pico")
            #expect(try distribution.record("pico-1.0").contains("\"files\" : [\n\n  ]"))
            #expect(
                try distribution.spkg("install", "pico").stderr == "[pico-1.0] already installed\n")
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `a wheel that no file names is what its own name says`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("ham_discovery", "1", project: "Ham.Discovery")
            let recipe = distribution.root.pushing("build/pkgs/ham_discovery")
            try removeTree(recipe.appending("version_requirements.txt"))
            try distribution.install("ham_discovery")
            #expect(try distribution.python("import ham_discovery").status == 0)
            #expect(try distribution.spkg("list").stdout == "ham_discovery  1\n")
            #expect(try distribution.spkg("verify").status == 0)
            #expect(try distribution.spkg("uninstall", "ham_discovery").status == 0)
            #expect(try distribution.metadataFolders() == [])
        }
    }

    @Test func `no final newline in any file`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", "1.0",
                scripts: [
                    "install.in": "cd src\nsdh_install file \"$SAGE_INST_LOCAL/share\"",
                    "postinst.in": "exec touch \"$SAGE_LOCAL/share/$PKG_VER\"",
                ], source: ["file": ""])
            try distribution.root.write("build/pkgs/pico/type", "optional")
            try distribution.root.write("build/pkgs/pico/package-version.txt", "2.0.p1")
            try distribution.install("pico")
            #expect(
                try distribution.local.pushing("share").listing().keys.sorted() == ["2.0", "file"])
            #expect(try distribution.spkg("list").stdout == "pico  2.0.p1\n")
        }
    }

    @Test func `a fragment with an interpreter's line is an error`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", scripts: ["install.in": "#!/usr/bin/env python3\nprint('hello')\n"])
            let said = try distribution.spkg("install", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("build/pkgs/pico/spkg-install.in"), "\(said.stderr)")
            #expect(said.stderr.contains("rename the file to spkg-install"))
            #expect(try distribution.spkg("list").stdout == "")
        }
    }

    @Test(arguments: [
        "mkdir -p \"$SAGE_DESTDIR_LOCAL/share\"; touch \"$SAGE_DESTDIR_LOCAL/share/pico\"\n",
        "#!/bin/bash\ntouch pico; sdh_install pico \"$SAGE_INST_LOCAL/share\"",
        "#!/usr/bin/env python3\nimport os\nd = os.environ['SAGE_DESTDIR_LOCAL'] + '/share'\n"
            + "os.makedirs(d); open(d + '/pico', 'w').close()\n",
    ])
    func `a plain script: any program, and without its first line bash`(text: String) throws {
        try Distribution.run { distribution in
            // Not executable, as some are after git on odd file systems.
            try distribution.addScripted("pico", scripts: ["install": text])
            try distribution.install("pico")
            #expect(try distribution.local.exists("share/pico"))
        }
    }

    @Test func `bash alone understands it, with errors on, and it ends by exec`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    set -euo pipefail
                    names=(one "two words")
                    [[ ${names[1]} =~ ^two ]]
                    while read -r line; do echo "$line"; done < <(printf '%s\\n' "${names[@]}") > list
                    exec bash -c 'sdh_install list "$SAGE_INST_LOCAL/share"'
                    """
                ])
            try distribution.install("pico")
            #expect(try distribution.local.text("share/list") == "one\ntwo words\n")
        }
    }

    @Test func `a recipe without version is none`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted("pico", scripts: ["install.in": WeakPointTests.simple])
            try removeTree(distribution.root.appending("build/pkgs/pico/package-version.txt"))
            try distribution.install("pico")
            #expect(try distribution.local.text("share/pico") == "none\n")
            #expect(try distribution.spkg("list").stdout == "pico  none\n")
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try distribution.spkg("list").stdout == "")
        }
    }

    @Test func `recipes share files by links, and links that lead nowhere are left out`() throws {
        try Distribution.run { distribution in
            let patch = "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-old\n+new\n"
            try distribution.addScripted(
                "base", "3.1", scripts: [:],
                files: ["patches/it.patch": patch, "data/x": "x", "spkg-check.in": ""])
            try distribution.addScripted(
                "pico", "3.1",
                scripts: [
                    "install.in": "sdh_install src/file data \"$SAGE_INST_LOCAL/share\""
                ], source: ["file": "old\n"])
            let recipe = distribution.root.pushing("build/pkgs/pico")
            try removeTree(recipe.appending("package-version.txt"))
            for name in ["package-version.txt", "patches", "data"] {
                try recipe.link(FilePath(name), to: FilePath("../base/\(name)"))
            }
            try recipe.link("SPKG.rst", to: "../../../pkgs/gone/README.rst")
            try distribution.install("pico")
            #expect(try distribution.local.text("share/file") == "new\n")
            #expect(try distribution.local.text("share/data/x") == "x")
            #expect(try distribution.root.text("logs/pkgs/pico-3.1.log").contains("leads nowhere"))
        }
    }

    @Test func `a binary file of the recipe comes to the script as it is`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", scripts: ["install.in": "sdh_install main.gz \"$SAGE_INST_LOCAL/share\""],
                source: ["file": ""])
            let bytes = (0...255).map { UInt8($0) } + [0x0D, 0x0A, 0xFF, 0xFE]
            try writeFile(distribution.root.appending("build/pkgs/pico/main.gz"), bytes)
            try distribution.install("pico")
            #expect(try readFile(distribution.local.pushing("share/main.gz")) == bytes)
        }
    }

    @Test func `a wheel whose script goes to src, which wheels have not, fails and says so`() throws
    {
        try Distribution.run { distribution in
            let wheel = WheelBuilder("spam", "1.0")
            try distribution.addScripted(
                "spam", scripts: ["install.in": "set -e\ncd src\nsdh_pip_install ."],
                files: ["version_requirements.txt": "spam\n"])
            try distribution.addArchive(wheel.wheelName, wheel.archive().bytes(), to: "spam")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 1)
            #expect(said.stderr.contains("cd: src: No such file or directory"), "\(said.stderr)")
            #expect(try distribution.spkg("list").stdout == "")
        }
    }

    @Test func `an archive and nothing that installs it`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "configure", scripts: [:], source: ["file": ""], type: "base")
            let said = try distribution.spkg("install", "configure")
            #expect(said.status == 1)
            #expect(said.stderr.contains("configure can't be installed"), "\(said.stderr)")
        }
    }

    @Test func `standard packages with an archive are cut off from the network, others aren't`()
        throws
    {
        try Distribution.run { distribution in
            for (version, type, archive, proxy) in [
                ("1", "standard", true, "http://127.0.0.1:9/"), ("2", "optional", true, "mine"),
                ("3", "standard", false, "mine"),
            ] {
                try distribution.addScripted(
                    "pico", version,
                    scripts: ["install.in": "echo \"$https_proxy\" > \"$SAGE_ROOT/seen\""],
                    source: archive ? ["file": ""] : nil, type: type)
                try distribution.install("pico", environment: ["https_proxy": "mine"])
                #expect(try distribution.root.text("seen") == "\(proxy)\n")
            }
        }
    }

    @Test func `an experimental package is built only when that is asked for, scripts too (7.31)`()
        throws
    {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", scripts: ["install.in": WeakPointTests.simple], type: "experimental")
            let said = try distribution.spkg("install", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("spkg install --experimental pico"), "\(said.stderr)")
            try distribution.install("--experimental", "pico")
            #expect(try distribution.local.exists("share/pico"))
        }
    }
}
