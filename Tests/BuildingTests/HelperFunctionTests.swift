import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Building

/// What the functions of `build/bin/sage-dist-helpers` do, run by a real bash as recipes run them.
@Suite struct HelperFunctionTests {
    private func inRecipe(_ body: (ScriptFixture) async throws -> Void) async throws {
        try await inTemporaryFolder { try await body(ScriptFixture(in: $0)) }
    }

    @Test func `child processes of bash have the functions too`() async throws {
        try await inRecipe { fixture in
            let said = try await fixture.run(
                "bash -c 'bash -euo pipefail -c \"sdh_guard; declare -F sdh_die sdh__say\"'; set -o"
            )
            #expect(said.hasPrefix("sdh_die\nsdh__say\n"))
            // What exported them is over.
            #expect(said.contains(/allexport +\toff/))
        }
    }

    @Test(arguments: [
        ("sdh_die some words", 1, "some words"),
        ("echo piped words | sdh_die", 1, "piped words"),
        ("(exit 5) || sdh_die after five", 5, "after five"),
        ("set -euo pipefail; (exit 5) || sdh_die after five", 5, "after five"),
        ("COLUMNS=nonsense sdh_die words", 1, "words"),
    ])
    func `sdh_die ends with the status before it, and says why in a frame`(
        fragment: String, status: Int, words: String
    ) async throws {
        try await inRecipe { fixture in
            // The script's last command: in a pipe, sdh_die ends only its part of it.
            let failed = try await fixture.failure(of: fragment)
            #expect(failed.end == .exited(status))
            let frame = String(repeating: "*", count: 80)
            #expect(try fixture.output() == "\(frame)\n\(words)\n\(frame)\n")
        }
    }

