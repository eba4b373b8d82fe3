import Platform
import Support
import SystemPackage
import Testing

/// Recipes' scripts that run with the rights of SAGE_SUDO, and what they leave.
@Suite(.enabled(if: sudoUser != nil, "see SudoTests"))
struct SudoScriptTests {
    /// `spkg-preinst`, and `spkg-install` after `spkg-build`, are root's: both make folders, links and
    /// files with several names, in the stage, in the build folder and in TMPDIR.
    private func addRooted(_ version: String, install: String = "") -> (SudoSample) throws -> Void {
        { sample in
            try sample.distribution.addScripted(
                "rooted", version,
                scripts: [
                    "preinst.in": """
                    test "$(id -u)" = 0
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share/rooted/deep" "$TMPDIR/deep" scratch/deep
                    echo '\(version)' > "$SAGE_DESTDIR_LOCAL/share/rooted/deep/preinst"
                    ln "$SAGE_DESTDIR_LOCAL/share/rooted/deep/preinst" scratch/deep/again
                    ln -s preinst "$SAGE_DESTDIR_LOCAL/share/rooted/deep/link"
                    echo temporary > "$TMPDIR/deep/file"
                    """,
                    "build.in": "test \"$(id -u)\" != 0 && echo built > product",
                    "install.in": """
                    test "$(id -u)" = 0
                    umask 022
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share/rooted/v\(version)"
                    cp product "$SAGE_DESTDIR_LOCAL/share/rooted/v\(version)/product"
                    \(install)
                    """,
                ])
            try sample.handOver()
        }
    }

    @Test
    func `what scripts make as root is installed, upgraded and uninstalled, and nothing is left`()
        throws
    {
        try SudoSample.run { sample in
            let share = sample.distribution.local.pushing("share/rooted")
            try addRooted("1.0")(sample)
            let installed = try sample.spkg("install", "rooted")
            #expect(installed.status == 0, "\(installed.stderr)")
            #expect(try sample.strangers() == "")
            #expect(try sample.leftOfRoot() == "")
            #expect(try share.text("deep/link") == "1.0\n")
            #expect(try share.text("v1.0/product") == "built\n")

            try addRooted("2.0")(sample)
            let upgraded = try sample.spkg("install", "rooted")
            #expect(upgraded.status == 0, "\(upgraded.stderr)")
            #expect(try share.text("deep/preinst") == "2.0\n")
            #expect(try !share.exists("v1.0"))
            #expect(try sample.strangers() == "")
            #expect(try sample.leftOfRoot() == "")
            #expect(try sample.asRoot([sample.program.string, "verify"]).stdout == "")

            #expect(try sample.spkg("uninstall", "rooted").status == 0)
            #expect(try !sample.distribution.local.exists("share/rooted"))
        }
    }

    @Test func `a script that fails as root leaves the old version and a folder of the user's`()
        throws
    {
        try SudoSample.run { sample in
            try addRooted("1.0")(sample)
            #expect(try sample.spkg("install", "rooted").status == 0)
            let before = try sample.distribution.tree()
            try addRooted("2.0", install: "sdh_die 'no more'")(sample)
            let failed = try sample.spkg("install", "rooted")
            #expect(failed.status == 1)
            #expect(failed.stderr.contains("no more"))
            #expect(try sample.distribution.tree() == before)
            #expect(try sample.leftOfRoot() == "")
            #expect(try sample.spkg("clean", "rooted").status == 0)
            try addRooted("3.0")(sample)
            #expect(try sample.spkg("install", "rooted").status == 0)
        }
    }

    @Test func `a build folder with files of root's, left by a kill, is in nobody's way`() throws {
        try SudoSample.run { sample in
            try addRooted("1.0")(sample)
            #expect(try sample.spkg("build", "rooted").status == 0)
            let left = try sample.asRoot([
                "find", "\(sample.distribution.root)/home", "-name", "deep", "-type", "d",
            ]).stdout.split(separator: "\n")
            #expect(!left.isEmpty)
            for folder in left {
                #expect(try sample.asRoot(["chown", "-R", "root", String(folder)]).status == 0)
            }
            let again = try sample.spkg("install", "rooted")
            #expect(again.status == 0, "\(again.stderr)")
            #expect(try sample.leftOfRoot() == "")
        }
    }

