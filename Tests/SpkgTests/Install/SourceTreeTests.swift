import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// Script packages, whose source is a folder of the distribution: people change it.
@Suite struct SourceTreeTests {
    private static let script = "sdh_install src/text \"$SAGE_INST_LOCAL/share/pico\""

    /// Runs with a package `pico` whose source is the folder `pkgs/pico`.
    private func run(
        _ script: String = Self.script, dependencies: String = "",
        _ body: (Distribution, _ source: FilePath) throws -> Void
    ) throws {
        try Distribution.run { distribution in
            let source = distribution.root.pushing("pkgs/pico")
            try source.write("text", "one")
            try source.write("inner/other", "1")
            try distribution.addScripted(
                "pico", scripts: ["install.in": script], dependencies: dependencies)
            try distribution.root.pushing("build/pkgs/pico").link("src", to: "../../../pkgs/pico")
            try distribution.install("pico")
            try body(distribution, source)
        }
    }

    private func isCurrent(_ distribution: Distribution) throws -> Bool {
        try distribution.install("pico").stderr == "[pico-1.0] already installed\n"
    }

    private func installed(_ distribution: Distribution) throws -> String {
        try distribution.local.text("share/pico/text")
    }

    @Test func `what is changed in the source is built, and what is only touched isn't`() throws {
        try run { distribution, source in
            #expect(try isCurrent(distribution))
            try source.write("text", "two")
            #expect(try !isCurrent(distribution))
            #expect(try installed(distribution) == "two")
            #expect(try isCurrent(distribution))
            for path in ["text", "inner/other"] {
                _ = try distribution.said(
                    ["touch", "-d", "+2 seconds", source.pushing(FilePath(path)).string], [:])
            }
            #expect(try isCurrent(distribution))
            try source.write("inner/new", "")
            #expect(try !isCurrent(distribution))
            try removeTree(source.pushing("inner/new"))
            #expect(try !isCurrent(distribution))
        }
    }

    @Test func `of many files the sum is remembered, and each change is seen`() throws {
        try run { distribution, source in
            for number in 0..<60 { try source.write(FilePath("many/\(number)"), "a") }
            #expect(try !isCurrent(distribution))
            // What has just changed is not remembered: its times may not tell of the next change.
            usleep(3_100_000)
            #expect(try isCurrent(distribution))
            let cache = distribution.root.pushing("home/.cache/spkg")
            let name = try #require(
                try Directory(opening: cache).names().first { $0.hasPrefix("sources-") })
            let file = cache.appending(name)
            let known = try readText(file)
            #expect(try isCurrent(distribution))
            // So it was not computed again.
            try writeFile(file, (known.split(separator: " ")[0] + " another\n").utf8)
            #expect(try !isCurrent(distribution))

            try writeFile(file, known.utf8)
            for text in ["b", "c", "d"] {
                try source.write("many/7", text)
                #expect(try !isCurrent(distribution))
            }
            #expect(try isCurrent(distribution))
            try source.write("many/new", "a")
            #expect(try !isCurrent(distribution))
            try removeTree(source.pushing("many/8"))
            #expect(try !isCurrent(distribution))
        }
    }

    @Test func `links are followed, in a circle too`() throws {
        try run { distribution, source in
            try distribution.root.write("src/shared/text", "1")
            try source.link("shared", to: "../../src/shared")
            try source.link("circle", to: ".")
            try source.link("gone", to: "nowhere")
            #expect(try !isCurrent(distribution))
            #expect(try isCurrent(distribution))
            try distribution.root.write("src/shared/text", "2")
            #expect(try !isCurrent(distribution))
        }
    }

    @Test func `what a build leaves in the source makes nobody build again`() throws {
        let script = """
            mkdir -p src/made src/build
            date +%N > src/made/now; date +%N > src/build/now; date +%N > src/x.pyc
            """
        try run(script + "\n" + Self.script) { distribution, source in
            #expect(try source.exists("made/now"))
            #expect(try isCurrent(distribution))
            try source.write("build/now", "another")
            #expect(try isCurrent(distribution))
            try source.write("made/now", "another")
            #expect(try !isCurrent(distribution))
        }
    }

    @Test func `of what setuptools has built, its own list counts`() throws {
        let script = """
            mkdir -p src/pico.egg-info
            printf '%s\\n' text inner/other not-there > src/pico.egg-info/SOURCES.txt
            """
        try run(script + "\n" + Self.script) { distribution, source in
            #expect(try isCurrent(distribution))
            try source.write("of-another-package", "")
            #expect(try isCurrent(distribution))
            try source.write("inner/other", "2")
            #expect(try !isCurrent(distribution))
        }
    }

    @Test func `a source that changes during the build is built again, and that is said`() throws {
        try run("\(Self.script)\n[ -e src/once ] || { echo two > src/text; touch src/once; }") {
            distribution, source in
            #expect(try installed(distribution) == "one")
            let said = try distribution.install("pico")
            #expect(!said.stderr.contains("already"))
            #expect(try installed(distribution) == "two\n")
            #expect(try isCurrent(distribution))

            try removeTree(source.appending("once"))
            try source.write("text", "three")
            let words = "[pico-1.0] warning: \(source)/text changed during the build"
            #expect(try distribution.install("pico").stderr.contains(words))
        }
    }

    @Test func `files of the distribution that dependencies name count`() throws {
        try run(dependencies: "$(SAGE_ROOT)/config/*.h $(SAGE_SRC)/one.h") { distribution, _ in
            #expect(try isCurrent(distribution))
            for name: FilePath in ["config/a [b].h", "src/one.h"] {
                try distribution.root.write(name, "1")
                #expect(try !isCurrent(distribution), "\(name)")
                #expect(try isCurrent(distribution), "\(name)")
            }
            try distribution.root.write("config/a.c", "")
            #expect(try isCurrent(distribution))
        }
    }

    @Test func `FORCE is always built anew`() throws {
        try run(dependencies: "FORCE $(SCRIPTS)") { distribution, _ in
            for _ in 1...2 {
                let isCurrent = try isCurrent(distribution)
                #expect(!isCurrent)
            }
        }
    }

    @Test func `who depends on it is built again with it, and make asks for nothing in vain`()
        throws
    {
        try run { distribution, source in
            try distribution.addScripted(
                "user", scripts: ["install.in": "echo >> \"$SAGE_ROOT/story\""],
                dependencies: "pico")
            func make() throws -> Distribution.Said {
                let rules = "build/make/packages.mk"
                let written = try distribution.spkg("makefile", "--output", rules)
                #expect(written.status == 0, "\(written)")
                let said = try distribution.said(
                    ["make", "-f", rules, "SPKG='\(Distribution.program)'", "user"], [:])
                #expect(said.status == 0, "\(said)")
                return said
            }
            _ = try make()
            #expect(try distribution.root.text("story") == "\n")
            let second = try make()
            #expect(second.stderr.contains("[pico-1.0] already installed"), "\(second)")
            #expect(!second.stderr.contains("user"), "\(second)")
            try source.write("text", "two")
            _ = try make()
            #expect(try installed(distribution) == "two")
            #expect(try distribution.root.text("story") == "\n\n")
        }
    }
}
