import Platform
import Support
import SystemPackage
import Testing

/// A distribution that is moved or copied: nothing of it may go on using the old place.
@Suite struct MovedTreeTests {
    private func prepare(_ distribution: Distribution) throws {
        try distribution.add(
            "spam", "1.0",
            files: [
                "spam.py": "import sys\ndef main(): print(sys.prefix)\n",
                "spam-1.0.dist-info/entry_points.txt": "[console_scripts]\nspam = spam:main\n",
            ])
        try distribution.addScripted(
            "pico",
            scripts: ["install.in": "echo x > x; sdh_install -T x \"$SAGE_LOCAL/share/x\"\n"])
        try distribution.expectDone("install", "spam", "pico")
    }

    @Test(arguments: ["mv", "cp -a"])
    func `it is said, and repair makes it a tree of its own`(how: String) throws {
        try Distribution.run { folder in
            let old = Distribution(root: folder.root.appending("old"))
            try makeDirectories(old.root)
            for part in ["build"] {
                _ = try folder.said(["cp", "-a", part, "old/"], [:])
            }
            try prepare(old)
            let command = "\(how) \"$PWD/old\" \"$PWD/new\""
            #expect(try folder.said(["sh", "-c", command], [:]).status == 0)
            let new = Distribution(root: folder.root.appending("new"))

            let script = new.local.pushing("bin/spam").string
            for words in [
                ["list"], ["files", "spam"], ["info", "pico"], ["export"], ["owner", script],
            ] {
                let said = try new.said([Distribution.program.string] + words, [:])
                #expect(said.status == 0, "\(words): \(said)")
                #expect(said.stderr.contains("copied from \(old.local)"), "\(words): \(said)")
            }
            let found = try new.spkg("verify")
            #expect(found.status == 1)
            for name in ["spam-1.0", "pico-1.0"] {
                #expect(found.stdout.contains("moved: var/lib/sage/installed/\(name)"))
            }
            for name in ["spam", "pico"] {
                let refused = try new.spkg("install", name)
                #expect(refused.status == 1, "\(refused)")
                #expect(refused.stderr.contains(old.local.string))
                #expect(refused.stderr.contains("spkg repair"))
            }

            let said = try new.spkg("repair")
            #expect(said.status == 1)
            #expect(said.stdout.contains("spkg install pico"), "\(said)")
            let ran = try new.said([new.local.pushing("bin/spam").string], [:])
            #expect(ran.stdout == "\(new.local)\n", "\(ran)")
            #expect(try new.spkg("install", "pico", "spam").status == 0)
            let verified = try new.spkg("verify")
            #expect(verified.status == 0, "\(verified)")
        }
    }

    @Test func `the same tree by another spelling is not a moved one`() throws {
        try Distribution.run { distribution in
            try prepare(distribution)
            try distribution.root.link("link", to: "local")
            let spelled = ["SAGE_LOCAL": distribution.root.appending("link").string]
            let said = try distribution.spkg("install", "spam", "pico", environment: spelled)
            #expect(said.status == 0 && said.stderr.contains("already installed"), "\(said)")
            #expect(try distribution.spkg("verify", environment: spelled).stdout == "")
        }
    }

    @Test func `the make fragment doesn't depend on where it was written`() throws {
        try Distribution.run { distribution in
            try prepare(distribution)
            let text = try distribution.spkg("makefile").stdout
            #expect(!text.contains(distribution.root.string))
            try distribution.root.write("fragment.mk", text)
            let moved = FilePath("\(distribution.root) moved")
            #expect(
                try distribution.said(
                    ["cp", "-a", distribution.root.string, moved.string], [:]
                ).status == 0)
            defer { try? removeTree(moved) }
            let said = try distribution.said(
                [
                    "make", "-C", moved.string, "-f", "fragment.mk",
                    "SPKG=echo $(SAGE_ROOT) $(SAGE_LOCAL)", "spam-clean",
                ], [:])
            #expect(said.stdout.contains("\(moved) \(moved)/local uninstall spam"), "\(said)")
        }
    }
}
