import Platform
import Support
import SystemPackage
import Testing

/// The tree's own make sends what the program says to the log of the very package, through a filter.
@Suite struct CallersLogTests {
    private static let calls = [
        "2>&1 | sed -u 's/^/[pico] /' | tee -a \"$LOG\" > tee.out",
        "2>&1 | sed -u 's/^/[pico] /' >> \"$LOG\"",
        "2>&1 | tee \"$LOG\" > tee.out",
        ">> \"$LOG\" 2>&1",
        "2>> \"$LOG\"",
        ">> \"$LOG\"",
    ]

    @Test(arguments: calls, [true, false])
    func `the log holds the build once`(call: String, isNamed: Bool) throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    for number in {1..20000}; do echo "line $number of the build"; done
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share"; touch "$SAGE_DESTDIR_LOCAL/share/pico"

                    """
                ])
            let log = distribution.root.appending("logs/pkgs/pico-1.0.log")
            try makeDirectories(log.removingLastComponent())
            let said = try distribution.bash(
                "ulimit -f 20000; set -o pipefail; \"$SPKG\" install pico \(call)",
                ["LOG": log.string].merging(isNamed ? ["SAGE_LOGFILE": log.string] : [:]) { $1 })
            #expect(said.status == 0, "\(said.stderr.suffix(300))")
            let lines = try readText(log).split(separator: "\n")
            #expect(lines.count { $0.hasSuffix("line 1 of the build") } == 1)
            #expect(lines.count { $0.hasSuffix("line 20000 of the build") } == 1)
            #expect(lines.count { $0.contains("##### spkg ") } == 1)
        }
    }

    @Test func `a failure still shows what was decisive`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", scripts: ["install.in": "echo 'pico.c:1: error: no'; exit 3\n"])
            let log = distribution.root.appending("logs/pkgs/pico-1.0.log")
            try makeDirectories(log.removingLastComponent())
            _ = try distribution.bash(
                "\"$SPKG\" install pico >> \"$LOG\" 2>&1 || true", ["LOG": log.string])
            let text = try readText(log)
            #expect(text.contains("    pico.c:1: error: no\nlog: \(log)"), "\(text)")
        }
    }
}