    @Test func `prerm and postrm have the rights to change the tree`() throws {
        try SudoSample.run { sample in
            let distribution = sample.distribution
            let scripts = [
                "install.in":
                    "mkdir -p $SAGE_DESTDIR_LOCAL/share && echo 1 > \"$SAGE_DESTDIR_LOCAL/share/a\"",
                "prerm.in": "test \"$(id -u)\" = 0 && echo gone > \"$SAGE_LOCAL/share/prerm\"",
                "postrm.in": "test \"$(id -u)\" = 0 && rm \"$SAGE_LOCAL/share/prerm\"",
            ].mapValues {
                $0.replacing("$SAGE_DESTDIR_LOCAL/share ", with: "\"$SAGE_DESTDIR_LOCAL/share\" ")
            }
            try distribution.addScripted("leaving", scripts: scripts)
            try sample.handOver()
            #expect(try sample.spkg("install", "leaving").status == 0)
            let said = try sample.spkg("uninstall", "leaving")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(!said.stderr.contains("warning"), "\(said.stderr)")
            #expect(try !distribution.local.exists("share/a"))
            #expect(try !distribution.local.exists("share/prerm"))
            #expect(try sample.leftOfRoot() == "")
        }
    }

    @Test func `a package of the distribution's own source follows it in root's tree`() throws {
        try SudoSample.run { sample in
            let distribution = sample.distribution
            try distribution.addScripted(
                "own",
                scripts: [
                    "install.in":
                        "mkdir -p \"$SAGE_DESTDIR_LOCAL/share\" && cp src/data \"$SAGE_DESTDIR_LOCAL/share/own\""
                ])
            try distribution.root.write("pkgs/own/data", "one")
            try distribution.root.pushing("build/pkgs/own").link("src", to: "../../../pkgs/own")
            try sample.handOver()
            #expect(try sample.spkg("install", "own").status == 0)
            #expect(try distribution.local.text("share/own") == "one")
            #expect(try sample.spkg("install", "own").stderr.contains("already installed"))
            try distribution.root.write("pkgs/own/data", "two")
            try sample.handOver()
            #expect(try sample.spkg("install", "own").status == 0)
            #expect(try distribution.local.text("share/own") == "two")
            #expect(try sample.strangers() == "")
            #expect(try sample.spkg("uninstall", "own").status == 0)
            #expect(try !distribution.local.exists("share/own"))
            let left = try sample.leftOfRoot()
            #expect(left == "")
        }
    }

    @Test func `an editable install is refused with a reason`() throws {
        try SudoSample.run { sample in
            try sample.distribution.addScripted(
                "egg", scripts: ["install.in": "cd src && sdh_pip_editable_install ."])
            try sample.distribution.root.write("pkgs/egg/pyproject.toml", "")
            try sample.distribution.root.pushing("build/pkgs/egg")
                .link("src", to: "../../../pkgs/egg")
            try sample.handOver()
            let said = try sample.spkg("install", "egg")
            #expect(said.status == 1)
            #expect(said.stderr.contains("SAGE_SUDO"), "\(said.stderr)")
            #expect(try !sample.distribution.local.exists("var/lib/sage/installed/egg-1.0"))
        }
    }

