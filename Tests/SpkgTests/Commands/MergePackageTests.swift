import Platform
import Support
import SystemPackage
import Testing

/// `spkg merge --package`: files of an installed package that are replaced by hand.
@Suite struct MergePackageTests {
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "foo",
                scripts: [
                    "install.in": """
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share/foo"
                    echo 1 > "$SAGE_DESTDIR_LOCAL/share/foo/a"
                    echo 1 > "$SAGE_DESTDIR_LOCAL/share/foo/b"
                    """,
                    "prerm.in": "echo leaving > \"$SAGE_LOCAL/share/prerm\"",
                ])
            try distribution.install("foo")
            try distribution.root.write("stage/share/foo/a", "new\n")
            try makeDirectories(distribution.root.pushing("stage/share/foo/empty"))
            try body(distribution)
        }
    }

    @Test func `the package stays one, with the files of the stage`() throws {
        try run { distribution in
            let said = try distribution.spkg("merge", "--package", "foo", "stage", "local")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.local.text("share/foo/a") == "new\n")
            #expect(try !distribution.local.exists("share/foo/b"))
            #expect(try distribution.spkg("list").stdout.contains("foo"))
            #expect(try distribution.spkg("verify").stdout == "")
            #expect(try distribution.root.appending("stage").listing() == [:])
            #expect(try distribution.spkg("uninstall", "foo").status == 0)
            #expect(try !distribution.local.exists("share/foo"))
            #expect(try distribution.local.text("share/prerm") == "leaving\n")
        }
    }

    @Test func `with --keep-existing the other files stay the package's`() throws {
        try run { distribution in
            let said = try distribution.spkg(
                "merge", "--keep-existing", "--package", "foo", "stage", "local")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.local.text("share/foo/b") == "1\n")
            #expect(try distribution.spkg("verify").stdout == "")
            #expect(try distribution.spkg("uninstall", "foo").status == 0)
            #expect(try !distribution.local.exists("share/foo"))
        }
    }

    @Test func `a package with a stored wheel is refused`() throws {
        try run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.install("spam")
            let before = try distribution.tree()
            let said = try distribution.spkg("merge", "--package", "spam", "stage", "local")
            #expect(said.status == 1)
            #expect(said.stderr.contains("spam-1.0-py3-none-any.whl"), "\(said.stderr)")
            #expect(try distribution.tree() == before)
            #expect(try distribution.root.text("stage/share/foo/a") == "new\n")
        }
    }
}
