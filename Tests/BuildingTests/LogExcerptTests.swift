import Platform
import Support
import SystemPackage
import Testing

@testable import Building

@Suite struct LogExcerptTests {
    @Test func `a compiler error is found far above the end of a parallel make`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            try write(
                fixture.place.directory.appending("m.c"),
                "int f(void) { return x; }\nint g(void) { return 1 }\n")
            try write(
                fixture.place.directory.appending("Makefile"),
                """
                all: broken busy
                broken: ; gcc -c m.c
                busy: ; @for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do \
                echo "compiling error.c $$i"; done

                """)
            #expect(try await fixture.shell("make -k -j1") == .exited(2))
            let lines = LogExcerpt(of: try fixture.logText()).lines
            #expect(lines.first?.hasPrefix("m.c: In function ") == true)
            #expect(lines.contains { $0.hasPrefix("m.c:1:22: error: ") })
            #expect(lines.contains { $0.hasPrefix("m.c:2:23: error: ") })
            #expect(!lines.contains { $0.hasPrefix("compiling") })
            #expect(lines.count <= LogExcerpt.limit)
        }
    }

    @Test func `a linker's and a missing header's lines are found, make's verdict comes last`()
        async throws
    {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let text = "int f(void); int main(void) { return f(); }\n"
            try write(fixture.place.directory.appending("l.c"), text)
            try write(fixture.place.directory.appending("h.c"), "#include <gone/away.h>\n")
            try write(
                fixture.place.directory.appending("Makefile"),
                "all: ; gcc l.c -o l\nheader: ; gcc -c h.c\n")
            _ = try await fixture.shell("make")
            var lines = LogExcerpt(of: try fixture.logText()).lines
            #expect(lines.contains { $0.contains("undefined reference to `f'") })
            #expect(lines.last?.hasSuffix("*** [Makefile:1: all] Error 1") == true, "\(lines)")
            _ = try await fixture.shell("make header")
            lines = LogExcerpt(of: try fixture.logText()).lines
            #expect(lines.first?.hasPrefix("h.c:1:10: fatal error: gone/away.h") == true)
        }
    }

    @Test func `of several tracebacks the last counts, its exception above all`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            try write(
                fixture.place.directory.appending("t.py"),
                """
                import traceback
                try:
                    raise KeyError("handled")
                except KeyError:
                    traceback.print_exc()
                print("going on")
                def deep(n):
                    if n == 0: raise ValueError("the reason\\nin two lines")
                    deep(n - 1)
                for function in [lambda: deep(3), ]:
                    function()
                """)
            #expect(try await fixture.shell("python3 t.py") == .exited(1))
            let lines = LogExcerpt(of: try fixture.logText()).lines
            #expect(lines.first == "Traceback (most recent call last):")
            #expect(lines.suffix(2) == ["ValueError: the reason", "in two lines"])
            #expect(!lines.contains { $0.contains("handled") })
        }
    }

    // What the tools said in real failures; not every machine that runs the tests has them. Arguments
    // are only their names: a test run that prints words like "error:" is hard to search.
    private static let said = [
        "meson": (
            """
            Run-time dependency not-there found: NO  (tried pkg-config and cmake)

            meson.build:2:0: ERROR: Dependency "not-there" not found (tried pkg-config and cmake)

            A full log can be found at /b/meson-logs/meson-log.txt
            Traceback (most recent call last):
              File "wheel.py", line 9, in <module>
            subprocess.CalledProcessError: Command '['meson', 'setup']' returned 1.
            """,
            [
                #"meson.build:2:0: ERROR: Dependency "not-there" not found (tried pkg-config and cmake)"#
            ]
        ),
        "cmake": (
            """
            CMake Error at CMakeLists.txt:3 (find_package):
              By not providing "FindNotThere.cmake" this project has asked.

              Could not find a package configuration file provided by "NotThere".


            -- Configuring incomplete, errors occurred!
            """,
            [
                "CMake Error at CMakeLists.txt:3 (find_package):",
                #"  By not providing "FindNotThere.cmake" this project has asked."#, "",
                #"  Could not find a package configuration file provided by "NotThere"."#,
            ]
        ),
        "Cython": (
            """
            Error compiling Cython file:
            ------------------------------------------------------------
            ...
                cdef Foo y
                     ^
            ------------------------------------------------------------
            cy/b.pyx:2:9: 'Foo' is not a type identifier
            building 'other' extension
            """,
            [
                "Error compiling Cython file:",
                "------------------------------------------------------------", "...",
                "    cdef Foo y", "         ^",
                "------------------------------------------------------------",
                "cy/b.pyx:2:9: 'Foo' is not a type identifier",
            ]
        ),
        "gcc": (
            """
            building 'm' extension
            m.c:1:22: error: ‘x’ undeclared (first use in this function)
                1 | int f(void) { return x; }
                  |                      ^
            m.c: In function ‘f’:
            m.c:1:25: warning: control reaches end of non-void function [-Wreturn-type]
            error: command '/usr/bin/gcc' failed with exit code 1
            """,
            [
                "m.c:1:22: error: ‘x’ undeclared (first use in this function)",
                "    1 | int f(void) { return x; }", "      |                      ^", "…",
                "error: command '/usr/bin/gcc' failed with exit code 1",
            ]
        ),
        "configure": (
            """
            checking for gmp.h... no
            configure: error: GMP is required
            """, ["configure: error: GMP is required"]
        ),
    ]

    @Test(arguments: said.keys.sorted()) func `the tools' own words are found`(tool: String) throws
    {
        let (log, lines) = try #require(Self.said[tool])
        #expect(LogExcerpt(of: log).lines.prefix(lines.count) == lines[...])
    }

    @Test func `without anything decisive the last lines are shown`() {
        let log = (1...50).map { "line \($0)\n" }.joined()
        #expect(LogExcerpt(of: log).lines == (31...50).map { "line \($0)" })
        #expect(LogExcerpt(of: "").lines.isEmpty)
    }
}
