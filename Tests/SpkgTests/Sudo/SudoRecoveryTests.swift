import Platform
import Support
import SystemPackage
import Testing

/// A merge with the rights of SAGE_SUDO that is killed, waits, or can't be asked for.
@Suite(.enabled(if: sudoUser != nil, "see SudoTests"))
struct SudoRecoveryTests {
    /// A wheel's package and one of files, of this version.
    private func add(_ version: String, to sample: SudoSample) throws {
        let distribution = sample.distribution
        try distribution.add("spam", version)
        try distribution.addScripted(
            "files", version,
            scripts: [
                "install.in": """
                mkdir -p "$SAGE_DESTDIR_LOCAL/share/files"
                for n in 1 2 3; do echo \(version) > "$SAGE_DESTDIR_LOCAL/share/files/$n"; done
                """
            ])
        try sample.handOver()
    }

    @Test func `a killed merge is finished by the next command of the user`() throws {
        try SudoSample.run { sample in
            try add("1.0", to: sample)
            let first = try sample.spkg("install", "spam", "files")
            #expect(first.status == 0, "\(first.stderr)")
            let local = sample.distribution.local
            let changes = local.appending("var/lib/sage/changes")
            // Killed ever later under the lock, until the change is open.
            var call = 8
            var version = 1
            for command in ["recover", "install", "check", "uninstall"] {
                version += 1
                try add("\(version).0", to: sample)
                repeat {
                    let fault = Fault(.killBefore, at: call, from: Scenario.lock)
                    let said = try sample.spkg(
                        "install", "--no-deps", "files",
                        sudo: sample.sudo(failing: "merge", by: fault))
                    try #require(said.status == 1, "\(said.stderr)")
                    if try !Directory(opening: changes).entries().isEmpty {
                        #expect(said.stderr.contains("a change is left open"), "\(said.stderr)")
                        break
                    }
                    call += 1
                    try #require(call < 60, "\(said.stderr)")
                } while true
                let words = command == "recover" ? [command] : [command, "files"]
                let next = try sample.asUser([sample.program.string] + words)
                #expect(next.status == 0, "\(command): \(next.stderr)")
                #expect(next.stderr.contains("was interrupted"), "\(command): \(next.stderr)")
                #expect(try sample.distribution.litter() == [])
                #expect(try sample.strangers() == "")
                if command == "uninstall" {
                    #expect(try !local.exists("share/files"))
                } else {
                    #expect(
                        try local.text("share/files/1") == "\(version).0\n", "\(command) \(call)")
                    #expect(try local.text("share/files/3") == "\(version).0\n")
                }
                #expect(try sample.spkg("verify").stdout == "")
                #expect(try sample.leftOfRoot() == "")
            }
        }
    }

    @Test func `what the merge waits for is said while it waits`() throws {
        try SudoSample.run { sample in
            try add("1.0", to: sample)
            #expect(try sample.spkg("install", "spam").status == 0)
            let lock = sample.distribution.local.appending("var/lock/pip3.lock").string
            // Lets go of the lock when the user has been told.
            let script = """
                exec 9<'\(lock)'; flock -x 9
                setpriv --reuid '\(sample.user)' --regid '\(sample.user)' --init-groups \
                    '\(sample.program)' install files 2>said 9<&- & pid=$!
                n=0
                until grep -q 'waiting for' said; do
                    n=$((n + 1)); [ $n -lt 100 ] || { kill $pid; exit 3; }; sleep 0.1
                done
                exec 9<&-
                wait $pid
                """
            let said = try sample.distribution.said(
                ["bash", "-c", script], sample.environment())
            let heard = try sample.distribution.root.text("said")
            #expect(said.status == 0, "\(heard)")
        }
    }

    @Test func `a sudo that needs a password and has no terminal is an error at once`() throws {
        try SudoSample.run { sample in
            try add("1.0", to: sample)
            try sample.distribution.root.write(
                "asking-sudo", "#!/bin/sh\necho 'sudo: a terminal is required' >&2\nexit 1\n",
                mode: 0o755)
            let said = try sample.distribution.said(
                ["setsid", "-w"] + sample.words([sample.program.string, "install", "files"]),
                sample.environment(sudo: "asking-sudo"))
            #expect(said.status == 1)
            #expect(said.stderr.contains("nothing in the tree was changed"), "\(said.stderr)")
            let none = try sample.spkg("install", "files", sudo: "no-such-sudo")
            #expect(none.status == 1)
            #expect(none.stderr.contains("SAGE_SUDO"), "\(none.stderr)")
        }
    }
}
