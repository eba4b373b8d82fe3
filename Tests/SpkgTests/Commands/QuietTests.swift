import Platform
import Support
import SystemPackage
import Testing

/// What is seen while packages are built: little, unless it is asked for.
@Suite struct QuietTests {
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            for name in ["pico", "nano"] {
                try distribution.addScripted(
                    name,
                    scripts: [
                        "install.in": """
                        echo "$PKG_BASE says this"
                        mkdir -p "$SAGE_DESTDIR_LOCAL/share"; touch "$SAGE_DESTDIR_LOCAL/share/$PKG_BASE"

                        """
                    ])
            }
            try body(distribution)
        }
    }

    @Test(arguments: [[:], ["V": "0"], ["V": ""]])
    func `a package is one line, and its output is in its log`(environment: [String: String]) throws
    {
        try run { distribution in
            let said = try distribution.install("pico", "nano", environment: environment)
            #expect(said.stdout == "")
            let lines = said.stderr.split(separator: "\n").sorted()
            #expect(lines.count == 2, "\(said.stderr)")
            #expect(lines[0].hasPrefix("[nano-1.0] installed in "), "\(said.stderr)")
            #expect(lines[1].hasPrefix("[pico-1.0] installed in "), "\(said.stderr)")
            let log = try distribution.root.text("logs/pkgs/pico-1.0.log")
            #expect(log.contains("\npico says this\n"))
        }
    }

    @Test(
        arguments: [
            (["-v"], [:]), (["--verbose"], [:]), ([], ["V": "1"]),
            ([], ["SAGE_LOGFILE": "logs/pkgs/pico-1.0.log"]),
            ([], ["SAGE_LOGFILE": "logs/install.log"]),
        ] as [([String], [String: String])])
    func `who asks for it sees it as it comes`(words: [String], environment: [String: String])
        throws
    {
        try run { distribution in
            let said = try distribution.said(
                [Distribution.program.string, "install", "pico"] + words, environment)
            #expect(said.status == 0, "\(said.stderr)")
            // Who keeps the package's own log puts a prefix there, if any.
            let own = environment["SAGE_LOGFILE"]?.hasSuffix("/pico-1.0.log") == true
            let prefix = own ? "" : "[pico-1.0] "
            let lines = said.stderr.split(separator: "\n")
            #expect(lines.count { $0 == "\(prefix)building" } == 1, "\(said.stderr)")
            #expect(lines.count { $0 == "\(prefix)pico says this" } == 1, "\(said.stderr)")
        }
    }

    @Test func `a setting of progress that means nothing is refused`() throws {
        try run { distribution in
            let said = try distribution.spkg(
                "install", "pico", environment: ["SPKG_PROGRESS": "loud"])
            #expect(said.status == 1)
            #expect(said.stderr.contains("SPKG_PROGRESS is 'loud', but can only be auto or plain"))
            #expect(try !distribution.root.exists("local"))
        }
    }

    /// The build goes on when the terminal has shown what it said.
    private func onTerminal(
        _ distribution: Distribution, columns: Int, awaiting text: String,
        _ environment: [String: String] = [:]
    ) throws -> String {
        try distribution.addScripted(
            "micro",
            scripts: [
                "install.in": """
                echo "micro's last line has $((6 * 7)) words and many more that nobody needs to see \
                in full on a terminal that is narrow"
                read line < "$SAGE_ROOT/go"
                mkdir -p "$SAGE_DESTDIR_LOCAL/share"; touch "$SAGE_DESTDIR_LOCAL/share/micro"

                """
            ])
        let program = """
            import fcntl, os, pty, struct, sys, termios
            columns, text, fifo = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]
            os.mkfifo(fifo)
            process, terminal = pty.fork()
            if process == 0:
                fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.execv(sys.argv[4], sys.argv[4:])
            said, gone = b"", not text
            if gone:
                open(fifo, "w").write("go\\n")
            while True:
                try:
                    part = os.read(terminal, 4096)
                except OSError:
                    part = b""
                if not part:
                    break
                said += part
                if not gone and text in said:
                    gone = True
                    open(fifo, "w").write("go\\n")
            sys.stdout.buffer.write(said)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
            """
        let said = try distribution.said(
            [
                "timeout", "60", "python3", "-c", program, "\(columns)", text,
                distribution.root.appending("go").string, Distribution.program.string, "install",
                "micro",
            ], ["TERM": "xterm"].merging(environment) { $1 })
        #expect(said.status == 0, "\(said)")
        return said.stdout
    }

    @Test(arguments: [(40, "  micro's"), (80, "42 words and many more"), (200, "that is narrow")])
    func `on a terminal a row shows what runs, and goes when it is done`(columns: Int, end: String)
        throws
    {
        try run { distribution in
            let said = try onTerminal(distribution, columns: columns, awaiting: end)
            let plain = said.replacing("\u{1b}[2m", with: "").replacing("\u{1b}[0m", with: "")
            let rows = plain.split(whereSeparator: \.isNewline)
                .map { $0.replacing("\u{1b}[J", with: "") }
            #expect(
                rows.contains {
                    $0.hasPrefix("[micro-1.0] building 0:0") && $0.contains("  micro's")
                }, "\(said.debugDescription)")
            #expect(rows.allSatisfy { $0.count < columns }, "\(rows)")
            #expect(rows.last!.hasPrefix("[micro-1.0] installed in "), "\(said.debugDescription)")
        }
    }

    @Test(arguments: [["NO_COLOR": "1"], ["SPKG_PROGRESS": "plain"], ["TERM": "dumb"]])
    func `colours, and rows, can be done without`(environment: [String: String]) throws {
        try run { distribution in
            let rows = environment["NO_COLOR"] != nil
            // Without rows there is nothing to wait for.
            let text = rows ? "42 words" : ""
            let said = try onTerminal(distribution, columns: 100, awaiting: text, environment)
            #expect(!said.contains("\u{1b}[2m") && !said.contains("\u{1b}[1m"))
            if !rows { #expect(!said.contains("\u{1b}"), "\(said.debugDescription)") }
        }
    }
}
