import Platform
import Support
import SystemPackage
import Testing

/// Fresh interpreters import a package and read its version in a loop, while two builds of it are
/// installed by turns. SPKG_TEST_REINSTALLS is the number of turns.
@Suite struct ReaderTests {
    private static let turns = Int(inherited("SPKG_TEST_REINSTALLS") ?? "") ?? 60

    @Test func `readers never fail while a package is reinstalled`() throws {
        try readers(of: ["1.0", "1.0"], looks: 1)
    }

    /// Its metadata has another name afterwards. Who listed `site-packages` just before and opens the
    /// file just after finds nothing there: no order of ours can help that, a second look does.
    @Test func `while a package is upgraded, imports never fail, nor second looks for its version`()
        throws
    {
        try readers(of: ["1.0", "2.0"], looks: 2)
    }

    /// - Parameter looks: how often a reader may look for the version.
    private func readers(of versions: [String], looks: Int) throws {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            let wheels = try versions.enumerated().map { place, version in
                var wheel = WheelBuilder("numlike", version)
                wheel.add("numlike/__init__.py", "from . import core\nbuild = \(place)\n")
                wheel.add("numlike/core/__init__.py", "from . import multi, umath\n")
                for name in ["multi", "umath", "numeric"] {
                    wheel.add("numlike/core/\(name).py", "value = \(place)\n")
                }
                for part in ["fft", "linalg", "random"] {
                    wheel.add("numlike/\(part)/__init__.py", "from numlike.\(part) import inner\n")
                    wheel.add("numlike/\(part)/inner.py", "from ..core import numeric\n")
                    for number in 0..<40 { wheel.add("numlike/\(part)/f\(number).py", "\(place)") }
                }
                wheel.consoleScripts = ["numlike = numlike:main"]
                let folder = distribution.root.appending("build\(place)")
                try makeDirectories(folder)
                return try wheel.write(in: folder).string
            }
            let install = ["wheel", "install", "--tree", distribution.local.string]
            func put(_ wheel: String) throws -> Distribution.Said {
                try distribution.said([Distribution.program.string] + install + [wheel], [:])
            }
            #expect(try put(wheels[0]).status == 0)
            let readers = try distribution.start(
                [
                    "python3", "-c", Self.readers, interpreter(distribution), "\(looks)",
                ] + versions)
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
        import importlib, sys
        import numlike, numlike.fft, numlike.linalg, numlike.random
        import importlib.metadata
        for look in range(int(sys.argv[1])):
            try:
                version = importlib.metadata.version("numlike")
            except Exception as error:
                version = repr(error)
            if version in sys.argv[2:]:
                break
            importlib.invalidate_caches()
        else:
            sys.exit(f"version: {version}")
        print(look)
        '''
        reads, more, failures = 0, 0, []
        while not os.path.exists("stop"):
            said = subprocess.run(
                [sys.argv[1], "-B", "-c", code, *sys.argv[2:]], capture_output=True, text=True)
            reads += 1
            more += said.stdout == "1\\n"
            if said.returncode:
                failures.append(said.stderr)
        print(*failures, sep="\\n")
        print(f"{len(failures)} of {reads} failed, {more} looked twice")
        sys.exit(1 if failures or not reads else 0)
        """
}
