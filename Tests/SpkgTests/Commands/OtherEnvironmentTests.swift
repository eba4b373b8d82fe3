import Platform
import Support
import SystemPackage
import Testing

/// Environments that are no tree of ours: commands work there, and leave nothing of their own.
@Suite struct OtherEnvironmentTests {
    private func run(_ body: (Distribution, FilePath) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            let environment = distribution.root.appending("env")
            try Directory(opening: distribution.root).rename(
                "local", to: "env", in: Directory(opening: distribution.root), .notReplacing)
            try body(distribution, environment)
        }
    }

    @Test func `nothing of ours stays, whether it is done or refused`() throws {
        try run { distribution, environment in
            let good = try distribution.wheel("1.0").write(in: distribution.root).string
            var bad = WheelBuilder("bad", "1.0")
            bad.add("\(bad.dataFolder)/data/pyvenv.cfg", "taken over")
            let refused = try bad.write(in: distribution.root).string
            let tree = ["--tree", environment.string]
            for (words, status) in [
                (["wheel", "install"] + tree + [refused], 1),
                (["wheel", "install"] + tree + ["/nowhere/none-1-py3-none-any.whl"], 1),
                (["wheel", "install"] + tree + [good], 0), (["wheel", "list"] + tree, 0),
                (["verify"] + tree, 0), (["repair"] + tree, 0), (["recover"] + tree, 0),
                (["files"] + tree + ["spam"], 0),
                (["owner"] + tree + [environment.pushing("bin/spam").string], 0),
                (["wheel", "uninstall"] + tree + ["spam"], 0),
                (["wheel", "uninstall"] + tree + ["spam"], 0),
            ] as [([String], Int)] {
                let said = try distribution.said([Distribution.program.string] + words, [:])
                #expect(said.status == status, "\(words): \(said)")
                #expect(try !environment.exists("var"), "\(words)")
            }
        }
    }

    @Test func `several at once: the last one tidies up`() throws {
        try run { distribution, environment in
            let words = ["wheel", "install", "--tree", environment.string]
            var running: [Distribution.Said] = []
            let wheel = try distribution.wheel("1.0").write(in: distribution.root).string
            let command = words.map { "'\($0)'" }.joined(separator: " ")
            let program = Distribution.program.string
            let script = """
                for i in 1 2 3 4; do '\(program)' \(command) '\(wheel)' & all="$all $!"; done
                for p in $all; do wait $p || exit 1; done
                """
            running.append(try distribution.said(["bash", "-c", script], [:]))
            #expect(running[0].status == 0, "\(running)")
            #expect(try !environment.exists("var"))
        }
    }

    @Test func `a moved environment: its scripts start its own Python again`() throws {
        try run { distribution, environment in
            let wheel = try distribution.wheel("1.0").write(in: distribution.root).string
            try distribution.expectDone("wheel", "install", "--tree", environment.string, wheel)
            let moved = distribution.root.appending("moved")
            try Directory(opening: distribution.root).rename(
                "env", to: "moved", in: Directory(opening: distribution.root), .notReplacing)
            let found = try distribution.spkg("verify", "--tree", moved.string)
            #expect(found.status == 1 && found.stdout.contains("moved: bin/spam"), "\(found)")
            try distribution.expectDone("repair", "--tree", moved.string)
            #expect(try distribution.spkg("verify", "--tree", moved.string).stdout == "")
            let ran = try distribution.said([moved.pushing("bin/spam").string], [:])
            #expect(ran.stdout == "1.0\n", "\(ran)")
            #expect(try !moved.exists("var"))
        }
    }

    /// PEP 668, on a Python with a layout of its own: what an interpreter says counts.
    @Test func `what is externally managed is refused, and Debian's folders are known`() throws {
        try Distribution.run { distribution in
            let prefix = distribution.root.appending("prefix")
            // A Python that is its own prefix, of links to a real one.
            let made = try distribution.said(
                [
                    realPython, "-c",
                    """
                    import os, shutil, sys, sysconfig
                    prefix, library = sys.argv[1], sysconfig.get_path("stdlib")
                    target = os.path.join(prefix, os.path.relpath(library, sys.base_prefix))
                    os.makedirs(target); os.makedirs(prefix + "/bin")
                    for name in os.listdir(library):
                        if name not in ("site-packages", "EXTERNALLY-MANAGED"):
                            os.symlink(os.path.join(library, name), os.path.join(target, name))
                    open(target + "/EXTERNALLY-MANAGED", "w").write(
                        "[externally-managed]\\nError=ask the distribution\\n")
                    shutil.copy(os.path.realpath(sys.executable), prefix + "/bin/python3")
                    """, prefix.string,
                ], [:])
            try #require(made.status == 0, "\(made)")
            let wheel = try distribution.wheel("1.0").write(in: distribution.root).string
            let tree = ["--tree", prefix.string]
            let program = Distribution.program.string
            let refused = try distribution.said(
                [program, "wheel", "install"] + tree + [wheel], [:])
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("ask the distribution"), "\(refused)")
            #expect(refused.stderr.contains("--break-system-packages"))
            #expect(try !prefix.exists("var"))

            let forced = ["--break-system-packages", wheel]
            let done = try distribution.said([program, "wheel", "install"] + tree + forced, [:])
            #expect(done.status == 0, "\(done)")
            let python = prefix.pushing("bin/python3").string
            let seen = try distribution.said([python, "-c", "import spam; spam.main()"], [:])
            #expect(seen.stdout == "1.0\n", "\(seen)")
            let listed = try distribution.said([program, "wheel", "list"] + tree, [:])
            #expect(listed.stdout.contains("spam"), "\(listed)")
            let kept = try distribution.said(
                [program, "wheel", "uninstall"] + tree + ["spam"], [:])
            #expect(kept.status == 1, "\(kept)")
        }
    }
}
