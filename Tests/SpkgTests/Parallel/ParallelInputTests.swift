import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// What callers, and what lies about, may be wrong in for a run of several packages: it is refused, or
/// does no harm; it never hangs.
@Suite struct ParallelInputTests {
    private func addTwo(_ distribution: Distribution) throws {
        for name in ["ant", "bee"] {
            try distribution.addBuild(name, "printf 'all: ; @:\\n' > sub.mk; make -f sub.mk")
        }
    }

    @Test(arguments: [
        "-j2 --jobserver-auth=nonsense", "-jx --jobserver-auth=3,", "--jobserver-auth=fifo:",
        "-j --jobserver-auth=fifo:/nowhere/at/all", "-j4 --jobserver-auth=97,98",
        "-j999999999999999",
        "-j2 --jobserver-auth=0,0 --jobserver-auth=fifo:/dev/null", " -- ", "j", "\u{1} \\",
    ])
    func `nonsense in MAKEFLAGS does no harm`(flags: String) throws {
        try Distribution.run { distribution in
            try addTwo(distribution)
            let said = try distribution.spkg(
                "install", "ant", "bee", environment: ["MAKEFLAGS": flags, "SPKG_JOBS": "2"])
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.records() == ["ant-1.0", "bee-1.0"])
        }
    }

    @Test func `a jobserver whose make is gone leaves the one job that needs no token`() throws {
        try Distribution.run { distribution in
            try addTwo(distribution)
            let fifo = distribution.root.appending("jobs")
            try #require(mkfifo(fifo.string, 0o600) == 0)
            for flags in ["-j4 --jobserver-auth=fifo:\(fifo)", "-j4 --jobserver-auth=8,9"] {
                let said = try distribution.bash(
                    // A pipe of which somebody has closed the other end.
                    """
                    MAKEFLAGS='\(flags)' timeout 60 "$SPKG" install ant bee 8< <(:) 9> >(:)
                    "$SPKG" uninstall ant bee
                    """)
                #expect(said.status == 0, "\(said)")
            }
        }
    }

    @Test func `on one core, and with nobody to listen, everything is installed`() throws {
        try Distribution.run { distribution in
            try addTwo(distribution)
            for words in ["taskset -c 0 \"$SPKG\" install -j9", "\"$SPKG\" install -j2 -v >&-"] {
                let said = try distribution.bash(
                    "\(words) ant bee < /dev/null; \"$SPKG\" uninstall ant bee")
                #expect(said.status == 0, "\(said)")
            }
            let said = try distribution.bash(
                "set -o pipefail; \"$SPKG\" install -j2 -v ant bee 2>&1 | head -n 0; \"$SPKG\" verify"
            )
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.records() == ["ant-1.0", "bee-1.0"])
        }
    }

    @Test func `a circle behind good packages is refused before any of them is built`() throws {
        try Distribution.run { distribution in
            try distribution.addBuild("good", "")
            try distribution.addBuild("left", "", dependencies: "good right")
            try distribution.addBuild("right", "", dependencies: "left")
            try distribution.addBuild("top", "", dependencies: "good left")
            let said = try distribution.spkg("install", "-k", "-j2", "good", "top")
            #expect(said.status == 1)
            #expect(said.stderr.contains("left") && said.stderr.contains("right"), "\(said)")
            #expect(try distribution.records() == [])
        }
    }

    @Test func `times of another clock change neither what is built nor in what order`() throws {
        try Distribution.run { distribution in
            try addTwo(distribution)
            try distribution.root.write(
                "logs/pkgs/build-times.txt",
                "ant 1.0 -5\nbee 1.0 1e300\nant 1.0 nan\nbee 1.0 inf\nant 1.0 99999999999\n")
            try distribution.install("-j1", "ant", "bee")
            for year in ["1971", "2199"] {
                let said = try distribution.bash(
                    """
                    find build local logs -exec touch -h -d \(year)-01-01 {} +
                    "$SPKG" install ant bee
                    """)
                #expect(said.stderr.contains("[ant-1.0] already installed"), "\(said)")
                #expect(said.stderr.contains("[bee-1.0] already installed"), "\(said)")
            }
        }
    }

    @Test func `a list of times that can't be written is a warning, not a failure`() throws {
        try Distribution.run { distribution in
            try addTwo(distribution)
            try makeDirectories(distribution.root.pushing("logs/pkgs/build-times.txt"))
            let said = try distribution.spkg("install", "ant", "bee")
            #expect(said.status == 0, "\(said)")
            #expect(said.stderr.contains("warning: it is installed, but "), "\(said)")
            #expect(try distribution.records() == ["ant-1.0", "bee-1.0"])
        }
    }
}