    @Test func `a failure inside a pipe is not lost`() async throws {
        try await inRecipe { fixture in
            await #expect {
                try await fixture.run("sdh_install missing /x | cat; echo went on")
            } throws: { error in
                "\(error)".contains("spkg-install went on after a failure inside a pipe: Error")
            }
            #expect(try fixture.output().hasSuffix("went on\n"))
            // Where the script sees the failure, what follows is the script's own affair.
            for seen in ["(sdh_die seen)", "set -o pipefail; sdh_die seen | cat"] {
                try await fixture.run("\(seen) || echo handled")
                #expect(try fixture.output().hasSuffix("handled\n"))
            }
        }
    }

    @Test(arguments: [
        "if ! text=$(sdh_die none 2>&1); then echo handled; fi", "sdh_install a /b || echo handled",
        "if sdh_install a /b; then :; else echo handled; fi", "(sdh_install a /b) || echo handled",
        "text=$(sdh_install a /b) || echo handled", "! sdh_install a /b && echo handled",
        "set -eu\nsdh_install a /b || echo handled",
        "sdh_install a /b ||\n    echo handled", "sdh_install a /b \\\n    || echo handled",
        "sdh_install a \\\n    /b || echo handled", "true &&\n  sdh_install a /b || echo handled",
        "sdh_install a /b && false || echo handled",
        "if true &&\n  ! sdh_install a /b\nthen echo handled; fi",
        "sdh_install a /b | cat; [ \"${PIPESTATUS[0]}\" = 0 ] || echo handled",
    ])
    func `a failure that the script asks for is the script's to handle`(fragment: String)
        async throws
    {
        try await inRecipe { fixture in
            try await fixture.run(fragment)
            #expect(try fixture.output().hasSuffix("handled\n"))
        }
    }

    @Test(arguments: [
        "sdh_install a /b | cat || true", "text=$(sdh_install a /b)\ntrue",
        "while read -r line; do :; done < <(sdh_install a /b)", "sdh_die none || true",
        "build() { sdh_install a /b; echo on; }\nbuild || true",
        "if true; then sdh_install a /b; fi; echo on",
        "sdh_install a /b &&\n  echo on; true || true",
        "sdh_install \\\n    a /b\ntrue ||\n    echo on",
    ])
    func `a failure that nothing asks for is a failure of the script`(fragment: String) async throws
    {
        try await inRecipe { fixture in
            await #expect(throws: BuildError.self) { try await fixture.run(fragment) }
        }
    }

    @Test func `long messages are folded at blanks, to the width there is`() async throws {
        try await inRecipe { fixture in
            _ = try await fixture.failure(of: "COLUMNS=24 sdh_die one two three four five six")
            let frame = String(repeating: "*", count: 24)
            #expect(
                try fixture.output() == "\(frame)\none two three four five \nsix\n\(frame)\n")
        }
    }

    @Test func `the guard names what is missing`() async throws {
        try await inRecipe { fixture in
            _ = try await fixture.failure(of: "unset SAGE_SHARE; sdh_guard")
            #expect(try fixture.output().contains("SAGE_SHARE is not set"))
        }
    }

    @Test func `configure is tried again without options that it may not know`() async throws {
        try await inRecipe { fixture in
            let configure = """
                cat > configure << 'EOF'
                echo "called: $*" "${CONFIG_SHELL##*/}"
                case $* in *--disable-dependency-tracking*) exit 1 ;; esac
                EOF
                chmod +x configure
                sdh_configure --more 'two words'
                """
            let said = try await fixture.run("set -euo pipefail\n" + configure)
            let prefix = fixture.tree.root
            let own = "--prefix=\(prefix) --libdir=\(prefix)/lib --disable-static"
            let extra = "--disable-maintainer-mode --disable-dependency-tracking"
            #expect(
                said.contains(
                    "called: \(own) \(extra) --more two words bash\n"))
            #expect(said.hasSuffix("called: \(own) --more two words bash\n"))
            #expect(said.contains("once more, without"))
        }
    }

    @Test(arguments: [
        (
            "echo exit 3 > configure; chmod +x configure; sdh_configure", 3,
            "Error configuring pico-1.2.p3; see "
        ),
        ("sdh_configure", 1, "there is no configure in "),
        ("printf 'all:\\n\\texit 3\\n' > Makefile; sdh_make", 2, "Error building pico-1.2.p3"),
        ("sdh_make_check", 2, "Error checking pico-1.2.p3"),
        ("sdh_make_install", 2, "Error installing pico-1.2.p3"),
        ("cmake() { return 9; }; sdh_cmake", 9, "Error configuring pico-1.2.p3 with cmake"),
    ])
    func `a tool that fails ends the script, with the tool's status`(
        fragment: String, status: Int, words: String
    ) async throws {
        try await inRecipe { fixture in
            for options in ["", "set -euo pipefail\n"] {
                let failed = try await fixture.failure(
                    of: options + fragment + "\necho not reached")
                #expect(failed.end == .exited(status))
                #expect(try fixture.output().contains(words))
                #expect(try !fixture.output().contains("\nnot reached"))
            }
        }
    }

    @Test func `make gets its target, its folder and what the recipe adds`() async throws {
        try await inRecipe { fixture in
            let said = try await fixture.run(
                """
                set -euo pipefail
                make() { printf '<%s>' make "$@"; echo; }
                sdh_make -s all
                sdh_make_check V=1
                sdh_make_install -j1 'A=b c'
                """)
            #expect(
                said == """
                    Building pico-1.2.p3
                    <make><-s><all>
                    Checking pico-1.2.p3
                    <make><check><V=1>
                    Installing pico-1.2.p3
                    <make><install><DESTDIR=\(fixture.place.staging)><-j1><A=b c>

                    """)
            let direct = try await fixture.run(
                """
                SAGE_SUDO="env WHO=root" MAKE=printenv
                (sdh_make_install WHO) || :; sdh_install "$SAGE_PKG_DIR/type" "$SAGE_LOCAL/share"
                """, staged: false)
            // printenv knows no variable `install`, so it fails, but says who it is.
            #expect(direct.contains("\nroot\n"))
            #expect(try fixture.tree.root.text("share/type") == "optional\n")
        }
    }

    @Test(arguments: [
        ("-DA=1", "<.><-DPREFIX><-DLIB><-DA=1>"),
        ("-GNinja ..", "<-DPREFIX><-DLIB><-GNinja><..>"),
        ("-S .. -B .", "<-DPREFIX><-DLIB><-S><..><-B><.>"),
        ("-D A=/ -C /etc/passwd", "<.><-DPREFIX><-DLIB><-D><A=/><-C></etc/passwd>"),
    ])
    func `cmake builds the current folder unless another is named`(
        arguments: String, command: String
    ) async throws {
        try await inRecipe { fixture in
            let said = try await fixture.run(
                "set -u; cmake() { printf '<%s>' \"$@\"; }; sdh_cmake \(arguments)")
            let expected = command.replacing(
                "-DPREFIX", with: "-DCMAKE_INSTALL_PREFIX=\(fixture.tree.root)"
            ).replacing("-DLIB", with: "-DCMAKE_INSTALL_LIBDIR=lib")
            #expect(said == "Configuring pico-1.2.p3 with cmake\n" + expected)
        }
    }

    @Test func `files, folders and links are installed as they are`() async throws {
        try await inRecipe { fixture in
            let said = try await fixture.run(
                """
                set -euo pipefail
                mkdir -p d/sub; echo 1 > d/sub/file; echo '#!' > tool; chmod 755 tool
                ln -s nowhere dangling; touch -d @1000000 tool
                sdh_install d tool dangling "$SAGE_LOCAL/share/pico"
                sdh_install -T tool "$SAGE_LOCAL/bin/the tool"
                sdh_install -T d "$SAGE_LOCAL/share/renamed/"
                """)
            let staged = fixture.tree.root.staged(in: fixture.place)
            #expect(try staged.text("share/pico/d/sub/file") == "1\n")
            #expect(try staged.text("share/renamed/sub/file") == "1\n")
            let tool = try status(staged.pushing("share/pico/tool"))
            #expect(tool?.mode == 0o755 && tool?.modified == FileTime(seconds: 1_000_000))
            #expect(try status(staged.pushing("bin/the tool"))?.kind == .file)
            #expect(try status(staged.pushing("share/pico/dangling"))?.kind == .link)
            #expect(said.contains("Installing tool as \(fixture.tree.root)/bin/the tool\n"))
        }
    }

    @Test(arguments: [
        ("sdh_install missing /x", "there is no missing in "),
        ("sdh_install only", "takes sources and a destination"),
        ("sdh_install -T a b c", "takes a source and a destination"),
        ("touch a; sdh_install a relative", "an absolute destination, not relative"),
        ("touch a; sdh_install a /x/f; sdh_install a /x/f/a", "is no folder"),
    ])
    func `sdh_install says what is wrong before it copies`(
        fragment: String, words: String
    ) async throws {
        try await inRecipe { fixture in
            #expect(try await fixture.failure(of: fragment).end == .exited(1))
            let text = try fixture.output().replacing("\n", with: "")
            #expect(text.contains(words), "\(text)")
        }
    }

    @Test(arguments: [
        ("sdh_build_wheel .", "--prefer-build-isolation -- ."),
        ("sdh_build_wheel", "--prefer-build-isolation -- ."),
        ("sdh_build_wheel --build-isolation", "--build-isolation -- ."),
        ("sdh_build_wheel --no-build-isolation --no-deps sub", "--no-build-isolation -- sub"),
        (
            "sdh_build_wheel --sdist-then-wheel -C a=b -Cc=d --config-settings=e=-f .",
            "--prefer-build-isolation --sdist-then-wheel -C a=b -C c=d -C e=-f -- ."
        ),
        ("ENABLE_SYSTEM_SITE_PACKAGES=yes sdh_build_wheel .", "--no-build-isolation -- ."),
        ("SAGE_VENV_FLAGS=DISABLED sdh_build_wheel -n .", "--build-isolation -- ."),
        ("SPKG_BUILD_ISOLATION=no sdh_build_wheel .", "--no-build-isolation -- ."),
        (
            "SPKG_BUILD_ISOLATION=no sdh_build_wheel --build-isolation --no-binary :all: .",
            "--build-isolation -- ."
        ),
        (
            "mkdir -p p; touch p/pyproject.toml; sdh_build_wheel --build-option a --global-option=b p",
            "--prefer-build-isolation -C --global-option=b -C --build-option=a -- p"
        ),
        // Without setup.py there is nothing else that could build.
        (
            "sdh_build_wheel --no-use-pep517 --build-option a .",
            "--prefer-build-isolation -C --build-option=a -- ."
        ),
    ])
    func `a wheel is built by the program that runs the script`(
        fragment: String, words: String
    ) async throws {
        try await inRecipe { fixture in
            try fixture.addProgram()
            let expected =
                (["helper", "build-wheel"] + words.split(separator: " ").map(String.init))
                .map { "called: \($0)\n" }.joined()
            for options in ["", "set -euo pipefail\n"] {
                let said = try await fixture.run(options + fragment)
                #expect(said == "Building a wheel of pico-1.2.p3\n" + expected)
            }
        }
    }

    @Test(arguments: ["sdh_build_wheel .", "sdh_pip_install .", "sdh_build_and_store_wheel ."])
    func `a wheel that can't be built ends the script`(fragment: String) async throws {
        try await inRecipe { fixture in
            try fixture.addProgram("exit 4")
            try fixture.addWheel()
            let failed = try await fixture.failure(of: fragment + "\necho not reached")
            #expect(failed.end == .exited(4))
            #expect(try fixture.output().contains("Error building a wheel of pico-1.2.p3\n"))
            #expect(try fixture.place.directory.exists("dist/pico-1.2-py3-none-any.whl"))
        }
    }

    @Test(arguments: [
        (
            "sdh_build_wheel --no-use-pep517 --global-option g --build-option build --build-option x .",
            "g bdist_wheel --bdist-dir SCRATCH --dist-dir DIST build x"
        ),
        (
            "sdh_build_wheel --build-option=build_ext .",
            "bdist_wheel --bdist-dir SCRATCH --dist-dir DIST build_ext"
        ),
        ("sdh_setup_bdist_wheel --universal", "bdist_wheel --bdist-dir SCRATCH --universal"),
    ])
    func `setup.py is run with the tree's Python and the words given`(
        fragment: String, words: String
    ) async throws {
        try await inRecipe { fixture in
            // setuptools is whatever PYTHONPATH finds first: what is installed.
            try fixture.place.directory.write(
                "setup.py",
                """
                import os, sys
                words = sys.argv[1:]
                scratch = words.index('--bdist-dir') + 1
                assert os.path.isdir(words[scratch])
                words[scratch] = 'SCRATCH'
                print(*(os.path.isabs(w) and 'DIST' or w for w in words), os.path.basename(__file__))
                os.makedirs('dist', exist_ok=True)
                open('dist/pico-1-py3-none-any.whl', 'w').close()
                """)
            try fixture.place.directory.write("setuptools.py", "")
            let said = try await fixture.run("export PYTHONPATH=$PWD\n\(fragment)")
            #expect(said.hasSuffix("--no-user-cfg \(words) setup.py\n"), "\(said)")
            #expect(
                try fixture.place.directory.exists("dist/pico-1-py3-none-any.whl"))
            #expect(try Directory(opening: fixture.place.temporary).entries().isEmpty)
        }
    }

    @Test func `words are prefixed and quoted for eval`() async throws {
        try await inRecipe { fixture in
            let said = try await fixture.run(
                """
                set -euo pipefail
                seen() { printf '<%s>' "$@"; }
                eval seen $(eval sdh_prefix_args --build-option build '"a  b"' '\\$x') .
                sdh_prefix_args --alone
                """)
            let words = ["build", "a  b", "$x"].map { "<--build-option><\($0)>" }.joined()
            #expect(said == words + "<.>", "\(said)")
        }
    }

    @Test func `an option that nobody knows ends the script`() async throws {
        try await inRecipe { fixture in
            try fixture.addProgram()
            _ = try await fixture.failure(of: "sdh_build_wheel --target=x .")
            #expect(try fixture.output().contains("has no option --target=x"))
            _ = try await fixture.failure(of: "sdh_build_wheel one two")
            #expect(try fixture.output().contains("builds one folder, not: one two"))
        }
    }

    @Test(arguments: [
        "sdh_build_wheel", "sdh_pip_install", "sdh_build_and_store_wheel", "sdh_store_wheel",
        "sdh_store_and_pip_install_wheel", "sdh_actually_pip_install_wheel", "sdh_pip_uninstall",
        "sdh_install",
    ])
    func `the error names the function's description`(function: String) async throws {
        try await inRecipe { fixture in
            try fixture.addProgram()
            try fixture.addWheel()
            // sdh_pip_install hands its options on.
            let named =
                function.contains("_wheel") || function == "sdh_install"
                    || function == "sdh_pip_uninstall" ? function : "sdh_build_wheel"
            let own = function == "sdh_build_and_store_wheel" ? "sdh_build_wheel" : named
            _ = try await fixture.failure(of: "\(function) --target=/x .")
            let said = try fixture.output().replacing("\n", with: "")
            #expect(said.contains("\(own) has no option --target=/x;"), "\(said)")
            #expect(said.contains("see \"\(own)\" in build/README.md"), "\(said)")
            #expect(try fixture.place.directory.exists("dist/pico-1.2-py3-none-any.whl"))
        }
    }

    @Test func `options of pip that change nothing are passed over`() async throws {
        try await inRecipe { fixture in
            try fixture.addWheel()
            let said = try await fixture.run(
                """
                set -euo pipefail
                export SAGE_PIP_INSTALL_FLAGS="-v --find-links /there --no-index"
                sdh_store_and_pip_install_wheel --ignore-installed -U --log=x --no-build-isolation .
                """)
            #expect(said.hasSuffix("Stored pico-1.2-py3-none-any.whl\n"), "\(said)")
        }
    }

    @Test func `a wheel is stored, and the last one counts`() async throws {
        try await inRecipe { fixture in
            try fixture.addWheel()
            let said = try await fixture.run(
                """
                set -euo pipefail
                sdh_store_wheel .
                mkdir -p dist; echo 2 > dist/pico-2-py3-none-any.whl
                echo 3 > dist/other_one-1-py3-none-any.whl.not
                sdh_store_and_pip_install_wheel --no-deps .
                echo "$wheel"
                """)
            let store = fixture.tree.wheels.staged(in: fixture.place)
            #expect(said.hasSuffix("\(store)/pico-2-py3-none-any.whl\n"))
            #expect(try store.listing().keys.sorted() == ["pico-2-py3-none-any.whl"])
            let requirements = try fixture.place.staging.text(
                FilePath(
                    String(fixture.tree.root.string.dropFirst())
                        + "/var/lib/sage/scripts/pico/spkg-requirements.txt"))
            #expect(requirements.split(separator: "\n").count == 1)
            #expect(requirements.hasSuffix("/pico-2-py3-none-any.whl\n"))
        }
    }

    @Test(arguments: [([String](), "but has 0"), (["a-1.whl", "b-1.whl"], "but has 2")])
    func `one wheel must be there to be stored`(wheels: [String], words: String) async throws {
        try await inRecipe { fixture in
            for wheel in wheels { try fixture.addWheel(wheel) }
            _ = try await fixture.failure(of: "sdh_store_wheel .")
            #expect(try fixture.output().replacing("\n", with: "").contains(words))
        }
    }

    @Test func `without staging a wheel is installed at once`() async throws {
        try await inRecipe { fixture in
            try fixture.addWheel()
            try fixture.addProgram()
            let said = try await fixture.run(
                "set -eu; sdh_store_and_pip_install_wheel .", staged: false)
            let path = fixture.tree.wheels.appending("pico-1.2-py3-none-any.whl")
            #expect(try status(path)?.kind == .file)
            let words = ["wheel", "install", "--tree", "\(fixture.tree.root)", "--", "\(path)"]
            #expect(said.hasSuffix(words.map { "called: \($0)\n" }.joined()))
        }
    }

    @Test func `what old scripts in trees call still works`() async throws {
        try await inRecipe { fixture in
            try fixture.addProgram()
            let said = try await fixture.run(
                """
                set -eu
                printf '%s\\n' '# comment' 'pico @ file:///a%20b/%C3%A9.whl' 'ham>=1' > list
                sdh_actually_pip_install_wheel --no-deps -r list
                sdh_pip_uninstall -y -r list more
                sdh_pip_uninstall
                """)
            let tree = "called: --tree\ncalled: \(fixture.tree.root)\ncalled: --\n"
            #expect(
                said == "called: wheel\ncalled: install\n\(tree)called: /a b/é.whl\n"
                    + "called: wheel\ncalled: uninstall\n\(tree)"
                    + ["pico", "ham", "more"].map { "called: \($0)\n" }.joined())
        }
    }

    @Test func `a library is preloaded by the name that a program is linked with`() async throws {
        try await inRecipe { fixture in
            let said = try await fixture.run(
                "set -eu; sdh_preload_lib bash libc.so; sdh_preload_lib bash libnothing; "
                    + "bash -c 'echo ${LD_PRELOAD##*/}'")
            #expect(said == "libc.so.6\n")
        }
    }

    @Test func `import libraries are for Windows alone`() async throws {
        try await inRecipe { fixture in
            #expect(try await fixture.run("sdh_generate_windows_lib_files 'lib*.dll'") == "")
            let failed = try await fixture.failure(
                of: "OSTYPE=msys; sdh_generate_windows_lib_files 'lib*.dll'")
            #expect(failed.end == .exited(1))
        }
    }
}
