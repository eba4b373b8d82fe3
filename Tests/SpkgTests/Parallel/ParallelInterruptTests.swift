import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// A run of several packages that is ended in the middle: nothing half, nothing left running, and the
/// next run goes on.
@Suite struct ParallelInterruptTests {
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)])
    func `a signal ends every build, also those that don't listen`(signal: CInt, status: Int) throws
    {
        try Distribution.run { distribution in
            try distribution.addBuild("done", "")
            for name in ["deaf", "asleep"] {
                try distribution.addBuild(
                    name,
                    """
                    if [ -e "$SAGE_ROOT/wait" ]; then
                        [ $PKG_BASE = asleep ] || trap '' TERM INT HUP
                        echo x >> "$SAGE_ROOT/begun"
                        read line < "$SAGE_ROOT/never"
                    fi
                    """, dependencies: "done")
            }
            try #require(mkfifo(distribution.root.appending("never").string, 0o600) == 0)
            try distribution.root.write("wait")
            let said = try distribution.bash(
                """
                set -m
                "$SPKG" install -j2 deaf asleep & process=$!
                until [ "$(cat begun 2>/dev/null | wc -l)" = 2 ]; do :; done
                kill -\(signal) $process
                wait $process && status=0 || status=$?
                echo $status
                """)
            #expect(said.stdout == "\(status)\n", "\(said)")
            #expect(try distribution.running() == [])
            #expect(try distribution.records() == ["done-1.0"])
            #expect(try distribution.litter() == [])
            try removeTree(distribution.root.appending("wait"))
            try distribution.install("-j2", "deaf", "asleep")
            #expect(try distribution.records() == ["asleep-1.0", "deaf-1.0", "done-1.0"])
        }
    }

    /// SPKG_TEST_KILLS: how many; half of them by Ctrl-C.
    private static let rounds = Int(inherited("SPKG_TEST_KILLS") ?? "") ?? 4

    @Test func `killed at any moment, a run of twelve leaves each package old or new`() throws {
        try Distribution.run { distribution in
            let names = (1...12).map { "p\($0)" }
            func addAll(_ version: String) throws {
                for (index, name) in names.enumerated() {
                    try distribution.addWheelRecipe(
                        name, version,
                        files: [
                            "\(name)/__init__.py": version,
                            "\(name)/only_\(version.prefix(1)).py": "",
                        ],
                        dependencies: index < 4 ? "" : names[index - 4])
                }
            }
            try addAll("1.0")
            let start = ContinuousClock.now
            try distribution.expectDone(["install", "-j3"] + names)
            let whole = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
            var dice = SeededGenerator(for: "moments of parallel kills")
            var isNew = false
            for round in 0..<Self.rounds {
                isNew.toggle()
                try addAll(isNew ? "2.0" : "1.0")
                let moment = whole * Double(dice.number(0...1050)) / 1000
                let signal = round % 2 == 0 ? "KILL" : "INT"
                _ = try distribution.bash(
                    """
                    set -m
                    "$SPKG" install -j3 \(names.joined(separator: " ")) & process=$!
                    sleep \(moment); kill -\(signal) $process || true; wait $process || true
                    """)
                let what = "\(signal) after \(moment) s"
                let recovered = try distribution.spkg("recover")
                #expect(recovered.status == 0, "\(what): \(recovered.stderr)")
                #expect(try distribution.litter() == [], "\(what)")
                // Each has one record and one metadata folder, and all that it should have.
                #expect(try distribution.records().count == 12, "\(what)")
                #expect(try distribution.metadataFolders().count == 12, "\(what)")
                let verified = try distribution.spkg("verify")
                #expect(verified.status == 0, "\(what): \(verified)")
                try distribution.expectDone(["install", "-j3"] + names)
                let version = isNew ? "2.0" : "1.0"
                #expect(
                    try distribution.records() == names.map { "\($0)-\(version)" }.sorted(),
                    "\(what)")
                #expect(try distribution.running() == [], "\(what)")
            }
        }
    }
}

extension Distribution {
    fileprivate func expectDone(_ words: [String]) throws {
        let said = try said([Self.program.string] + words, [:])
        guard said.status == 0 else { throw Undone(said: said) }
    }

    /// Processes that work in the distribution's folder.
    fileprivate func running() throws -> [String] {
        try Directory(opening: "/proc").entries().compactMap { entry in
            let process = FilePath("/proc").appending(entry.name)
            guard Int(entry.name.string) != nil,
                let folder = try? Directory(opening: process).linkText("cwd").string,
                folder.hasPrefix(root.string)
            else { return nil }
            return (try? readText(process.appending("cmdline"))) ?? ""
        }
    }
}
