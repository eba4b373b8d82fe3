import Platform
import Recipes
import Support
import SystemPackage
import Testing
import Trees

@testable import Building

@Suite struct RecipeScriptsTests {
    /// Names that a shell script has to quote, and one that ends in what `$( )` takes away.
    static let oddNames = [
        "spkg a  b ", "spkg 'q' \"d\" ", "spkg * ? [a] ", "spkg $HOME `id` \\ ", "spkg\nnew\n",
    ]

    @Test(arguments: oddNames) func `any folder will do`(name: String) async throws {
        try await inTemporaryFolder(named: name) { folder in
            let odd = FilePath("odd \(name.dropFirst(4))")
            let fixture = try ScriptFixture(
                in: folder,
                files: [
                    "spkg-install.in": """
                    set -euo pipefail
                    [ "$PWD" = "$SAGE_BUILD_DIR/$PKG_NAME" ]
                    for file in odd*; do sdh_install "$file" "$SAGE_INST_LOCAL/share/$file.d"; done
                    sdh_install -T odd* "$SAGE_INST_LOCAL/share/one"
                    mkdir dist; echo > dist/pico-1.2-py3-none-any.whl; sdh_store_wheel .
                    echo "told: $(sdh__percent_encoded "$SAGE_ROOT")"
                    """, odd: "content",
                ])
            // A recipe of scripts alone would get none of the other files.
            try fixture.recipeFolder.write("checksums.ini", ScriptFixture.archive)
            try await fixture.prepareAndRun(.install)
            let share = fixture.tree.root.appending("share").staged(in: fixture.place)
            #expect(try share.text("one") == "content")
            #expect(try share.appending("\(odd).d").text(odd) == "content")
            let requirement = try fixture.tree.root.pushing(
                "var/lib/sage/scripts/pico/spkg-requirements.txt"
            ).staged(in: fixture.place).text("")
            let url = try #require(requirement.split(separator: "\n").first)
            #expect(url.hasPrefix("pico @ file://"))
            // Python is the judge of what the URL means.
            let said = try Platform.run(
                [
                    "python3", "-c",
                    "import sys, urllib.parse as p; print(p.unquote(sys.argv[1]), end='')",
                    String(url.dropFirst("pico @ file://".count)),
                ], environment: inheritedPath)
            #expect(
                said.stdout == fixture.tree.wheels.appending("pico-1.2-py3-none-any.whl").string)
        }
    }

    @Test func `a C package is configured, compiled, checked and staged`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder,
                files: [
                    "checksums.ini": ScriptFixture.archive,
                    "spkg-install.in": """
                    cd src
                    sdh_configure --with-name="a name"
                    sdh_make
                    sdh_make_install
                    """,
                    "spkg-check.in": "cd src && sdh_make_check\n",
                ])
            try fixture.writeCPackage()
            let scripts = try fixture.scripts()
            _ = try scripts.prepare(log: fixture.log)
            for script in [RecipeScript.install, .check] {
                try await scripts.run(
                    script, jobserver: fixture.jobserver, log: fixture.log,
                    terminal: fixture.terminal)
            }
            #expect(try fixture.output().contains("seven is 7"))
            // Nothing came into the tree yet; put there, the program finds its library.
            #expect(try !fixture.tree.root.exists("bin/pico"))
            let staged = fixture.tree.root.staged(in: fixture.place)
            try removeTree(staged.appending("var"))
            for name in ["bin", "lib"] {
                try Directory(opening: staged).rename(
                    .init(name)!, to: .init(name)!, in: Directory(opening: fixture.tree.root),
                    .replacing)
            }
            let said = try Platform.run(
                [fixture.tree.root.pushing("bin/pico").string], environment: [:])
            #expect(said.stdout == "a name 7\n", "\(said)")
        }
    }

    @Test(arguments: [
        ("exit 42", ChildEnd.exited(42)), ("kill -9 $$", .signalled(9)),
        ("set -e; false; echo not reached", .exited(1)),
        ("exec bash -c 'exit 7'", .exited(7)),
        ("set -u; echo $no_such_variable", .exited(1)),
    ])
    func `a failing script is told with its end, its log and its lines`(
        fragment: String, end: ChildEnd
    ) async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder)
            let failed = try await fixture.failure(of: "echo 'Error: it broke'\n" + fragment)
            #expect(failed.phase == "spkg-install")
            #expect(failed.end == end)
            #expect(failed.log == fixture.log.path)
            // What bash says itself tells more.
            let line = fragment.hasPrefix("set -u") ? "unbound variable" : "Error: it broke"
            #expect(failed.lines.contains { $0.hasSuffix(line) })
            #expect("\(BuildError.failed(failed))".contains("spkg shell pico"))
        }
    }

    @Test func `a fragment may end in exec, without a newline`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder)
            #expect(try await fixture.run("exec printf 'last %s' words") == "last words")
        }
    }

    @Test func `stdin is empty`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder)
            #expect(
                try await fixture.run("read -r word || echo \"at the end: [$word]\"; cat")
                    == "at the end: []\n")
        }
    }

    @Test func `a fragment that names an interpreter is refused`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder, files: ["spkg-install.in": "#!/bin/sh\ntrue\n"])
            #expect {
                _ = try fixture.scripts().prepare(log: fixture.log)
            } throws: {
                "\($0)".hasPrefix("\(fixture.recipeFolder)/spkg-install.in: begins with #!")
            }
        }
    }

    @Test(arguments: [
        ("type -t sdh_die; echo \"${BASH_VERSION:+bash}\"", "function\nbash\n"),
        ("#!/usr/bin/env python3\nprint('python')", "python\n"),
        ("#!/bin/bash\nsdh_guard; bash -c 'type -t sdh_make'", "function\n"),
    ])
    func `a complete script runs as it is, with the helpers at hand`(
        script: String, said: String
    ) async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder, files: ["spkg-install": script])
            try await fixture.prepareAndRun(.install)
            #expect(try fixture.output() == said)
        }
    }

    @Test func `a recipe of scripts gets those, and its source by a link`() async throws {
        try await inTemporaryFolder { folder in
            try folder.write("source/real/setup.py")
            try folder.link("source/link", to: "real")
            try folder.write("build/pkgs/other/spkg-install.in", "cd src; pwd -P; ls\n")
            let fixture = try ScriptFixture(in: folder, files: ["README": "no script"])
            try fixture.recipeFolder.link("spkg-install.in", to: "../other/spkg-install.in")
            try fixture.recipeFolder.link("src", to: "../../../source/link")
            try await fixture.prepareAndRun(.install)
            #expect(try fixture.output() == "\(folder)/source/real\nsetup.py\n")
            let names = try Directory(opening: fixture.place.directory).entries()
                .map(\.name.string).sorted()
            #expect(names == ["run", "spkg-install", "spkg-install.in", "src", "tmp"])
        }
    }

    @Test func `a recipe with an archive is copied whole, links followed`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder,
                files: [
                    "checksums.ini": ScriptFixture.archive,
                    "patches/sub/x": "deep", "tool": "#!/bin/sh\necho tool\n",
                ])
            try Directory(opening: fixture.recipeFolder).setMode("tool", 0o755)
            try Directory(opening: fixture.recipeFolder)
                .setModified("tool", FileTime(seconds: 1_000_000))
            try folder.write("build/pkgs/other/shared", "shared")
            try fixture.recipeFolder.link("shared", to: "../other/shared")
            try fixture.recipeFolder.link("patches/all", to: "../../other")
            try fixture.recipeFolder.link("SPKG.rst", to: "../nowhere")
            #expect(
                try await fixture.run("cat shared patches/sub/x patches/all/shared; ./tool")
                    == "shareddeepsharedtool\n")
            #expect(try !fixture.place.directory.exists("SPKG.rst"))
            #expect(try readText(fixture.log.path).contains("SPKG.rst leads nowhere"))
            let build = try Directory(opening: fixture.place.directory)
            #expect(try build.status("shared")?.kind == .file)
            #expect(try build.status("tool")?.modified == FileTime(seconds: 1_000_000))
        }
    }

    @Test func `links in a circle and names that we need are refused`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder, files: ["checksums.ini": ScriptFixture.archive])
            try fixture.recipeFolder.link("sub/circle", to: "..")
            #expect(throws: BuildError.self) { _ = try fixture.scripts().prepare(log: fixture.log) }
            try removeTree(fixture.recipeFolder.appending("sub"))
            try fixture.recipeFolder.write("inst/file")
            #expect {
                _ = try fixture.scripts().prepare(log: fixture.log)
            } throws: {
                "\($0)".contains("give this another name")
            }
        }
    }

    @Test func `scripts share the jobserver, and those of SAGE_SUDO have their own`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder,
                files: [
                    "spkg-install.in":
                        "echo \"${WHO-user}: $MAKEFLAGS\"; [ -p /dev/fd/3 ] && echo joined; :"
                ])
            try await fixture.prepareAndRun(.install)
            #expect(try fixture.output().contains("user:  -j2 --jobserver-auth=3,4"))
            #expect(try fixture.output().contains("joined\n"))
            try await fixture.prepareAndRun(.install, sudo: ["env", "WHO=sudo"])
            #expect(try fixture.output().contains("sudo:  -j2 -- "))
            #expect(try !fixture.output().contains("joined\n"))
        }
    }

    @Test func `a script kept in the tree runs without the build folder`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder,
                files: [
                    "spkg-install.in": "true\n",
                    "spkg-prerm.in": "pwd; echo \"$PKG_NAME [$SAGE_DESTDIR]\"; type -t sdh_die\n",
                    "spkg-postrm.in": "echo 'Error: not now'; exit 3\n",
                    "spkg-check.in": "basename \"$PWD\"\n",
                ])
            let scripts = try fixture.scripts()
            _ = try scripts.prepare(log: fixture.log)
            try scripts.save(to: fixture.tree.root.pushing("var/lib/sage/scripts/pico"))
            try removeTree(fixture.place.directory)
            let saved = try fixture.saved()
            #expect(try saved.has(.check) && !saved.has(.piprm) && !saved.has(.install))
            func run(_ script: RecipeScript) async throws -> String {
                try await saved.run(
                    script, jobserver: fixture.jobserver, log: fixture.log, terminal: nil)
                return try fixture.log.textOfLastCommand()
            }
            #expect(
                try await run(.prerm).hasSuffix("\n\(fixture.root)\npico-1.2.p3 []\nfunction\n"))
            #expect(try await run(.check).hasSuffix("\npico\n"))
            await #expect {
                _ = try await run(.postrm)
            } throws: { error in
                let text = "\(error)"
                return text.hasPrefix("pico-1.2.p3: spkg-postrm ended with status 3\n")
                    && text.contains("Error: not now") && text.contains("scripts/pico/spkg-postrm")
            }
            // By hand, from anywhere, with nothing set.
            let by = try Platform.run(
                [saved.path(of: .prerm).string], environment: inheritedPath, in: "/")
            #expect(by.stdout == "\(fixture.root)\npico-1.2.p3 []\nfunction\n", "\(by)")
        }
    }

    @Test func `a legacy uninstall runs in the recipe's folder`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try ScriptFixture(
                in: folder, files: ["spkg-legacy-uninstall": "pwd\n", "spkg-install": "true\n"])
            try await fixture.prepareAndRun(.legacyUninstall)
            #expect(try fixture.log.textOfLastCommand().hasSuffix("\n\(fixture.recipeFolder)\n"))
        }
    }
}

