import Platform
import Support
import SystemPackage
import Testing

/// Recipes that version control has given Windows line ends (`core.autocrlf`).
@Suite struct WindowsLineEndTests {
    private func convert(_ recipe: FilePath) throws {
        for (name, kind) in try Directory(opening: recipe).entries() where kind == .file {
            let text = try recipe.text(FilePath(name.string))
            try recipe.write(FilePath(name.string), text.replacing("\n", with: "\r\n"))
        }
    }

    @Test func `an sdist's recipe is read as with others`() throws {
        try Distribution.run { distribution in
            try distribution.add("tool", "1.0")
            try distribution.add("spam", "1.0", dependencies: "tool | # tools", requires: ["tool"])
            let spam = distribution.root.appending("build/pkgs/spam")
            try spam.write("version_requirements.txt", "# the name\nspam >= 1\n")
            try spam.write(
                "checksums.ini",
                try spam.text("checksums.ini") + "upstream_url=http://127.0.0.1:9/x\n")
            try convert(spam)
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.spkg("list").stdout.contains("spam  1.0"))
            try distribution.local.write(
                "etc/spkg/system-packages.txt", "# ours\r\ngmp # so\r\nmpfr\r\n")
            #expect(try distribution.spkg("list").status == 0)
        }
    }

    @Test func `scripts run, a file with a few such lines is left alone`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    set -e
                    mkdir -p \\
                        "$SAGE_DESTDIR_LOCAL/share"
                    cat <<END > "$SAGE_DESTDIR_LOCAL/share/three"
                    three
                    END
                    """ + "\n"
                ])
            let recipe = distribution.root.appending("build/pkgs/pico")
            try convert(recipe)
            var said = try distribution.spkg("install", "pico")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.local.text("share/three") == "three\n")

            try recipe.write(
                "spkg-install.in",
                "mkdir -p \"$SAGE_DESTDIR_LOCAL\"\nprintf 'a\r\nb' > \"$SAGE_DESTDIR_LOCAL/mixed\"\n"
            )
            said = try distribution.spkg("install", "pico")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.local.text("mixed") == "a\r\nb")
        }
    }

    /// `patch` itself takes the returns away where the patch was converted and the source wasn't.
    @Test func `patches apply as patch applies them`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0", files: ["spam.py": "version = 'old'\n"])
            let patches = distribution.root.appending("build/pkgs/spam/patches")
            try patches.write(
                "new.patch",
                """
                --- a/src/spam.py
                +++ b/src/spam.py
                @@ -1 +1 @@
                -version = 'old'
                +version = 'new'

                """)
            try convert(patches)
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.python("import spam; print(spam.version)").stdout == "new\n")
        }
    }
}
