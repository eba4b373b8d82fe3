import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// One clear error, status 1, and the tree as it was.
@Suite struct BadInputTests {
    /// Installs version 1.0, breaks something, and expects that `install` fails with these words and
    /// that version 1.0 is untouched.
    private func expectFailure(
        saying words: [String], _ breaking: (Distribution) throws -> Void
    ) throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.spkg("install", "spam").status == 0)
            let before = try distribution.tree()
            try breaking(distribution)
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 1)
            for word in words { #expect(said.stderr.contains(word), "\(word) in: \(said.stderr)") }
            #expect(said.stderr.split(separator: "\n").filter { $0.hasPrefix("error:") }.count == 1)
            #expect(try distribution.tree() == before)
            #expect(try distribution.litter() == [])
            #expect(try distribution.python("import spam; print(spam.version)").stdout == "1.0\n")
        }
    }

    @Test func `an unknown package: the nearest names are offered`() throws {
        try Distribution.run { distribution in
            try distribution.add("numbers", "1.0")
            let said = try distribution.spkg("install", "nunbers")
            #expect(said.status == 1)
            #expect(said.stderr.contains("nunbers"))
            #expect(said.stderr.contains("numbers"))
        }
    }

    @Test func `a wrong checksum: both sums and the place of the file`() throws {
        try expectFailure(saying: ["upstream/spam-2.0.tar.gz", "expected", "0123456789"]) {
            try $0.add("spam", "2.0")
            try $0.root.write(
                "build/pkgs/spam/checksums.ini",
                "tarball=spam-VERSION.tar.gz\nsha256=\(String(repeating: "0123456789abcdef", count: 4))\n"
            )
        }
    }

    @Test func `no network: every source tried is listed`() throws {
        try expectFailure(
            saying: [
                "spam-2.0.tar.gz", "http://127.0.0.1:9/mirror", "http://127.0.0.1:9/up", "index",
            ]
        ) {
            try $0.add("spam", "2.0")
            try removeTree($0.root.pushing("upstream/spam-2.0.tar.gz"))
            try $0.root.write(".upstream.d/10-mirror", "http://127.0.0.1:9/mirror\n")
            let sums = try $0.root.text("build/pkgs/spam/checksums.ini")
            try $0.root.write(
                "build/pkgs/spam/checksums.ini", sums + "upstream_url=http://127.0.0.1:9/up\n")
        }
    }

    @Test func `a failing build: the decisive lines, the log, and the way in`() throws {
        try expectFailure(
            saying: ["ZeroDivisionError", "logs/pkgs/spam-2.0.log", "spkg shell spam"]
        ) {
            try $0.add("spam", "2.0", backend: "1 / 0")
        }
    }

    @Test func `a build that leaves no wheel`() throws {
        try expectFailure(saying: ["spam-2.0", "no wheel"]) {
            try $0.add("spam", "2.0", backend: "return 'spam-2.0-py3-none-any.whl'")
        }
    }

    @Test func `a build that leaves two wheels`() throws {
        try expectFailure(saying: ["spam-2.0", "other-1-py3-none-any.whl"]) {
            try $0.add(
                "spam", "2.0",
                backend: "open(os.path.join(directory, 'other-1-py3-none-any.whl'), 'w').close()")
        }
    }

    @Test func `a wheel of another distribution than the recipe's`() throws {
        try expectFailure(saying: ["'spam'", "'ham'", "version_requirements.txt"]) {
            try $0.add("spam", "2.0", distribution: "ham")
        }
    }

    @Test func `an archive that climbs out of its folder`() throws {
        try expectFailure(saying: ["spam-2.0.tar.gz", "../../climbed"]) {
            try $0.add("spam", "2.0") { $0.file("spam-2.0/../../climbed", "") }
        }
    }

    @Test func `a requirement that no recipe brings`() throws {
        try expectFailure(saying: ["'tool>=3'", "build/pkgs/spam/dependencies"]) {
            try $0.add("spam", "2.0", requires: ["tool>=3"])
        }
    }

    @Test func `a build that wants the network`() throws {
        try expectFailure(saying: ["spam-2.0", "URLError"]) {
            try $0.add(
                "spam", "2.0",
                backend: "import urllib.request; urllib.request.urlopen('http://example.org')")
        }
    }

    @Test func `a journal that nobody can follow: nothing is guessed, nothing touched`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.spkg("install", "spam").status == 0)
            try distribution.add("spam", "2.0")
            try distribution.local.write("var/lib/sage/changes/foreign", "not ours")
            let before = try distribution.tree()
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 1)
            #expect(said.stderr.contains("changes/foreign"))
            #expect(said.stderr.contains("spkg verify"))
            #expect(try distribution.tree() == before)
        }
    }

    @Test(.enabled(if: getuid() == 0, "needs root to become somebody else"))
    func `a tree that can't be written`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.spkg("install", "spam").status == 0)
            let before = try distribution.tree()
            try distribution.add("spam", "2.0")
            _ = try run(
                ["chmod", "-R", "a+rX", distribution.root.string],
                environment: distribution.environment)
            _ = try run(
                ["chmod", "755", distribution.root.string], environment: distribution.environment)
            let said = try distribution.said(
                [
                    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    Distribution.program.string, "install", "spam",
                ], ["HOME": "/nonexistent"])
            #expect(said.status == 1)
            #expect(said.stderr.contains("Permission denied"), "\(said.stderr)")
            #expect(said.stderr.contains(distribution.root.string))
            #expect(try distribution.tree().keys.sorted() == before.keys.sorted())
        }
    }

    @Test(.enabled(if: getuid() == 0, "needs root to mount a small file system"))
    func `a full disk`() throws {
        try Distribution.run { distribution in
            try makeDirectories(distribution.local)
            let mount = try run(
                ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", distribution.local.string],
                environment: distribution.environment)
            try #require(mount.status == 0, "\(mount.stderr)")
            defer {
                _ = try? run(
                    ["umount", distribution.local.string], environment: distribution.environment)
            }
            try distribution.add("spam", "1.0")
            #expect(try distribution.spkg("install", "spam").status == 0)
            let before = try distribution.tree()
            try distribution.add(
                "spam", "2.0",
                backend: "extra['big.py'] = os.urandom(1000000)")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 1)
            #expect(said.stderr.contains("No space left"), "\(said.stderr)")
            #expect(try distribution.tree() == before)
            #expect(try distribution.litter() == [])
        }
    }
}