extension ScriptFixture {
    /// The source of a library and a program that uses it, with a configure that is strict about
    /// its options.
    func writeCPackage() throws {
        try place.source.write(
            "configure",
            """
            #!/bin/sh
            name=none
            for option in "$@"; do
                case $option in
                    --prefix=*) prefix=${option#*=} ;;
                    --libdir=*) libdir=${option#*=} ;;
                    --with-name=*) name=${option#*=} ;;
                    --disable-static) ;;
                    *) echo "configure: error: unrecognized option: $option" >&2; exit 2 ;;
                esac
            done
            sed -e "s|@prefix@|$prefix|" -e "s|@libdir@|$libdir|" -e "s|@name@|$name|" \\
                Makefile.in > Makefile
            """, mode: 0o755)
        try place.source.write(
            "Makefile.in",
            """
            all: libseven.so pico
            libseven.so: seven.c
            \t$(CC) $(CFLAGS) -shared -fPIC seven.c -o $@
            pico: pico.c libseven.so
            \t$(CC) $(CFLAGS) -DNAME='"@name@"' pico.c -L. $(LDFLAGS) -lseven -o $@
            check: pico
            \tLD_LIBRARY_PATH=. ./pico | sed 's/.* /seven is /'
            install:
            \tmkdir -p "$(DESTDIR)@prefix@/bin" "$(DESTDIR)@libdir@"
            \tcp pico "$(DESTDIR)@prefix@/bin"
            \tcp libseven.so "$(DESTDIR)@libdir@"

            """)
        try place.source.write("seven.c", "int seven(void) { return 7; }\n")
        try place.source.write(
            "pico.c",
            """
            #include <stdio.h>
            int seven(void);
            int main(void) { return printf("%s %d\\n", NAME, seven()) < 0; }

            """)
    }
}
