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
        // The old one lost it at exec: build/recipes.md, 16.14.
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
        "lock true", "lock sh -c 'exit 9'", "lock sh -c 'kill -9 $$'", "-x -- lock true",
        "--exclusive lock true", "-e lock true", "-s lock true", "-F lock true", "-u lock true",
        ". true", "link true", "/dev/null true", "readonly true", "9 true", "lock -c 'exit 3'",
        "lock -c true more", "lock -c ''", "lock --command 'echo one; echo two'", "lock -n true",
        "lock echo --help -h -- x", "-o lock FLOCK -n lock echo wrong", "-o lock sh -c 'exit 5'",
        "-o lock sh -c 'kill -9 $$'", "-o -F lock true", "-n lock FLOCK -n lock true",
        "-n lock FLOCK --nb -E 7 lock true", "lock FLOCK -w .02 lock true",
        "lock FLOCK -nE9 lock true", "lock FLOCK --timeout=0 lock true",
        "lock FLOCK -s -w.02 lock true", "-s lock FLOCK -sn lock echo both", "-w x lock true",
        "-w 1e1 lock true", "-wx9 lock true", "-E 300 lock true", "-E x lock true", "-w", "-E",
        "lock", "57", "9x", "", "-", "--bogus lock true", "-n", "missing/lock true",
        "lock/lock true", "lock no-such-program", "lock ./readonly", "lock ''",
    ])
    func `it is flock(1), with the same statuses and output`(arguments: String) throws {
        let makeFiles = "touch lock readonly; chmod 444 readonly; ln -s lock link\n"
        func said(_ program: String) throws -> ChildOutput {
            try shell(
                makeFiles + "\(program) \(arguments.replacing("FLOCK", with: program)); s=$?\n"
                    + "ls -d missing; exit $s")
        }
        let (ours, theirs) = (try said("spkg flock"), try said("flock"))
        #expect(ours.status == theirs.status, "\(ours) \(theirs)")
        #expect(ours.stdout == theirs.stdout)
        #expect((ours.stderr == "") == (theirs.stderr == ""), "\(ours) \(theirs)")
    }

    @Test func `a lock that belongs to one process ends with it, whatever that leaves running`()
        throws
    {
        let said = try shell(
            """
            mkfifo gate
            spkg flock -o lock sh -c 'cat gate >/dev/null & exit 0'
            flock -n lock echo free
            echo >gate
            """)
        #expect(said.stdout == "free\n")
    }

    @Test func `a command is handed on byte for byte`() throws {
        let said = try shell(
            #"""
            export ODD=$'\xfe\xff'
            spkg flock lock sh -c 'printf %s "$1$ODD"' x $'\xc3\xff' | od -An -tx1
            spkg flock lock -c $'printf %s \xff' | od -An -tx1
            """#)
        #expect(said.stdout == " c3 ff fe ff\n ff\n")
    }

    @Test func `the working directory may have been removed`() throws {
        let said = try shell(
            """
            mkdir gone; program=$PWD/spkg; cd gone; rmdir ../gone
            "$program" flock /dev/null sh -c 'cd .. && ls spkg; echo done'
            """)
        #expect(said.stdout == "spkg\ndone\n")
    }

    @Test func `sage-flock takes a file or a number, with a command, too`() throws {
        let bin = Distribution.buildBin
        let said = try shell(
            """
            export SPKG_PROGRAM=$PWD/spkg PATH="\(bin):$PATH"
            sage-flock -x lock flock -n lock echo wrong
            exec 9>lock
            sage-flock -x 9 echo one
            flock -n lock echo wrong
            sage-flock -u 9 echo two
            flock -n lock echo free
            """)
        #expect(said.stdout == "one\ntwo\nfree\n")
        #expect(said.stderr == "")
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
