import Platform
import Support
import SystemPackage
import Testing

/// Files that several packages bring, and files that move from one to another.
@Suite struct SharedFileTests {
    private static let namespace =
        "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"

    private func addMember(
        _ distribution: Distribution, _ name: String, _ version: String = "1.0",
        namespace text: String? = Self.namespace
    ) throws {
        var files = ["backports/\(name).py": "name = '\(name)'\n"]
        if let text { files["backports/__init__.py"] = text }
        try distribution.add(name, version, files: files)
    }

    @Test func `the __init__.py of a namespace is each member's, and leaves with the last`() throws
    {
        try Distribution.run { distribution in
            for name in ["spam", "ham"] { try addMember(distribution, name) }
            try distribution.install("spam", "ham")
            let file = distribution.site.pushing("backports/__init__.py")
            #expect(try distribution.spkg("owner", file.string).stdout == "ham\nspam\n")
            #expect(try distribution.spkg("verify").status == 0)
            try addMember(distribution, "spam", "2.0", namespace: nil)
            try distribution.install("spam")
            #expect(try distribution.python("import backports.ham, backports.spam").status == 0)
            #expect(try distribution.spkg("owner", file.string).stdout == "ham\n")
            try addMember(distribution, "spam", "3.0")
            try distribution.install("spam")
            #expect(try distribution.spkg("uninstall", "ham").status == 0)
            #expect(try distribution.python("import backports.spam").status == 0)
            #expect(try distribution.spkg("verify").status == 0)
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            #expect(try !distribution.site.exists("backports"))
        }
    }

    @Test func `other content is refused with the command that takes it over`() throws {
        try Distribution.run { distribution in
            try addMember(distribution, "spam")
            try addMember(distribution, "ham", namespace: "other = True\n")
            try distribution.install("spam")
            let before = try distribution.tree()
            let said = try distribution.spkg("install", "ham")
            #expect(said.status == 1)
            #expect(said.stderr.contains("backports/__init__.py belongs to spam"), "\(said)")
            #expect(said.stderr.contains("spkg install --overwrite ham"), "\(said)")
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `a file that pip's distributions list too stays for them`() throws {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            let tree = distribution.local.string
            for name in ["spam", "ham"] {
                var wheel = WheelBuilder(name, "1.0")
                wheel.add("backports/__init__.py", Self.namespace)
                wheel.add("backports/\(name).py")
                let path = try wheel.write(in: distribution.root).string
                // As pip does it: over what is there.
                let said = try distribution.said(
                    ["python3", "-m", "zipfile", "-e", path, distribution.site.string], [:])
                #expect(said.status == 0, "\(said)")
            }
            try distribution.expectDone("wheel", "uninstall", "--tree", tree, "spam")
            #expect(try distribution.site.exists("backports/__init__.py"))
            #expect(try !distribution.site.exists("backports/spam.py"))
            try distribution.expectDone("wheel", "uninstall", "--tree", tree, "ham")
            #expect(try !distribution.site.exists("backports"))
        }
    }

    @Test(arguments: [["spam", "ham"], ["ham", "spam"]])
    func `a file moves from one package to another in one run, in either order`(_ names: [String])
        throws
    {
        try Distribution.run { distribution in
            func add(_ name: String, _ version: String, _ files: String) throws {
                try distribution.addScripted(
                    name, version,
                    scripts: [
                        "install.in": """
                        mkdir -p "$SAGE_DESTDIR_LOCAL/share"
                        cd "$SAGE_DESTDIR_LOCAL/share"
                        for file in \(files); do echo "$PKG_NAME" > $file; done

                        """
                    ])
            }
            try add("spam", "1", "a")
            try add("ham", "1", "b moves")
            try distribution.install("spam", "ham")
            try add("spam", "2", "a moves")
            try add("ham", "2", "b")
            let alone = try distribution.spkg("install", "spam")
            #expect(alone.status == 1)
            #expect(alone.stderr.contains("spkg install --overwrite spam"), "\(alone)")
            let both = try distribution.said(
                [Distribution.program.string, "install"] + names, [:])
            #expect(both.status == 0, "\(both)")
            #expect(try distribution.local.text("share/moves") == "spam-2\n")
            #expect(try distribution.spkg("owner", "local/share/moves").stdout == "spam\n")
            #expect(try distribution.spkg("verify").status == 0)
            #expect(try distribution.spkg("uninstall", "ham").status == 0)
            #expect(try distribution.local.exists("share/moves"))
        }
    }
}