    @Test func `builds of two distributions don't share a folder, and without HOME there is none`()
        throws
    {
        try SudoSample.run { one in
            try SudoSample.run { other in
                let home = one.distribution.root.appending("home").string
                for sample in [one, other] {
                    try sample.distribution.addScripted(
                        "same",
                        scripts: [
                            "install.in": """
                            mkdir -p "$SAGE_DESTDIR_LOCAL/share"
                            echo '\(sample.distribution.root)' > "$SAGE_DESTDIR_LOCAL/share/same"
                            """
                        ])
                    try sample.handOver()
                    let built = try sample.spkg("build", "same", environment: ["HOME": home])
                    #expect(built.status == 0, "\(built.stderr)")
                }
                for sample in [one, other] {
                    let installed = try sample.spkg(
                        "install", "--from-build", "same", environment: ["HOME": home])
                    #expect(installed.status == 0, "\(installed.stderr)")
                    #expect(
                        try sample.distribution.local.text("share/same")
                            == "\(sample.distribution.root)\n")
                }
                let said = try one.spkg("build", "same", environment: ["HOME": ""])
                #expect(said.status == 1)
                #expect(said.stderr.contains("SAGE_BUILD_DIR"), "\(said.stderr)")
                let named = try one.spkg(
                    "build", "same",
                    environment: ["HOME": "", "SAGE_BUILD_DIR": "\(home)/builds"])
                #expect(named.status == 0, "\(named.stderr)")
            }
        }
    }

    @Test func `a folder that others can write is not built in`() throws {
        try SudoSample.run { sample in
            try sample.distribution.addScripted("same", scripts: ["install.in": "true"])
            try sample.handOver()
            #expect(try sample.spkg("build", "same").status == 0)
            let folder = sample.distribution.root.pushing("home/.cache/spkg/trees").string
            #expect(try sample.asRoot(["chmod", "777", folder]).status == 0)
            let said = try sample.spkg("build", "same")
            #expect(said.status == 1)
            #expect(said.stderr.contains(folder), "\(said.stderr)")
        }
    }

    @Test func `pip packages come into root's tree, and pip runs as the user`() throws {
        try SudoSample.run { sample in
            let distribution = sample.distribution
            let wheels = distribution.root.appending("wheels")
            try makeDirectories(wheels)
            for version in ["1.0", "2.0"] {
                var wheel = WheelBuilder("spam", version)
                wheel.add("spam.py", "version = '\(version)'")
                try wheel.write(in: wheels)
            }
            try distribution.addScripted("base", scripts: ["install.in": "true"])
            try distribution.root.write("build/pkgs/spam/type", "optional\n")
            try distribution.root.write("build/pkgs/spam/requirements.txt", "spam<2\n")
            try sample.handOver()
            #expect(try sample.spkg("install", "base").status == 0)
            try distribution.installPip()
            let pip = ["PIP_FIND_LINKS": "wheels", "PIP_NO_INDEX": "1"]

            let installed = try sample.spkg("install", "spam", environment: pip)
            #expect(installed.status == 0, "\(installed.stderr)")
            #expect(try distribution.site.text("spam.py").contains("1.0"))
            try distribution.root.write("build/pkgs/spam/requirements.txt", "spam>=2\n")
            try sample.handOver()
            #expect(try sample.spkg("install", "spam", environment: pip).status == 0)
            #expect(try distribution.site.text("spam.py").contains("2.0"))
            #expect(try sample.strangers() == "")
            #expect(try sample.leftOfRoot() == "")
            #expect(try sample.spkg("uninstall", "spam").status == 0)
            #expect(try !distribution.site.exists("spam.py"))
            #expect(try !distribution.site.exists("spam-2.0.dist-info"))
            #expect(
                try readText(sample.log).split(separator: "\n").allSatisfy { !$0.contains("pip ") })
        }
    }

    @Test func `hard links to files elsewhere are not handed back`() throws {
        try SudoSample.run { sample in
            let root = sample.distribution.root
            for name in ["mine/inside/one", "mine/alone"] {
                try root.write(FilePath(name), "root's")
            }
            try root.write("secret.roots", "root's")
            try Directory(opening: root.pushing("mine/inside")).makeHardLink(
                "two", to: "one", in: Directory(opening: root.pushing("mine/inside")))
            try Directory(opening: root.pushing("mine")).makeHardLink(
                "secret", to: "secret.roots", in: Directory(opening: root))
            try root.pushing("mine").link("away", to: root.appending("secret.roots"))
            #expect(try sample.asRoot(["chown", sample.user, "\(root)/mine"]).status == 0)
            let owner = try status(root.appending("mine"))!.user
            func handBack(_ folder: String) throws -> Distribution.Said {
                try sample.asRoot([
                    sample.program.string, "helper", "hand-back", "--owner", "\(owner)", "--group",
                    "0", folder,
                ])
            }
            #expect(try handBack("\(root)/mine").status == 0)
            for name in ["inside", "inside/one", "inside/two", "alone", "away"] {
                #expect(try status(root.pushing("mine").pushing(FilePath(name)))?.user == owner)
            }
            #expect(try status(root.appending("secret.roots"))?.user == 0)
            #expect(try handBack("\(root)/mine/secret").status == 1)
            #expect(try handBack("/etc").status == 1)
        }
    }
}
