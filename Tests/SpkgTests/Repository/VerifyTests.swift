import Platform
import Support
import SystemPackage
import Testing

@Suite struct VerifyTests {
    /// Installs spam and ham, does something to the tree, and gives what `verify` says then.
    private func verify(after change: (Distribution) throws -> Void) throws -> [String] {
        var lines: [String] = []
        try Distribution.run { distribution in
            for name in ["spam", "ham"] {
                try distribution.add(name, "1.0")
                #expect(try distribution.spkg("install", name).status == 0)
            }
            try change(distribution)
            let said = try distribution.spkg("verify")
            #expect(said.status == (said.stdout.isEmpty ? 0 : 1), "\(said)")
            let place = "lib/python\(pythonVersion)/site-packages"
            lines = said.stdout.split(separator: "\n").map {
                String($0.replacing(place, with: "SITE"))
            }
        }
        return lines
    }

    @Test func `a tree is well after installs, upgrades and uninstalls`() throws {
        let lines = try verify { distribution in
            try distribution.add("spam", "2.0")
            #expect(try distribution.spkg("install", "spam").status == 0)
            #expect(try distribution.spkg("uninstall", "ham").status == 0)
        }
        #expect(lines == [])
    }

    @Test func `a changed, a missing and an unowned file are found`() throws {
        let lines = try verify { distribution in
            try distribution.site.write("spam.py", "version = '1.0'##")
            try removeTree(distribution.site.appending("ham.py"))
            try distribution.site.write("stray.py")
        }
        #expect(
            lines == [
                "missing: SITE/ham.py (ham)", "changed: SITE/spam.py (spam): 17 bytes, not 16",
                "unowned: SITE/stray.py",
            ])
    }

    @Test func `content of the same size is told apart, in the tree and in the store`() throws {
        let lines = try verify { distribution in
            try distribution.site.write("spam.py", "version = '9.9'\n")
            let wheel = distribution.wheels.appending("ham-1.0-py3-none-any.whl")
            var bytes = try readFile(wheel)
            bytes[40] ^= 1
            try writeFile(wheel, bytes)
        }.filter {
            // With the wheel's time, what its page says of it is wrong too.
            !$0.hasPrefix("stale page")
        }
        #expect(lines.count == 2)
        #expect(lines.first == "changed: SITE/spam.py (spam)")
        let store = "changed: var/lib/sage/wheels/ham-1.0-py3-none-any.whl (ham): its sha256 is "
        #expect(lines.last?.hasPrefix(store) == true, "\(lines)")
    }

    @Test(arguments: ["sha384", "sha512"])
    func `rows with longer hashes are proved too`(algorithm: String) throws {
        let hash = { WheelBuilder.recordHash(algorithm, of: $0) }
        let lines = try verify { distribution in
            for (name, text) in [("spam", "version = '1.0'\n"), ("ham", "version = '9.9'\n")] {
                let record = FilePath("\(name)-1.0.dist-info/RECORD")
                let rows = try distribution.site.text(record).split(separator: "\n").map { row in
                    row.hasPrefix("\(name).py,") ? "\(name).py,\(hash(text)),16" : String(row)
                }
                try distribution.site.write(record, rows.map { $0 + "\n" }.joined())
            }
        }
        #expect(lines == ["changed: SITE/ham.py (ham)"])
    }

    @Test func `a package that pip changed behind our back is named with its version`() throws {
        let lines = try verify { distribution in
            var wheel = WheelBuilder("spam", "3.0")
            wheel.add("spam.py", "version = '3.0'\n")
            let path = try wheel.write(in: distribution.root)
            let pip = try distribution.pip(
                "install", "-q", "--no-index", "--no-compile", path.string)
            #expect(pip.status == 0, "\(pip.stderr)")
        }
        #expect(
            lines.contains { $0.hasPrefix("replaced:") && $0.contains("version 3.0") }, "\(lines)")
    }

    @Test func `wheels without packages, packages without wheels and stale pages are found`() throws
    {
        let lines = try verify { distribution in
            try removeTree(distribution.wheels.appending("spam-1.0-py3-none-any.whl"))
            _ = try WheelBuilder("eggs", "1.0").write(in: distribution.wheels)
            try distribution.wheels.write("simple/ham/index.html", "stale")
        }
        #expect(lines.contains { $0.hasPrefix("package without wheel:") && $0.contains("spam") })
        #expect(lines.contains { $0.hasPrefix("wheel without package:") && $0.contains("eggs") })
        #expect(lines.contains { $0.hasPrefix("stale page:") && $0.contains("ham") })
    }

    @Test func `files and owners are told`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.spkg("install", "spam").status == 0)
            let file = distribution.site.appending("spam.py")
            #expect(try distribution.spkg("files", "spam").stdout.contains("\(file)\n"))
            #expect(try distribution.spkg("owner", file.string).stdout == "spam\n")
            let stray = try distribution.site.write("stray.py")
            #expect(try distribution.spkg("owner", stray.string).status == 1)
            #expect(try distribution.spkg("files", "ham").status == 1)
        }
    }
}
