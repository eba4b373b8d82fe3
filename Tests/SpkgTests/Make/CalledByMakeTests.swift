import Platform
import Support
import SystemPackage
import Testing

/// What make means by its options, where it calls the program in lines that run all the same.
@Suite struct CalledByMakeTests {
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1.0")
            try body(distribution)
        }
    }

    @Test func `a dry run of make installs and uninstalls nothing, and a question is answered`()
        throws
    {
        try run { distribution in
            #expect(try distribution.make("-n", "ham").stdout.contains("[ham] would be installed"))
            #expect(try distribution.make("-q", "ham").status == 1)
            #expect(try distribution.make("-t", "ham").status == 0)
            #expect(try !distribution.root.exists("local"))
            // Make itself would write an empty record where there is a folder for it.
            try distribution.add("spam", "1.0")
            try distribution.install("spam")
            #expect(try distribution.make("-t", "ham").status == 0)
            #expect(try !distribution.local.exists("var/lib/sage/installed/ham-1.0"))
            #expect(try distribution.make("ham").status == 0)
            let tree = try distribution.tree()
            #expect(try distribution.make("-q", "ham").status == 0)
            #expect(
                try distribution.make("-n", "ham-clean").stdout
                    .contains("[ham] would be uninstalled"))
            #expect(try distribution.make("-q", "ham-clean").status == 1)
            #expect(try distribution.make("-t", "ham-clean").status == 0)
            #expect(try distribution.tree() == tree)
        }
    }

    @Test func `every command that changes something does as it is told`() throws {
        try run { distribution in
            try distribution.install("ham")
            let spam = try distribution.wheel("1.0").write(in: distribution.root).string
            try distribution.site.write("ham.py", "damaged")
            try removeTree(distribution.wheels.pushing("simple/ham"))
            try distribution.root.write("build/bin/sage-spkg", "#!/bin/sh\n")
            let tree = distribution.local.string
            let before = try distribution.root.listing()
            for words in [
                ["wheel", "install", spam], ["wheel", "install", "--tree", tree, spam],
                ["wheel", "uninstall", "ham"], ["wheel", "uninstall", "--tree", tree, "ham"],
                ["repair"], ["repair", "ham"], ["repair", "--tree", tree], ["index"],
                ["index", distribution.wheels.string], ["adopt"], ["system", "--trusted", "ham"],
                ["uninstall", "ham"], ["merge", "build", "local"], ["build", "ham"],
                ["clean", "ham"],
            ] {
                for (flags, status) in [("n", 0), ("t", 0), ("q", 1)] {
                    let said = try distribution.said(
                        [Distribution.program.string] + words, ["MAKEFLAGS": flags])
                    #expect(said.status == status, "\(words), -\(flags): \(said)")
                    #expect(said.stdout.contains("would be") == (flags == "n"), "\(words): \(said)")
                }
                #expect(try distribution.root.listing() == before, "\(words)")
            }
            for words in [
                ["wheel", "uninstall", "none"], ["recover"], ["recover", "--tree", tree],
            ] {
                let said = try distribution.said(
                    [Distribution.program.string] + words, ["MAKEFLAGS": "q"])
                #expect(said.status == 0, "\(words): \(said)")
            }
        }
    }

    @Test func `a clean target works when the recipe is gone`() throws {
        try run { distribution in
            try distribution.install("ham")
            try removeTree(distribution.root.pushing("build/pkgs/ham"))
            let said = try distribution.make("ham-clean")
            #expect(said.status == 0, "\(said)")
            #expect(try !distribution.local.exists("var/lib/sage/installed/ham-1.0"))
        }
    }

    @Test(arguments: [
        "SIGCHLD ignored": "trap '' CHLD; exec",
        "SIGPIPE ignored": "trap '' PIPE; exec",
        "all descriptors closed": "exec 0<&- 1>&- 2>&-; exec",
        "all signals blocked": """
        exec python3 -c 'import os, signal, sys
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        os.execv(sys.argv[1], sys.argv[1:])'
        """,
    ])
    func `what a daemon starts has the signals that a shell gives`(how: String, start: String)
        throws
    {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share"
                    grep -E '^Sig(Blk|Ign)' /proc/self/status > "$SAGE_DESTDIR_LOCAL/share/signals"

                    """
                ])
            let said = try distribution.bash(#"\#(start) "$SPKG" install pico"#)
            #expect(said.status == 0, "\(how): \(said)")
            #expect(
                try distribution.local.text("share/signals")
                    == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
        }
    }
}
