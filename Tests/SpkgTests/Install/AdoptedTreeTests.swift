import Platform
import Support
import SystemPackage
import Testing

/// Trees that the old machinery has filled: its records and scripts (build/recipes.md, 11.5 and 12).
@Suite struct AdoptedTreeTests {
    private static let installed: FilePath = "var/lib/sage/installed"

    /// A tree with a package of ours in it, and `share/old/file` of an old one.
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.install("ham")
            try distribution.local.write("share/old/file", "1")
            try body(distribution)
        }
    }

    private func write(_ distribution: Distribution, _ name: String, _ text: String) throws {
        try distribution.local.pushing(Self.installed).write(FilePath(name), text)
    }

    static func record(_ version: String, _ files: [String]) -> String {
        """
        {
            "package_name": "old",
            "package_version": "\(version)",
            "install_date": "Mon 03 Mar 2025 10:11:12 AM UTC",
            "system_uname": "Linux x 6.1",
            "sage_version": "SageMath version 10.6",
            "test_result": "not available",
            "files": [
            \(files.map { "\"\($0)\"" }.joined(separator: ",\n    "))
        ]
        }

        """
    }

    private func uninstall(_ distribution: Distribution) throws -> Distribution.Said {
        let said = try distribution.spkg("uninstall", "old")
        #expect(said.status == 0, "\(said.stderr)")
        #expect(try distribution.spkg("list").stdout == "ham  1.0\n")
        return said
    }

    @Test func `a JSON record: its files go, those already gone are no matter`() throws {
        try run { distribution throws in
            try write(
                distribution, "old-1.0.p2",
                Self.record("1.0.p2", ["share/old/file", "share/old/gone", "lib/never/was"]))
            #expect(try distribution.spkg("list").stdout == "ham  1.0\nold  1.0.p2\n")
            _ = try uninstall(distribution)
            #expect(try !distribution.local.exists("share"))
        }
    }

    /// As SageMath's own installer records `script (dev).tmpl` of setuptools.
    @Test func `names that its shell has cut at blanks are whole again`() throws {
        try run { distribution in
            try distribution.local.write("share/old/script (dev).tmpl", "1")
            try distribution.local.write("share/old/a dir/file", "1")
            try write(
                distribution, "old-1.0",
                Self.record(
                    "1.0",
                    [
                        "share/old/a", "dir/file", "share/old/file", "share/old/script",
                        "(dev).tmpl", "share/old/gone",
                    ]))
            let owner = try distribution.spkg("owner", "local/share/old/script (dev).tmpl")
            #expect(owner.stdout == "old\n", "\(owner)")
            let files = try distribution.spkg("files", "old").stdout
            #expect(files.contains("/share/old/a dir/file\n"), "\(files)")
            _ = try uninstall(distribution)
            #expect(try !distribution.local.exists("share"))
        }
    }

    @Test(arguments: ["", "PACKAGE NAME: old"])
    func `a stamp that says nothing: the package is forgotten, its files stay`(text: String) throws
    {
        try run { distribution throws in
            try write(distribution, "old-1.0", text)
            #expect(try distribution.spkg("list").stdout == "ham  1.0\nold  1.0\n")
            _ = try uninstall(distribution)
            #expect(try distribution.local.exists("share/old/file"))
        }
    }

    @Test func `several stamps: the files of all go, and every stamp`() throws {
        try run { distribution throws in
            try distribution.local.write("share/old/second", "2")
            try write(distribution, "old-1.0", Self.record("1.0", ["share/old/file"]))
            try write(distribution, "old-2.0", Self.record("2.0", ["share/old/second"]))
            try write(distribution, "old-0.9", "")
            _ = try uninstall(distribution)
            #expect(try !distribution.local.exists("share"))
            #expect(
                try distribution.local.pushing(Self.installed).listing().keys.sorted()
                    == ["ham-1.0"])
        }
    }

    @Test func `a record that names files outside of the tree: they stay`() throws {
        try run { distribution throws in
            let outside = try distribution.root.write("outside", "")
            try write(
                distribution, "old-1.0",
                Self.record("1.0", ["../outside", outside.string, "share/old/../../../outside"]))
            _ = try distribution.spkg("uninstall", "old")
            #expect(try distribution.root.exists("outside"))
            #expect(try distribution.local.exists("share/old/file"))
        }
    }

    @Test func `what pip had installed for it goes too, though the record lists only its wheel`()
        throws
    {
        try run { distribution throws in
            let before = try distribution.tree()
            var wheel = WheelBuilder("Old_Name", "1.0")
            wheel.add("oldname.py", "")
            try wheel.write(in: distribution.wheels)
            let pip = try distribution.pip(
                "install", "--no-index", "--no-deps",
                distribution.wheels.appending(wheel.wheelName).string)
            #expect(pip.status == 0, "\(pip.stderr)")
            let place = "var/lib/sage/scripts/old"
            let stored = "var/lib/sage/wheels/\(wheel.wheelName)"
            try distribution.local.write(
                FilePath("\(place)/spkg-requirements.txt"),
                "Old_Name @ file://\(distribution.local)/\(stored)\n")
            // The old one's own way to do it: pip of the tree, which has none here.
            try distribution.local.write(
                FilePath("\(place)/spkg-piprm"),
                """
                #!/usr/bin/env bash
                sdh_guard
                sdh_pip_uninstall -r "$SAGE_SPKG_SCRIPTS/$PKG_BASE/spkg-requirements.txt"

                """, mode: 0o755)
            try distribution.local.write(
                FilePath("\(place)/spkg-prerm"),
                "#!/bin/sh\necho \"$SAGE_LOCAL\" > \"$SAGE_ROOT/seen\"\n", mode: 0o755)
            try write(
                distribution, "old-1.0",
                Self.record("1.0", [stored, "\(place)/spkg-requirements.txt", "share/old/file"]))
            _ = try uninstall(distribution)
            #expect(try distribution.root.text("seen") == "\(distribution.local)\n")
            let after = try distribution.tree()
            #expect(after.keys.filter { before[$0] == nil }.sorted() == ["var/lib/sage/scripts"])
            #expect(
                before.keys.filter { after[$0] == nil }.sorted()
                    == ["share", "share/old", "share/old/file"])
        }
    }

    @Test func `an old package is upgraded by its recipe of today`() throws {
        try run { distribution throws in
            try write(distribution, "old-1.0", Self.record("1.0", ["share/old/file"]))
            try distribution.addScripted(
                "old", "2.0",
                scripts: [
                    "install.in": WeakPointTests.simple.replacing(
                        "$PKG_BASE", with: "new")
                ])
            try distribution.install("old")
            #expect(try distribution.spkg("list").stdout == "ham  1.0\nold  2.0\n")
            #expect(try distribution.local.pushing("share").listing().keys.sorted() == ["new"])
        }
    }

    @Test func `without a usable record, the recipe's own script removes it`() throws {
        try run { distribution throws in
            try write(distribution, "old-1.0", "")
            try distribution.addScripted(
                "old", "2.0",
                scripts: [
                    "install.in": "",
                    "legacy-uninstall":
                        "#!/usr/bin/env bash\n[ -e spkg-legacy-uninstall ] && rm -r \"$SAGE_LOCAL/share/old\"\n",
                ])
            _ = try uninstall(distribution)
            #expect(try !distribution.local.exists("share/old"))
        }
    }

    @Test func `if that script fails, nothing else is done`() throws {
        try run { distribution throws in
            try write(distribution, "old-1.0", "")
            try distribution.addScripted(
                "old", "2.0",
                scripts: ["install.in": "", "legacy-uninstall": "#!/bin/sh\necho no way; exit 3\n"])
            let before = try distribution.tree()
            let said = try distribution.spkg("uninstall", "old")
            #expect(said.status == 1)
            #expect(said.stderr.contains("no way"), "\(said.stderr)")
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `a package with a usable record is not removed by that script`() throws {
        try run { distribution throws in
            try write(distribution, "old-1.0", Self.record("1.0", ["share/old/file"]))
            try distribution.addScripted(
                "old", "2.0",
                scripts: ["install.in": "", "legacy-uninstall": "#!/bin/sh\nexit 3\n"])
            _ = try uninstall(distribution)
            #expect(try !distribution.local.exists("share"))
        }
    }
}
