import Platform
import Support
import SystemPackage
import Testing

@Suite struct InstallTests {
    @Test func `a package is built, stored, installed and recorded`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(said.stdout == "")
            #expect(try distribution.python("import spam; print(spam.version)").stdout == "1.0\n")
            #expect(try distribution.storedWheels() == ["spam-1.0-py3-none-any.whl"])
            #expect(try distribution.spkg("list").stdout == "spam  1.0\n")
            let page = try distribution.wheels.text("simple/spam/index.html")
            #expect(page.contains("../../spam-1.0-py3-none-any.whl#sha256="))
            #expect(try distribution.wheels.text("simple/index.html").contains("href=\"spam/\""))
            #expect(try distribution.litter() == [])
            #expect(try distribution.root.exists("logs/pkgs/spam-1.0.log"))
        }
    }

    @Test func `nothing to do is said and done`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.spkg("install", "spam")
            let before = try distribution.tree()
            let said = try distribution.spkg("install", "spam")
            #expect(said == .init(status: 0, stdout: "", stderr: "[spam-1.0] already installed\n"))
            #expect(try distribution.tree() == before)
        }
    }

    @Test func `an upgrade leaves nothing of the old version`() throws {
        try Distribution.run { distribution in
            try distribution.add(
                "spam", "1.0", files: ["spam/__init__.py": "v = 1", "spam/old.py": ""])
            try distribution.spkg("install", "spam")
            try distribution.add(
                "spam", "2.0", files: ["spam/__init__.py": "v = 2", "spam/new.py": ""])
            #expect(try distribution.spkg("install", "spam").status == 0)
            let files = try distribution.site.listing().keys.filter { $0.contains("spam") }
            #expect(!files.contains("spam/old.py"))
            #expect(!files.contains { $0.hasPrefix("spam-1.0") })
            #expect(try distribution.python("import spam.new; print(spam.v)").stdout == "2\n")
            #expect(try distribution.storedWheels() == ["spam-2.0-py3-none-any.whl"])
            #expect(try distribution.spkg("list").stdout == "spam  2.0\n")
        }
    }

    @Test func `what a package needs is brought first`() throws {
        try Distribution.run { distribution in
            try distribution.add("tool", "1.5")
            try distribution.add(
                "spam", "1.0", dependencies: "| tool", requires: ["tool>=1.2"],
                backend: "import tool; extra['made_by.py'] = ('v = %r' % tool.version).encode()")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.python("import made_by; print(made_by.v)").stdout == "1.5\n")
        }
    }

    @Test func `a changed recipe rebuilds, and what ordinarily depends on it too`() throws {
        try Distribution.run { distribution in
            try distribution.add("base", "1.0")
            try distribution.add("spam", "1.0", dependencies: "base")
            try distribution.spkg("install", "spam")
            try distribution.root.write(
                "build/pkgs/base/patches/change.patch",
                "--- a/src/base.py\n+++ b/src/base.py\n@@ -1 +1 @@\n-version = '1.0'\n+version = 'patched'\n"
            )
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(said.stderr.contains("[base-1.0] installed"))
            #expect(said.stderr.contains("[spam-1.0] installed"))
            #expect(
                try distribution.python("import base; print(base.version)").stdout == "patched\n")
        }
    }

    @Test func `a newer order-only dependency rebuilds nothing`() throws {
        try Distribution.run { distribution in
            try distribution.add("tool", "1.0")
            try distribution.add("spam", "1.0", dependencies: "| tool")
            try distribution.spkg("install", "spam")
            try distribution.add("tool", "2.0")
            try distribution.spkg("install", "tool")
            #expect(
                try distribution.spkg("install", "spam").stderr == "[spam-1.0] already installed\n")
        }
    }

    @Test func `uninstalling leaves the tree as it was, and twice is fine`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try distribution.spkg("install", "ham")
            let before = try distribution.tree()
            try distribution.add(
                "spam", "1.0",
                files: ["spam/__init__.py": "", "spam/sub/x.py": "", "spam.pth": "spam"])
            try distribution.spkg("install", "spam")
            _ = try distribution.said(
                [
                    distribution.local.appending("bin/python3").string, "-m", "compileall", "-q",
                    distribution.site.string,
                ], [:])
            try removeTree(distribution.site.appending("__pycache__"))
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            #expect(try distribution.tree() == before)
            let again = try distribution.spkg("uninstall", "spam")
            #expect(again.status == 0)
            #expect(again.stderr == "")
            let stranger = try distribution.spkg("uninstall", "nobody")
            #expect(stranger.status == 0)
            #expect(stranger.stderr.contains("no recipe of that name"))
        }
    }

    @Test func `removing what installed packages need is said, and who they are (7.33)`() throws {
        try Distribution.run { distribution in
            try distribution.add("tool", "1.0")
            try distribution.add("ham", "1.0")
            try distribution.add("spam", "1.0", dependencies: "ham | tool")
            try distribution.add("bacon", "1.0", dependencies: "$(SCRIPTS) ham")
            try distribution.add("egg", "1.0", dependencies: "ham")
            try distribution.install("spam", "bacon")
            #expect(try !distribution.spkg("uninstall", "tool").stderr.contains("warning"))
            let said = try distribution.spkg("uninstall", "ham")
            #expect(said.status == 0)
            let words = "[ham] warning: still required by: bacon spam\n"
            #expect(said.stderr.contains(words), "\(said)")

            try distribution.install("spam")
            let all = try distribution.spkg("uninstall", "ham", "spam", "bacon")
            #expect(all.status == 0)
            #expect(!all.stderr.contains("warning"), "\(all)")
        }
    }

    @Test func `what pip removed behind our back is brought back`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.spkg("install", "spam")
            let pip = try distribution.pip("uninstall", "-y", "spam")
            #expect(pip.status == 0, "\(pip.stderr)")
            #expect(try distribution.spkg("install", "spam").status == 0)
            #expect(try distribution.python("import spam").status == 0)
        }
    }

    @Test func `pip sees a normal installation`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.spkg("install", "spam")
            let list = try distribution.pip("list", "--format=freeze")
            #expect(list.stdout.contains("spam==1.0"), "\(list)")
            #expect(try distribution.pip("check").status == 0)
        }
    }

    @Test func `the store alone is enough for pip elsewhere`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.spkg("install", "spam")
            let target = distribution.root.appending("elsewhere").string
            let said = try distribution.said(
                [
                    "python3", "-m", "pip", "install", "--no-index", "--quiet",
                    "--find-links=\(distribution.wheels)", "--target=\(target)", "spam",
                ], [:])
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.root.exists("elsewhere/spam.py"))
        }
    }
}

extension Distribution {
    func storedWheels() throws -> [String] {
        try Directory(opening: wheels).entries().map(\.name.string)
            .filter { $0.hasSuffix(".whl") }.sorted()
    }

    /// pip of the Python on PATH, working on the tree.
    func pip(_ arguments: String...) throws -> Said {
        try said(
            ["python3", "-m", "pip", "--python", local.appending("bin/python3").string] + arguments,
            [:])
    }
}
