import Platform
import Support
import SystemPackage
import Testing

/// An uninstall beside another command on the same package: one after the other.
@Suite struct ConcurrentUninstallTests {
    /// Its spkg-prerm waits until the file `go` is there.
    private func add(_ distribution: Distribution, _ version: String) throws {
        try distribution.addScripted(
            "foo", version,
            scripts: [
                "install.in": "echo \(version) > \"$SAGE_DESTDIR_LOCAL/lib/foo\"",
                "prerm.in": """
                echo prerm\(version) >> "$SAGE_ROOT/ran"
                while [ ! -e "$SAGE_ROOT/go" ]; do read -r -t 0.02 <> "$SAGE_ROOT/never" || :; done
                """,
                "postrm.in": "echo postrm\(version) >> \"$SAGE_ROOT/ran\"\n",
            ])
    }

    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try add(distribution, "1")
            try distribution.bash("mkfifo never").expectSuccess()
            try distribution.install("foo")
            try body(distribution)
        }
    }

    /// Waits until the first command runs its script, then lets the second begin and come to its wait.
    private func waitFor(_ condition: String, _ distribution: Distribution) throws {
        try distribution.bash(
            "exec 9<> never; until \(condition); do read -r -t 0.02 -u 9 || :; done"
        )
        .expectSuccess()
    }

    @Test func `two uninstalls: each script runs once`() throws {
        try run { distribution in
            let first = try distribution.startSpkg("uninstall", "foo")
            try waitFor("[ -e ran ]", distribution)
            let second = try distribution.startSpkg("uninstall", "foo")
            try waitFor("grep -q waiting said-*.err", distribution)
            try distribution.root.write("go")
            #expect(try [first.end().status, second.end().status] == [0, 0])
            #expect(try distribution.root.text("ran") == "prerm1\npostrm1\n")
            #expect(try distribution.records() == [])
        }
    }

    @Test func `an install that begins meanwhile comes after it`() throws {
        try run { distribution in
            let first = try distribution.startSpkg("uninstall", "foo")
            try waitFor("[ -e ran ]", distribution)
            try add(distribution, "2")
            let second = try distribution.startSpkg("install", "foo")
            try waitFor("grep -q waiting said-*.err", distribution)
            try distribution.root.write("go")
            #expect(try [first.end().status, second.end().status] == [0, 0])
            #expect(try distribution.root.text("ran") == "prerm1\npostrm1\n")
            #expect(try distribution.records() == ["foo-2"])
            #expect(try distribution.local.text("lib/foo") == "2\n")
        }
    }
}
