import Platform
import Support
import SystemPackage
import Testing

/// Packages that are installed again: because the caller wants it, or because they are outdated.
@Suite struct InstallAgainTests {
    private func builds(_ distribution: Distribution) throws -> [Substring] {
        defer { try? removeTree(distribution.root.appending("built")) }
        return try distribution.root.exists("built")
            ? distribution.root.text("built").split(separator: "\n") : []
    }

    private static let noting = "echo $PKG_BASE >> \"$SAGE_ROOT/built\""

    private func add(_ distribution: Distribution) throws {
        try distribution.addBuild("lib", Self.noting)
        try distribution.addBuild("app", Self.noting, dependencies: "lib")
        try distribution.addBuild("other", Self.noting)
    }

    @Test func `--force builds the named packages again, and no others`() throws {
        try Distribution.run { distribution in
            try add(distribution)
            try distribution.install("-j1", "app", "other")
            _ = try builds(distribution)
            for words in [["--force", "app"], ["-f", "app", "app"], ["-f", "--no-deps", "app"]] {
                let said = try distribution.said(
                    [Distribution.program.string, "install"] + words, [:])
                #expect(said.status == 0, "\(said)")
                #expect(try builds(distribution) == ["app"])
            }
            #expect(try distribution.records() == ["app-1.0", "lib-1.0", "other-1.0"])
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified)")
        }
    }

    @Test func `--reinstall takes the stored wheel, and the record stays`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe(
                "pico", "1.0", files: ["pico/__init__.py": "new\n", "pico/more.py": ""])
            try distribution.install("pico")
            let before = try distribution.tree()
            // Neither recipe nor archive is needed, and the recipe's change is not installed.
            try removeTree(distribution.root.appending("upstream"))
            try distribution.root.pushing("build/pkgs/pico").write("note.txt", "")
            try distribution.site.write("pico/__init__.py", "edited by hand\n")
            try removeTree(distribution.site.pushing("pico/more.py"))
            let said = try distribution.spkg("install", "--reinstall", "pico", "pico")
            #expect(said.status == 0, "\(said)")
            #expect(said.stderr.split(separator: "\n").count == 1, "\(said)")
            #expect(try distribution.tree() == before)
            #expect(try distribution.litter() == [])
            #expect(try distribution.spkg("install", "-n", "pico").stdout.contains("note.txt"))
        }
    }

    @Test func `what can't be reinstalled is refused before anything is changed`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("pico", "1.0")
            try distribution.addWheelRecipe("gone", "1.0")
            try distribution.addWheelRecipe("absent", "1.0")
            try distribution.addBuild("files", "")
            try distribution.install("pico", "gone", "files")
            try removeTree(distribution.wheels.appending("gone-1.0-py3-none-any.whl"))
            try distribution.site.write("pico.py", "edited by hand\n")
            let before = try distribution.tree()
            for (name, text) in [
                ("files", "spkg install --force files"), ("gone", "spkg install --force gone"),
                ("absent", "absent is not installed"),
            ] {
                let said = try distribution.spkg("install", "--reinstall", "pico", name)
                #expect(said.status == 1)
                #expect(said.stderr.contains(text), "\(said)")
                #expect(try distribution.tree() == before)
            }
            for words in [["--force", "--reinstall"], ["--from-build", "-f"]] {
                let said = try distribution.said(
                    [Distribution.program.string, "install", "pico"] + words, [:])
                #expect(said.status == 64, "\(said)")
            }
        }
    }

    @Test func `upgrade builds what is outdated, with what it needs, and nothing else`() throws {
        try Distribution.run { distribution in
            try add(distribution)
            try distribution.install("-j1", "app", "other")
            _ = try builds(distribution)
            #expect(try distribution.spkg("upgrade").stderr == "everything is up to date\n")

            try distribution.root.pushing("build/pkgs/lib").write("note.txt", "")
            try distribution.root.pushing("build/pkgs/other").write("note.txt", "")
            try distribution.addBuild("unknown", Self.noting)
            #expect(try distribution.spkg("upgrade", "-j1", "app").status == 0)
            #expect(try builds(distribution) == ["lib", "app"])
            #expect(try distribution.spkg("upgrade", "-j1").status == 0)
            #expect(try builds(distribution) == ["other"])

            // New dependencies come, too.
            try distribution.root.pushing("build/pkgs/app").write("dependencies", "lib unknown\n")
            #expect(try distribution.spkg("upgrade", "-j1").status == 0)
            #expect(try builds(distribution) == ["unknown", "app"])
        }
    }

    @Test func `upgrade refuses what is not installed, and passes over what has no recipe`() throws
    {
        try Distribution.run { distribution in
            try add(distribution)
            try distribution.install("other")
            let said = try distribution.spkg("upgrade", "app")
            #expect(said.status == 1)
            #expect(said.stderr.contains("app is not installed"), "\(said)")
            #expect(try distribution.records() == ["other-1.0"])
            try distribution.removeRecipe("other")
            #expect(try distribution.spkg("upgrade").stderr == "everything is up to date\n")
        }
    }

    @Test func `upgrade builds an experimental package that is installed`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "wild", scripts: ["install.in": Self.noting], type: "experimental")
            try distribution.install("--experimental", "wild")
            try distribution.root.pushing("build/pkgs/wild").write("note.txt", "")
            let said = try distribution.spkg("upgrade")
            #expect(said.status == 0, "\(said)")
            #expect(try builds(distribution) == ["wild", "wild"])
        }
    }

    @Test func `an upgrade leaves a package requested, or only needed, as it was`()
        throws
    {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("low", "1.0")
            try distribution.addWheelRecipe("top", "1.0", dependencies: "low")
            try distribution.install("top")
            let requested = { (package: String) in
                try distribution.site.exists(FilePath("\(package).dist-info/REQUESTED"))
            }
            #expect(try requested("top-1.0") && !requested("low-1.0"))
            try distribution.addWheelRecipe("low", "2.0")
            #expect(try distribution.spkg("upgrade", "low").status == 0)
            try distribution.addWheelRecipe("top", "2.0", dependencies: "low")
            #expect(try distribution.spkg("upgrade").status == 0)
            try distribution.addWheelRecipe("over", "1.0", dependencies: "top")
            try distribution.addWheelRecipe("top", "3.0", dependencies: "low")
            try distribution.install("over")
            #expect(try requested("top-3.0") && !requested("low-2.0"))
            let explicit = try distribution.spkg("list", "--explicit", "--names")
            #expect(explicit.stdout == "over\ntop\n")
        }
    }
}
