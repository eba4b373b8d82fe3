import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// Several packages in one run: side by side, in the right order, and never more than there are jobs.
@Suite struct ParallelInstallTests {
    /// Two packages that wait for each other: one at a time neither ends, and `timeout` says so.
    @Test(arguments: [["-j2"], ["-j", "2"], ["--jobs=3"], []])
    func `what doesn't depend on each other is built side by side, and what needs it afterwards`(
        words: [String]
    ) throws {
        try Distribution.run { distribution in
            try distribution.addBuild("one", "timeout 30 sh -c 'echo met > \"$SAGE_ROOT/meeting\"'")
            try distribution.addBuild("two", "timeout 30 cat \"$SAGE_ROOT/meeting\"")
            try distribution.addBuild(
                "three", "ls \"$SAGE_LOCAL\"/share/{one,two}", dependencies: "one two")
            let fifo = distribution.root.appending("meeting")
            try #require(mkfifo(fifo.string, 0o600) == 0)
            let environment = words.isEmpty ? ["SPKG_JOBS": "2"] : [:]
            let said = try distribution.said(
                [Distribution.program.string, "install", "three"] + words, environment)
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.records() == ["one-1.0", "three-1.0", "two-1.0"])
            #expect(said.stderr.split(separator: "\n").count == 3, "\(said.stderr)")
        }
    }

    /// Builds and the jobs of their makes write how many of them run at the moment.
    private static let counting = """
        count() {
            : > "$SAGE_ROOT/running/$1"
            ls "$SAGE_ROOT/running" | wc -l >> "$SAGE_ROOT/counts"
            for turn in 1 2 3; do ls "$SAGE_ROOT/running" | wc -l >> "$SAGE_ROOT/counts"; done
            rm "$SAGE_ROOT/running/$1"
        }

        """

    private func addCounting(_ distribution: Distribution) throws {
        try makeDirectories(distribution.root.appending("running"))
        try distribution.root.write("count.sh", Self.counting)
        for name in ["ant", "bee", "cat", "dog"] {
            try distribution.addBuild(
                name,
                """
                . "$SAGE_ROOT/count.sh"
                count $PKG_BASE
                printf 'all: 1 2 3 4\\n1 2 3 4:\\n\\t@. "$$SAGE_ROOT/count.sh"; count %s$@\\n' $PKG_BASE > sub.mk
                make -f sub.mk

                """)
        }
    }

    private func highest(_ distribution: Distribution) throws -> Int {
        try distribution.root.text("counts").split(separator: "\n")
            .compactMap { Int($0.filter(\.isNumber)) }.max() ?? 0
    }

    @Test(arguments: [1, 2, 3])
    func `packages and the jobs of their makes are never more than the jobs`(jobs: Int) throws {
        try Distribution.run { distribution in
            try addCounting(distribution)
            try distribution.install("-j\(jobs)", "ant", "bee", "cat", "dog")
            let highest = try highest(distribution)
            #expect((1...jobs).contains(highest), "\(highest)")
        }
    }

    @Test(arguments: [("+", 3), ("", 1)])
    func `called by make they share its jobs, and without a plus sign there is one`(
        plus: String, most: Int
    ) throws {
        try Distribution.run { distribution in
            try addCounting(distribution)
            try distribution.root.write(
                "outer.mk", "all:\n\t\(plus)@'\(Distribution.program)' install ant bee cat dog\n")
            let said = try distribution.said(["make", "-j3", "-f", "outer.mk"], [:])
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try (1...most).contains(highest(distribution)))
            // Make counts its tokens at the end: "INTERNAL: Exiting with 1 jobserver tokens".
            #expect(!(said.stdout + said.stderr).contains("INTERNAL"), "\(said)")
        }
    }

    /// Each notes its number of jobs while the other one is building.
    @Test func `Python builds that are told a number of jobs hold tokens for them`() throws {
        try Distribution.run { distribution in
            for name in ["ant", "bee"] { try addTold(name, distribution) }
            let both = try distribution.install("-j5", "ant", "bee")
            let counts = try ["ant", "bee"].map {
                try #require(Int(distribution.root.text(FilePath("\($0).jobs"))))
            }
            #expect(counts.allSatisfy { $0 >= 1 } && counts.reduce(0, +) == 5, "\(counts), \(both)")
            try distribution.add("cat", "1.0", backend: note("cat", distribution))
            try distribution.install("-j5", "cat")
            #expect(try distribution.root.text("cat.jobs") == "5")
        }
    }

    private func note(_ name: String, _ distribution: Distribution) -> String {
        "open('\(distribution.root)/\(name).jobs', 'w').write(os.environ['MAX_JOBS'])"
    }

    /// Its build ends when both have begun.
    private func addTold(_ name: String, _ distribution: Distribution) throws {
        let both = ["ant", "bee"].map { "os.path.exists('\(distribution.root)/\($0).jobs')" }
        try distribution.add(
            name, "1.0",
            backend: note(name, distribution)
                + "\n    while not (\(both.joined(separator: " and "))): pass"
        ) { $0.file("\(name)-1.0/setup.py", "# by cmake\n") }
    }

    @Test func `the longest chain is begun first, by the times of earlier builds`() throws {
        try Distribution.run { distribution in
            let order = "echo $PKG_BASE >> \"$SAGE_ROOT/order\""
            for name in ["long", "short", "start", "unknown"] {
                try distribution.addBuild(name, order)
            }
            try distribution.addBuild("end", order, dependencies: "start")
            try distribution.root.write(
                "logs/pkgs/build-times.txt",
                "long 0.9 60.000\nshort 1.0 1\nnonsense\nlong 0.8 3 4\nlong 1.0 7.500\nstart - 2\n"
                    + "end 1.0 9.25\nunknown 1.0 soon\n")
            try distribution.install("-j1", "long", "short", "unknown", "end")
            // 2 + 9.25, 7.5 of the last build of it, and the middle one of all times for the unknown one.
            #expect(
                try distribution.root.text("order").split(separator: "\n")
                    == ["start", "end", "long", "unknown", "short"])
            let times = try distribution.root.text("logs/pkgs/build-times.txt")
            #expect(times.split(separator: "\n").count == 13, "\(times)")
        }
    }

    @Test func `a failure is told with what it means for the others`() throws {
        try Distribution.run { distribution in
            try distribution.addBuild("bad", "echo 'bad.c:1: error: no'; exit 3")
            try distribution.addBuild("after", "", dependencies: "bad")
            try distribution.addBuild("last", "", dependencies: "after")
            try distribution.addBuild("good", "")
            try distribution.addBuild("worse", "echo 'worse.c:1: error: no'; exit 4")
            // The order, without -k as with it.
            try distribution.root.write(
                "logs/pkgs/build-times.txt", "last 1 9\nworse 1 3\ngood 1 2\n")

            let said = try distribution.spkg("install", "-j1", "last", "worse", "good")
            #expect(said.status == 1)
            #expect(said.stderr.contains("[bad-1.0] failed after "), "\(said.stderr)")
            for text in [
                "error: building bad-1.0 failed: spkg-install ended with status 3\n    bad.c:1: error: no\n",
                "\nskipped, because of bad-1.0: after-1.0, last-1.0\n",
                "\nnot begun: worse-1.0, good-1.0; to go on after a failure: spkg install --keep-going\n",
            ] { #expect(said.stderr.contains(text), "\(said.stderr)") }
            #expect(try distribution.records() == [])

            let all = try distribution.spkg("install", "-k", "-j1", "last", "worse", "good")
            #expect(all.status == 1)
            for text in [
                "[bad-1.0] failed after ", "[worse-1.0] failed after ", "[good-1.0] installed in ",
                "error: 2 packages failed: bad-1.0, worse-1.0\n", "    bad.c:1: error: no\n",
                "    worse.c:1: error: no\n",
                "\nskipped, because of bad-1.0: after-1.0, last-1.0\n",
                "\ninstalled, and stays so: good-1.0\n",
            ] { #expect(all.stderr.contains(text), "\(text): \(all.stderr)") }
            #expect(try distribution.records() == ["good-1.0"])
        }
    }

    /// What the second one builds lets the first one go on, for which the second one waits.
    @Test
    func `of two processes that want one package, one builds it and the other waits for that`()
        throws
    {
        try Distribution.run { distribution in
            try distribution.addBuild(
                "shared", "echo x >> \"$SAGE_ROOT/built\"; timeout 60 cat \"$SAGE_ROOT/meeting\"")
            try distribution.addBuild("own", "timeout 60 sh -c 'echo met > \"$SAGE_ROOT/meeting\"'")
            try distribution.addBuild("top", "", dependencies: "shared own")
            let fifo = distribution.root.appending("meeting")
            try #require(mkfifo(fifo.string, 0o600) == 0)
            let first = try distribution.startSpkg("install", "shared")
            let lock = distribution.local.appending("var/lock/spkg/shared.lock")
            // Until it builds.
            _ = try distribution.bash(
                "until [ -e \"$0/built\" ]; do :; done".replacing(
                    "$0", with: distribution.root.string))
            let second = try distribution.startSpkg("install", "-j2", "top")
            let (one, two) = (try first.end(), try second.end())
            #expect(one.status == 0, "\(one)")
            #expect(two.status == 0, "\(two)")
            #expect(two.stderr.contains("waiting for \(lock)"), "\(two)")
            #expect(try distribution.root.text("built") == "x\n")
            #expect(try distribution.records() == ["own-1.0", "shared-1.0", "top-1.0"])
        }
    }

    @Test func `while little memory is free, builds that may be long wait for others`() throws {
        try Distribution.run { distribution in
            try addCounting(distribution)
            let said = try distribution.install(
                "-j2", "ant", "bee", environment: ["SPKG_MEMORY_RESERVE": "1000000000"])
            #expect(
                said.stderr.contains("-1.0] waits: only "), "\(said.stderr)")
            #expect(said.stderr.contains("SPKG_MEMORY_RESERVE"), "\(said.stderr)")
            #expect(try distribution.records() == ["ant-1.0", "bee-1.0"])
        }
    }

    @Test(arguments: ["-j0", "-j-1", "-jx", "--jobs=0"])
    func `a number of jobs that means nothing is wrong usage`(word: String) throws {
        try Distribution.run { distribution in
            try distribution.addBuild("pico", "")
            let said = try distribution.spkg("install", word, "pico")
            #expect(said.status == 64, "\(said)")
            #expect(try !distribution.root.exists("local"))
        }
    }

    @Test func `a package named twice is installed once, and a circle is refused`() throws {
        try Distribution.run { distribution in
            try distribution.addBuild("pico", "echo x >> \"$SAGE_ROOT/built\"")
            try distribution.install("--no-deps", "pico", "pico")
            #expect(try distribution.root.text("built") == "x\n")
            try distribution.addBuild("left", "", dependencies: "right")
            try distribution.addBuild("right", "", dependencies: "left")
            let said = try distribution.spkg("install", "left")
            #expect(said.status == 1)
            #expect(try distribution.records() == ["pico-1.0"])
        }
    }
}

extension Distribution {
    /// Adds a recipe whose build is a few lines of bash; afterwards it installs `share/NAME`.
    func addBuild(_ name: String, _ text: String, dependencies: String = "") throws {
        try addScripted(
            name,
            scripts: [
                "install.in": """
                \(text)
                mkdir -p "$SAGE_DESTDIR_LOCAL/share"; touch "$SAGE_DESTDIR_LOCAL/share/$PKG_BASE"

                """
            ], dependencies: dependencies)
    }
}
