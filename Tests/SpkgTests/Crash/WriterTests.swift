import Platform
import Support
import SystemPackage
import Testing

/// Many processes install, reinstall and uninstall packages at random, and some are killed. What is
/// left agrees with itself. SPKG_TEST_WRITERS is how long they do it, in seconds.
@Suite struct WriterTests {
    private static let seconds = Int(inherited("SPKG_TEST_WRITERS") ?? "") ?? 20

    @Test func `sixteen writers leave one truth`() throws {
        var dice = SeededGenerator(for: "writers")
        let seed = dice.number(0...1_000_000)
        try Distribution.run { distribution in
            let names = (1...20).map { "pack\($0)" }
            for name in names {
                try distribution.add(
                    name, "1.0",
                    files: [
                        "\(name)/__init__.py": "version = '1.0'\n", "\(name)/part.py": "",
                        "spaces/\(name).py": "", "\(name).pth": "import \(name)\n",
                    ])
            }
            let said = try distribution.start(
                [
                    "python3", "-c", Self.writers, Distribution.program.string,
                    "\(Self.seconds)", "\(seed)",
                ]
            ).end()
            print("writers: \(said.stdout.split(separator: "\n").last ?? "")")
            #expect(said.status == 0, "\(said.stdout) \(said.stderr)")

            let recovered = try distribution.spkg("recover")
            #expect(recovered.status == 0, "\(recovered.stderr)")
            #expect(try distribution.litter() == [])
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified.stdout) \(verified.stderr)")
            let installed = Set(
                try distribution.spkg("list").stdout.split(separator: "\n").map {
                    String($0.prefix { $0 != " " })
                })
            let wheels = try distribution.storedWheels()
            #expect(wheels.count == installed.count)
            #expect(Set(wheels.map { String($0.prefix { $0 != "-" }) }) == installed)
            let pages = try Directory(opening: distribution.wheels.appending("simple")).entries()
                .filter { $0.kind == .directory }.map(\.name.string)
            #expect(Set(pages) == installed)
            for name in names {
                let found = try distribution.python("import \(name); print(\(name).version)")
                #expect((found.status == 0) == installed.contains(name), "\(name): \(found)")
            }
        }
    }

    /// Every writer has dice of its own. A kill is set up before the command starts, and comes while
    /// it runs or never. Ends with 1 when a command fails that wasn't killed.
    private static let writers = """
        import collections, os, random, subprocess, sys, threading, time
        program, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
        end = time.monotonic() + seconds
        counts, failures = collections.Counter(), []
        def write(number):
            dice = random.Random(seed * 100 + number)
            while time.monotonic() < end:
                name = "pack%d" % dice.randint(1, 20)
                kind = dice.choice(["install", "reinstall", "uninstall"])
                if kind == "reinstall":
                    # Another patch level: what is there is out of date.
                    os.makedirs(f"build/pkgs/{name}", exist_ok=True)
                    part = f"build/pkgs/{name}/.{number}"
                    with open(part, "w") as file:
                        file.write("1.0.p%d\\n" % dice.randint(1, 9))
                    os.rename(part, f"build/pkgs/{name}/package-version.txt")
                command = [program, "uninstall" if kind == "uninstall" else "install", name]
                if dice.random() < 0.25:
                    kind = "killed"
                    command = ["timeout", "-s", "KILL", "%.3f" % dice.uniform(0.05, 4)] + command
                said = subprocess.run(command, capture_output=True, text=True)
                if said.returncode == 0:
                    counts[kind if kind != "killed" else "not killed in time"] += 1
                elif kind == "killed" and said.returncode in (137, -9):
                    counts[kind] += 1
                else:
                    failures.append(f"{command}: {said.returncode}\\n{said.stderr}")
        threads = [threading.Thread(target=write, args=(n,)) for n in range(16)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(*failures, sep="\\n")
        print(f"{len(failures)} failures,", ", ".join(f"{n} {k}" for k, n in sorted(counts.items())))
        sys.exit(1 if failures else 0)
        """
}
