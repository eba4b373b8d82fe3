import Platform
import Support
import SystemPackage
import Testing

/// `spkg flock`, with `flock(1)` as judge.
@Suite struct FlockTests {
    /// Runs a shell script in a temporary folder; `spkg` is on its PATH.
    private func shell(_ script: String) throws -> ChildOutput {
        try withTemporaryFolder { folder in
            try Directory(opening: folder).makeLink("spkg", to: Distribution.program)
            return try Platform.run(
                ["bash", "-c", script],
                environment: ["PATH": "\(folder):\(inherited("PATH") ?? "")"], in: folder)
        }
    }

    @Test func `the lock is held for the whole run of the command`() throws {
        // The old one lost it at exec: recipe-facts, 4.6.
        let said = try shell("spkg flock -x lock sh -c 'flock -n lock true; echo $?'")
        #expect(said.stdout == "1\n")
    }

    @Test func `it is free again after the command, and the command's status is passed on`() throws
    {
        let said = try shell("spkg flock lock sh -c 'exit 7'; echo $?; flock -n lock true; echo $?")
        #expect(said.stdout == "7\n0\n")
    }

    @Test func `a killed command frees it`() throws {
        let said = try shell("spkg flock lock sh -c 'kill -9 $$'; flock -n lock echo free")
        #expect(said.stdout == "free\n")
    }

    @Test func `what the command leaves running still holds it`() throws {
        let said = try shell(
            """
            mkfifo gate
            spkg flock lock sh -c 'cat gate >/dev/null & exit 0'
            flock -n lock echo free
            echo >gate
            flock lock echo later
            """)
        #expect(said.stdout == "later\n")
    }

    @Test func `shared locks live side by side, an exclusive one waits for them`() throws {
        let said = try shell(
            "spkg flock -s lock sh -c 'flock -n -s lock echo both; flock -n -x lock echo wrong'")
        #expect(said.stdout == "both\n")
    }

    @Test func `the lock of an open file is taken, kept and released`() throws {
        let said = try shell(
            """
            exec 9>lock
            spkg flock -x 9
            flock -n lock echo wrong
            spkg flock -u 9
            flock -n lock echo free
            """)
        #expect(said.stdout == "free\n")
        #expect(said.stderr == "")
    }

    @Test func `waiting is announced with the holder, and ends at the limit`() throws {
        let said = try shell(
            "flock lock sh -c 'spkg flock --lock-timeout 0.2 lock echo wrong; echo $?'")
        #expect(said.stdout == "1\n")
        #expect(said.stderr.contains("waiting for"))
        #expect(said.stderr.contains("held by process"))
        #expect(said.stderr.contains("still locked"))
    }

    @Test(arguments: [
        "spkg flock lock", "spkg flock -u lock", "spkg flock -s -x lock true",
        "spkg flock --lock-timeout -1 lock true",
    ])
    func `a wrong call is told, and makes no lock`(call: String) throws {
        let said = try shell("\(call); echo $?; ls")
        #expect(said.stdout == "64\nspkg\n")
    }

    @Test(arguments: [
        ("spkg flock missing/dir/lock true", 0), ("spkg flock . true", 1),
        ("spkg flock 57", 1), ("spkg flock lock no-such-program", 1),
    ])
    func `folders are made, and what is no lock is an error`(call: String, status: Int) throws {
        let said = try shell(call)
        #expect(said.status == status)
        #expect((said.stderr == "") == (status == 0))
    }

    @Test func `install gives up at the limit and changes nothing`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.spkg("install", "spam").status == 0)
            let before = try distribution.tree()
            try distribution.add("spam", "2.0")
            let lock = distribution.local.appending("var/lock/pip3.lock").string
            let said = try distribution.said(
                [
                    "flock", lock, Distribution.program.string, "install", "--lock-timeout", "0.2",
                    "spam",
                ], [:])
            #expect(said.status == 1)
            #expect(said.stderr.contains("\(lock) is still locked"))
            #expect(try distribution.tree() == before)
            #expect(try distribution.litter() == [])
            #expect(try distribution.spkg("install", "spam").status == 0)
        }
    }
}
