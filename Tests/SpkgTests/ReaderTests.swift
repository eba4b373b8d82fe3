import Platform
import Support
import SystemPackage
import Testing

/// Fresh interpreters import a package and read its version in a loop, while two versions of it are
/// installed by turns. None of them may fail. SPKG_TEST_REINSTALLS is the number of turns.
@Suite struct ReaderTests {
    private static let turns = Int(inherited("SPKG_TEST_REINSTALLS") ?? "") ?? 60

    @Test func `readers never fail while a package is reinstalled`() throws {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            let wheels = try ["1.0", "2.0"].map { version in
                var wheel = WheelBuilder("numlike", version)
                wheel.add("numlike/__init__.py", "from . import core\nversion = '\(version)'\n")
                wheel.add("numlike/core/__init__.py", "from . import multi, umath\n")
                for name in ["multi", "umath", "numeric"] {
                    wheel.add("numlike/core/\(name).py", "value = '\(version)'\n")
                }
                for part in ["fft", "linalg", "random"] {
                    wheel.add("numlike/\(part)/__init__.py", "from numlike.\(part) import inner\n")
                    wheel.add("numlike/\(part)/inner.py", "from ..core import numeric\n")
                    for number in 0..<40 { wheel.add("numlike/\(part)/f\(number).py", version) }
                }
                wheel.consoleScripts = ["numlike = numlike:main"]
                return try wheel.write(in: distribution.root).string
            }
            let install = ["wheel", "install", "--tree", distribution.local.string]
            func put(_ wheel: String) throws -> Distribution.Said {
                try distribution.said([Distribution.program.string] + install + [wheel], [:])
            }
            #expect(try put(wheels[0]).status == 0)
            let readers = try distribution.start([
                "python3", "-c", Self.readers, interpreter(distribution),
            ])
            for turn in 1...Self.turns {
                let said = try put(wheels[turn % 2])
                #expect(said.status == 0, "\(said.stderr)")
            }
            try distribution.root.write("stop")
            let said = try readers.end()
            print("readers: \(said.stdout.split(separator: "\n").last ?? "")")
            #expect(said.stderr == "")
            #expect(said.status == 0, "\(said.stdout)")
        }
    }

    private func interpreter(_ distribution: Distribution) -> String {
        distribution.local.appending("bin/python3").string
    }

    /// Ends with 1 when a reader failed, or when none came to read.
    private static let readers = """
        import os, subprocess, sys
        code = '''
        import numlike, numlike.fft, numlike.linalg, numlike.random
        import importlib.metadata
        assert numlike.version in ("1.0", "2.0")
        assert importlib.metadata.version("numlike") in ("1.0", "2.0")
        '''
        reads, failures = 0, []
        while not os.path.exists("stop"):
            said = subprocess.run(
                [sys.argv[1], "-B", "-c", code], stderr=subprocess.PIPE, text=True)
            reads += 1
            if said.returncode:
                failures.append(said.stderr)
        print(*failures, sep="\\n")
        print(f"{len(failures)} of {reads} failed")
        sys.exit(1 if failures or not reads else 0)
        """
}
