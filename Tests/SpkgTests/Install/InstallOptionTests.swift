import Platform
import Support
import SystemPackage
import Testing

/// What callers may want otherwise than usual, with packages that scripts build.
@Suite struct InstallOptionTests {
    /// A package that stages these files below `share`, each with the package's name and version.
    private func add(
        _ distribution: Distribution, _ name: String, _ version: String = "1.0", files: String
    ) throws {
        try distribution.addScripted(
            name, version,
            scripts: [
                "install.in": """
                mkdir -p "$SAGE_DESTDIR_LOCAL/share"
                for file in \(files); do echo "$PKG_NAME" > "$SAGE_DESTDIR_LOCAL/share/$file"; done

                """
            ], source: ["file": ""])
    }

    private func share(_ distribution: Distribution) throws -> [String] {
        guard try distribution.local.exists("share") else { return [] }
        return try distribution.local.pushing("share").listing().keys.sorted()
    }

    @Test func `--keep-existing leaves what the new version hasn't, and replaces the rest`() throws
    {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "both old")
            try distribution.install("pico")
            try add(distribution, "pico", "2.0", files: "both new")
            try distribution.install("--keep-existing", "pico")
            #expect(try share(distribution) == ["both", "new", "old"])
            #expect(try distribution.local.text("share/both") == "pico-2.0\n")
            #expect(try distribution.spkg("list").stdout == "pico  2.0\n")
            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try share(distribution) == ["old"])
        }
    }

    @Test func `--overwrite takes a file over, and each record says so`() throws {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "own shared")
            try distribution.install("pico")
            try add(distribution, "other", files: "shared")
            #expect(try distribution.spkg("install", "other").status == 1)
            try distribution.install("--overwrite", "other")
            #expect(try distribution.local.text("share/shared") == "other-1.0\n")
            #expect(
                try distribution.record("pico-1.0").contains("\"share/shared\" : \"other\""))
            #expect(try distribution.spkg("owner", "local/share/shared").stdout == "other\n")
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified)")

            #expect(try distribution.spkg("uninstall", "pico").status == 0)
            #expect(try share(distribution) == ["shared"])
            #expect(try distribution.local.text("share/shared") == "other-1.0\n")
            #expect(try distribution.spkg("uninstall", "other").status == 0)
            #expect(try share(distribution) == [])
        }
    }

    @Test func `an overwritten file is not the first package's any more when that is upgraded`()
        throws
    {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "own shared")
            try distribution.install("pico")
            try add(distribution, "other", files: "shared")
            try distribution.install("--overwrite", "other")
            try add(distribution, "pico", "2.0", files: "own shared")
            let said = try distribution.spkg("install", "pico")
            #expect(said.status == 1)
            #expect(said.stderr.contains("belongs to other"), "\(said.stderr)")
            try add(distribution, "pico", "3.0", files: "own")
            try distribution.install("pico")
            #expect(try distribution.local.text("share/shared") == "other-1.0\n")
        }
    }

    @Test func `uninstall --keep-files only forgets`() throws {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "own")
            try distribution.install("pico")
            #expect(try distribution.spkg("uninstall", "--keep-files", "pico").status == 0)
            #expect(try share(distribution) == ["own"])
            #expect(try distribution.spkg("list").stdout == "")
            #expect(try distribution.spkg("owner", "local/share/own").status == 1)
            let said = try distribution.install("pico")
            #expect(
                said.stderr.contains("belonged to no package and was replaced"), "\(said.stderr)")
        }
    }

    @Test func `build, and then install --from-build, a wheel too`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.root.write(
                "build/pkgs/spam/spkg-install.in",
                "cd src\nsdh_pip_install .\nsdh_install NAME \"$SAGE_INST_LOCAL/share\"")
            let built = try distribution.spkg("build", "spam")
            #expect(built.status == 0, "\(built.stderr)")
            #expect(built.stderr.contains("built and staged in"))
            #expect(try distribution.spkg("list").stdout == "")
            try distribution.install("--from-build", "spam")
            #expect(try distribution.python("import spam").status == 0)
            #expect(try distribution.local.exists("share/NAME"))
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    @Test func `install --from-build of an sdist without scripts`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.spkg("build", "spam").status == 0)
            try distribution.install("--from-build", "spam")
            #expect(try distribution.python("import spam").status == 0)
        }
    }

    @Test func `install --from-build takes no build that failed, or that another took`() throws {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "old")
            try distribution.install("pico")
            let before = try distribution.tree()
            func expectRefused() throws {
                let said = try distribution.spkg("install", "--from-build", "pico")
                #expect(said.status == 1)
                #expect(said.stderr.contains("spkg build pico"), "\(said.stderr)")
                #expect(try distribution.changes(since: before) == [])
            }
            try distribution.addScripted(
                "pico", "2.0", scripts: ["install.in": WeakPointTests.simple + "false"])
            try expectRefused()
            #expect(try distribution.spkg("build", "pico").status == 1)
            try expectRefused()
            // What is staged conflicts, and is gone with the attempt: the next one must not take the
            // empty folder for the package.
            try distribution.local.write("share/folder/x")
            try add(distribution, "pico", "2.0", files: "folder")
            #expect(try distribution.spkg("build", "pico").status == 0)
            #expect(try distribution.spkg("install", "--from-build", "pico").status == 1)
            try removeTree(distribution.local.pushing("share/folder"))
            try expectRefused()
        }
    }

    @Test func `check of what isn't installed, or has no tests`() throws {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "own")
            let missing = try distribution.spkg("check", "pico")
            #expect(missing.status == 1)
            #expect(missing.stderr.contains("pico is not installed"), "\(missing.stderr)")
            try distribution.install("pico")
            let none = try distribution.spkg("check", "pico")
            #expect(none.status == 0)
            #expect(none.stderr.contains("it has no tests"), "\(none.stderr)")
        }
    }

    @Test func `clean removes a build folder, and none is fine`() throws {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "own")
            #expect(try distribution.spkg("build", "pico").status == 0)
            #expect(try distribution.local.exists("var/tmp/sage/build/pico-1.0"))
            for _ in 0..<2 {
                #expect(try distribution.spkg("clean", "pico").status == 0)
                #expect(try !distribution.local.exists("var/tmp/sage/build/pico-1.0"))
            }
        }
    }

    @Test func `SAGE_SPKG_COPY_UPSTREAM gets the archive with its time`() throws {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "own")
            let archive = distribution.root.pushing("upstream/pico-1.0.tar.gz")
            try distribution.bash("touch -d 2020-02-02 \"$IT\"", ["IT": archive.string])
                .expectSuccess()
            try distribution.install(
                "pico", environment: ["SAGE_SPKG_COPY_UPSTREAM": "copies of/archives"])
            let copy = distribution.root.pushing("copies of/archives/pico-1.0.tar.gz")
            #expect(try readFile(copy) == readFile(archive))
            #expect(try status(copy)?.modified == status(archive)?.modified)
        }
    }

    @Test func `SAGE_BUILD_DIR, SAGE_DISTFILES and SAGE_LOGS say where things are`() throws {
        try Distribution.run { distribution in
            try add(distribution, "pico", files: "own")
            let root = distribution.root
            try distribution.bash("mv upstream archives").expectSuccess()
            let places = [
                "SAGE_BUILD_DIR": root.appending("build here").string,
                "SAGE_DISTFILES": root.appending("archives").string,
                "SAGE_LOGS": root.appending("logs there").string,
                "SAGE_KEEP_BUILT_SPKGS": "yes",
            ]
            try distribution.install("pico", environment: places)
            #expect(try root.exists("build here/pico-1.0/src/file"))
            #expect(try root.exists("logs there/pico-1.0.log"))
            #expect(try share(distribution) == ["own"])
        }
    }
}
