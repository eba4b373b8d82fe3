import Platform
import Support
import SystemPackage
import Testing

/// Several packages that one command removes.
@Suite struct UninstallSeveralTests {
    private let names = ["ant", "bee", "cat"]

    @Test func `they leave in one change, named twice or not there as well`() throws {
        try Distribution.run { distribution in
            for name in names { try distribution.addWheelRecipe(name, "1.0") }
            try distribution.addBuild("files", "")
            try distribution.addWheelRecipe("stays", "1.0")
            try distribution.install("stays")
            let before = try distribution.tree()
            try distribution.install("ant", "bee", "cat", "files")
            let said = try distribution.spkg(
                "uninstall", "ant", "files", "bee", "ant", "cat", "nobody")
            #expect(said.status == 0, "\(said)")
            for name in ["ant", "bee", "cat", "files"] {
                #expect(said.stderr.contains("[\(name)] uninstalled\n"), "\(said)")
            }
            #expect(said.stderr.contains("[nobody] not installed"), "\(said)")
            #expect(
                try distribution.changes(since: before).allSatisfy {
                    $0.hasPrefix("var/lib/sage/history")
                })
            let history = try distribution.local.text("var/lib/sage/history")
            #expect(history.contains("uninstall%20ant%20files%20bee%20cat"), "\(history)")
            #expect(try distribution.litter() == [])
        }
    }

    @Test func `what they share goes with the last of them, and what others share stays`() throws {
        try Distribution.run { distribution in
            for name in names {
                try distribution.addWheelRecipe(
                    name, "1.0", files: ["\(name).py": "", "space/__init__.py": ""])
            }
            try distribution.install("ant", "bee", "cat")
            #expect(try distribution.spkg("uninstall", "ant", "bee").status == 0)
            #expect(try distribution.site.exists("space/__init__.py"))
            #expect(try distribution.spkg("verify").status == 0)
            try distribution.install("ant")
            #expect(try distribution.spkg("uninstall", "cat", "ant").status == 0)
            #expect(try !distribution.site.exists("space"))
            #expect(try distribution.metadataFolders() == [])
        }
    }

    @Test func `scripts of some run each at its time, and one that refuses leaves the others`()
        throws
    {
        try Distribution.run { distribution in
            try distribution.addBuild("ant", "")
            try distribution.addBuild("cat", "")
            let install =
                "mkdir -p \"$SAGE_DESTDIR_LOCAL/share\"; touch \"$SAGE_DESTDIR_LOCAL/share/bee\""
            let note = { (when: String) in
                "echo \(when) $(ls \"$SAGE_LOCAL/share\") >> \"$SAGE_ROOT/said\""
            }
            try distribution.addScripted(
                "bee",
                scripts: [
                    "install.in": install,
                    "prerm.in": "\(note("before")); [ ! -e \"$SAGE_ROOT/refuse\" ]",
                    "postrm.in": note("after"),
                ])
            try distribution.install("ant", "bee", "cat")
            try distribution.root.write("refuse")
            let refused = try distribution.spkg("uninstall", "ant", "bee", "cat")
            #expect(refused.status != 0)
            #expect(refused.stderr.contains("bee is not removed"), "\(refused)")
            #expect(try distribution.records() == ["ant-1.0", "bee-1.0", "cat-1.0"])
            try removeTree(distribution.root.appending("refuse"))
            try removeTree(distribution.root.appending("said"))
            #expect(try distribution.spkg("uninstall", "ant", "bee", "cat").status == 0)
            #expect(
                try distribution.root.text("said") == "before ant bee cat\nafter ant cat\n")
            #expect(try distribution.records() == [])
        }
    }

    @Test func `--keep-files forgets all of them, and leaves their files`() throws {
        try Distribution.run { distribution in
            for name in names { try distribution.addWheelRecipe(name, "1.0") }
            try distribution.install("ant", "bee", "cat")
            #expect(try distribution.spkg("uninstall", "--keep-files", "ant", "cat").status == 0)
            #expect(try distribution.records() == ["bee-1.0"])
            for name in names { #expect(try distribution.site.exists(FilePath("\(name).py"))) }
        }
    }
}
