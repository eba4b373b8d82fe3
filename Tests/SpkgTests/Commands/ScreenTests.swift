import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// What a person sees on a terminal while several packages are built, one of which fails.
@Suite struct ScreenTests {
    /// `quick` is installed at once; `bad`, `nano` and `slow` say something and go on when they may;
    /// `late` needs `bad`.
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            let ending = """
                mkdir -p "$SAGE_DESTDIR_LOCAL/share"; touch "$SAGE_DESTDIR_LOCAL/share/$PKG_BASE"

                """
            for (name, line) in [
                ("bad", "checking for gmp.h... no"),
                ("nano", "gcc -O2 -c 数え.c && echo 'many words'"),
                ("slow", #"\\033[31mred\\033[2J and\\rat 100 % of the tables, which are large"#),
            ] {
                let fifo = distribution.root.appending("go-\(name)")
                fifo.withPlatformString { _ = mkfifo($0, 0o600) }
                try distribution.addScripted(
                    name,
                    scripts: [
                        "install.in": """
                        printf '%b\\n' "\(line)"
                        read line < "\(fifo)"
                        [ "$PKG_BASE" = bad ] && { echo 'configure: error: GMP is required'; exit 3; }
                        \(ending)
                        """
                    ])
            }
            try distribution.addScripted("quick", scripts: ["install.in": ending])
            try distribution.addScripted(
                "late", scripts: ["install.in": ending], dependencies: "bad")
            try body(distribution)
        }
    }

    private func install(_ distribution: Distribution) -> [String] {
        [Distribution.program.string, "install", "-j4", "-k", "quick", "late", "nano", "slow"]
    }

    /// Without what is another each time.
    private func still(_ lines: [String], _ distribution: Distribution) -> [String] {
        lines.map {
            $0.replacing(/\d:\d\d/, with: "0:00").replacing(/\d+(\.\d)? m?s$/, with: "T")
                .replacing(distribution.root.string, with: "ROOT")
        }.filter { !$0.isEmpty }
    }

    /// While three are running; the rows come in the order in which they were begun.
    static let running: [Int: [String]] = [
        40: [
            "1 of 5 done, 4 left",
            "[bad-1.0] building 0:00  checking for g",
            "[nano-1.0] building 0:00  gcc -O2 -c 数",
            "[quick-1.0] installed in T",
            "[slow-1.0] building 0:00  at 100 % of t",
        ],
        80: [
            "1 of 5 done, 4 left",
            "[bad-1.0] building 0:00  checking for gmp.h... no",
            "[nano-1.0] building 0:00  gcc -O2 -c 数え.c && echo 'many words'",
            "[quick-1.0] installed in T",
            "[slow-1.0] building 0:00  at 100 % of the tables, which are large",
        ],
    ]

    @Test(arguments: [40, 80, 200])
    func `each running package has a row, and what is done stands above`(columns: Int) throws {
        try run { distribution in
            let seen = try distribution.onTerminal(
                columns: columns, install(distribution),
                [
                    .await("[quick-1.0] installed"), .await("1 of 5"), .await("checking for g"),
                    .await("gcc -O2 -c"), .await("at 100 %"), .look,
                    .release(distribution.root.appending("go-bad")), .await("[bad-1.0] failed"),
                    .release(distribution.root.appending("go-nano")),
                    .await("[nano-1.0] installed"),
                    .look, .release(distribution.root.appending("go-slow")), .end,
                ])
            #expect(seen.status == 1)
            #expect(
                still(seen.looks[0], distribution).sorted() == Self.running[min(columns, 80)],
                "\(seen.looks[0])")
            #expect(
                still(seen.looks[1], distribution).prefix(4) == [
                    "[quick-1.0] installed in T", "[bad-1.0] failed after T",
                    "[nano-1.0] installed in T", Self.running[min(columns, 80)]!.last!,
                ], "\(seen.looks[1])")
            // A row of its own was never left behind, and nothing that the builds wrote moved anything.
            let raw = seen.raw.replacing("\r\n", with: "\n")
            #expect(!raw.contains("\u{1b}[2J") && !raw.contains("\u{1b}[31m"))
            let end = still(seen.looks[2], distribution)
            #expect(end.prefix(4).filter { $0.hasPrefix("[") }.count == 4, "\(end)")
            #expect(!end.contains { $0.contains(" building 0:") }, "\(end)")
            if columns < 200 { return }
            #expect(
                Array(end.dropFirst(4)) == [
                    "error: building bad-1.0 failed: spkg-install ended with status 3",
                    "    configure: error: GMP is required", "log: ROOT/logs/pkgs/bad-1.0.log",
                    "for a shell in the build directory: spkg shell bad",
                    "skipped, because of bad-1.0: late-1.0",
                    "installed, and stays so: quick-1.0, nano-1.0, slow-1.0",
                ], "\(end)")
        }
    }

    @Test func `a terminal that becomes narrower or wider keeps one row for each`() throws {
        try run { distribution in
            let seen = try distribution.onTerminal(
                columns: 100, install(distribution),
                [
                    .await("1 of 5"), .await("which are large"), .await("many words"), .resize(40),
                    .release(distribution.root.appending("go-bad")), .await("[bad-1.0] failed"),
                    .look, .resize(120), .release(distribution.root.appending("go-nano")),
                    .await("[nano-1.0] installed"), .await("which are large"), .look,
                    .release(distribution.root.appending("go-slow")), .end,
                ])
            for (look, rows) in [(0, 2), (1, 1)] {
                let lines = seen.looks[look]
                #expect(lines.count { $0.contains(" building ") } == rows, "\(lines)")
                #expect(lines.count { $0.contains("[slow-1.0]") } == 1, "\(lines)")
            }
        }
    }

    @Test func `stopped and continued, the rows make place and come again`() throws {
        try run { distribution in
            let command = install(distribution).joined(separator: " ")
            let seen = try distribution.onTerminal(
                columns: 100, ["bash", "--norc", "--noprofile", "-i"],
                [
                    .type("stty -echoctl; stty > modes; PS1='> '\n"), .type("\(command)\n"),
                    .await("1 of 5"), .await("many words"), .await("which are large"),
                    .type("\u{1a}"), .await("Stopped"), .look,
                    .type("bg\n"), .await("&"), .release(distribution.root.appending("go-bad")),
                    .await("[bad-1.0] failed"), .look,
                    .type("fg\n"), .await("left"), .look,
                    .release(distribution.root.appending("go-nano")),
                    .release(distribution.root.appending("go-slow")),
                    .await("installed, and stays"),
                    .type("stty | cmp - modes && echo modes are as they were\n"),
                    .await("\nmodes are"), .type("exit\n"), .end,
                ], ["PS1": "> "])
            func rows(_ look: Int) -> Int { seen.looks[look].count { $0.contains(" building ") } }
            #expect(rows(0) == 0, "\(seen.looks[0])")
            #expect(rows(1) == 0, "\(seen.looks[1])")
            #expect(rows(2) == 2, "\(seen.looks[2])")
            #expect(seen.looks.last!.contains("modes are as they were"), "\(seen.looks.last!)")
        }
    }

    @Test func `Ctrl-C removes the rows, and nothing is left`() throws {
        try run { distribution in
            let seen = try distribution.onTerminal(
                columns: 100, install(distribution),
                [.await("1 of 5"), .await("many words"), .type("\u{3}"), .end])
            #expect(seen.status == -2)
            #expect(!seen.looks[0].contains { $0.contains(" building ") }, "\(seen.looks[0])")
            #expect(seen.looks[0].contains("interrupted: ending what runs"), "\(seen.looks[0])")
            #expect(try distribution.litter().isEmpty)
        }
    }

    @Test func `no row is drawn over a question for a password`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            // As sudo does, for what comes while a row is shown; time to draw goes by after the question.
            try distribution.root.write(
                "bin/asker",
                """
                #!/bin/bash
                [[ "$*" = *"--package spam"* ]] || exec "$@"
                stty -echo < /dev/tty
                printf 'Password: ' > /dev/tty
                read -t 0.7 word < /dev/tty || printf 'again: ' > /dev/tty
                [ "$word" ] || read word < /dev/tty
                stty echo < /dev/tty
                exec "$@"

                """, mode: 0o755)
            let seen = try distribution.onTerminal(
                columns: 100, [Distribution.program.string, "install", "spam"],
                [.await("again:"), .look, .type("secret\n"), .end],
                [
                    "SAGE_SUDO": "asker",
                    "PATH":
                        "\(distribution.root.appending("bin")):\(distribution.environment["PATH"]!)",
                ])
            #expect(seen.status == 0, "\(seen)")
            #expect(seen.looks[0] == ["Password: again:"], "\(seen.looks[0])")
            #expect(seen.raw.contains("Password: again: "), "\(seen.raw)")
        }
    }

    @Test func `in the background nothing changes on the terminal`() throws {
        try run { distribution in
            let command = install(distribution).joined(separator: " ")
            let seen = try distribution.onTerminal(
                columns: 100, ["bash", "--norc", "--noprofile", "-i"],
                [
                    .type("PS1='> '; set +m; set -m\n"), .type("\(command) &\n"),
                    .await("[quick-1.0] installed"),
                    .release(distribution.root.appending("go-bad")), .await("[bad-1.0] failed"),
                    .release(distribution.root.appending("go-nano")),
                    .release(distribution.root.appending("go-slow")),
                    .await("installed, and stays"),
                    .type("exit\n"), .end,
                ])
            #expect(!seen.raw.contains("building 0:"), "\(seen.raw.debugDescription)")
        }
    }

    @Test func `a failed upgrade says that the old version stays`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.expectDone("install", "spam")
            try distribution.add("spam", "2.0", backend: "raise OSError('no spam today')")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 1)
            #expect(said.stderr.contains("[spam-2.0] spam-1.0 stays installed\n"), "\(said.stderr)")
            #expect(said.stderr.contains("\n    OSError: no spam today\nlog: "), "\(said.stderr)")
            #expect(said.stderr.contains("[spam-2.0] failed after "), "\(said.stderr)")
        }
    }
}
