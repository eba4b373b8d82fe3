import Platform
import Support
import SystemPackage
import Testing

@testable import Building

@Suite struct BuildVariablesTests {
    private let place = BuildPlace(
        package: "pico-1", directory: "/t/var/tmp/sage/build/pico-1", helpers: "/lx",
        root: "/root", local: "/l", venv: "/v")

    private func variables(
        _ inherited: [String: String], network: BuildVariables.Network = .cut,
        usingEnvironment: Bool = false
    ) -> [String: String] {
        BuildVariables(
            at: place, inherited: inherited, network: network, usingEnvironment: usingEnvironment
        ).values
    }

    @Test func `our own programs are found first, the user's last`() {
        #expect(
            variables(["PATH": "/usr/bin:/v/bin"])["PATH"]
                == "/lx:/root/build/bin:/v/bin:/l/bin:/usr/bin:/v/bin")
        #expect(
            variables(["PATH": "/usr/bin"], usingEnvironment: true)["PATH"]
                == "/t/var/tmp/sage/build/pico-1/env/bin:/lx:/root/build/bin:/v/bin:/l/bin:/usr/bin"
        )
    }

    @Test func `the tree's libraries come before the user's`() {
        let values = variables(["LDFLAGS": "-L/mine", "CPATH": "/inc", "CFLAGS": "-O1"])
        #expect(values["LDFLAGS"] == "-L/l/lib -Wl,-rpath,/l/lib -Wl,-rpath-link,/l/lib -L/mine")
        #expect(values["CPATH"] == "/l/include:/inc")
        #expect(values["LIBRARY_PATH"] == "/l/lib")
        for name in ["CFLAGS", "CFLAGS_O3", "CFLAGS_NON_NATIVE", "CXXFLAGS", "F77FLAGS"] {
            #expect(values[name] == "-O1", "\(name)")
        }
    }

    @Test(arguments: [
        ([:], "-O2 -g", "-O3 -g"), (["SAGE_DEBUG": "no"], "-O2", "-O3"),
        (["SAGE_DEBUG": "yes"], "-Og -g", "-Og -g"),
    ])
    func `flags follow SAGE_DEBUG`(inherited: [String: String], o2: String, o3: String) {
        let values = variables(inherited)
        #expect(values["CFLAGS"] == o2)
        #expect(values["FCFLAGS_O3"] == o3)
    }

    @Test func `backends choose their own flags unless the user does`() {
        let silent = BuildVariables(at: place, inherited: ["CXXFLAGS": "-O1"], for: .python).values
        #expect(silent["CFLAGS"] == nil && silent["CXXFLAGS"] == "-O1")
        #expect(silent["LDFLAGS"]?.hasPrefix("-L/l/lib") == true)
        let given = BuildVariables(at: place, inherited: ["CFLAGS": "-O1"], for: .python).values
        #expect(given["CFLAGS"] == "-O1" && given["CXXFLAGS"] == "-O1")
    }

    @Test func `a blank in the tree's path is quoted for the shell`() {
        let place = BuildPlace(
            package: "pico-1", directory: "/b", helpers: "/lx", root: "/r", local: "/my tree",
            venv: "/v")
        #expect(
            BuildVariables(at: place, inherited: [:]).values["LDFLAGS"]
                == "'-L/my tree/lib' '-Wl,-rpath,/my tree/lib' '-Wl,-rpath-link,/my tree/lib'")
    }

    @Test func `nothing of another Python or installer comes in`() {
        let values = variables([
            "PIP_INDEX_URL": "x", "PIP_TARGET": "x", "UV_OFFLINE": "x", "PYTHONPATH": "x",
            "PYTHONHOME": "x", "VIRTUAL_ENV": "x", "MFLAGS": "-j8", "HOME": "/home/me",
            "PYTHON_CONFIGURE": "--with-x", "CC": "clang", "MAKE": "gmake -j8",
            "SHELLOPTS": "errexit", "BASH_FUNC_make%%": "() { echo mine; }",
        ])
        let foreign = [
            "PIP_INDEX_URL", "PIP_TARGET", "UV_OFFLINE", "PYTHONPATH", "PYTHONHOME",
            "VIRTUAL_ENV", "MFLAGS", "SHELLOPTS", "BASH_FUNC_make%%",
        ]
        #expect(foreign.allSatisfy { values[$0] == nil })
        #expect(values["PIP_CONFIG_FILE"] == "/dev/null")
        #expect(values["HOME"] == "/home/me")
        #expect(values["PYTHON_CONFIGURE"] == "--with-x")
        #expect(values["CC"] == "clang")
        #expect(values["MAKE"] == "gmake")
    }

    @Test(arguments: [
        "_PYTHON_SYSCONFIGDATA_NAME", "_PYTHON_HOST_PLATFORM", "PYTHONSTARTUP", "PYTHON",
        "PYTHON_GIL",
        "CONDA_PREFIX", "LANGUAGE", "LC_MESSAGES", "POSIXLY_CORRECT", "GREP_OPTIONS", "TAR_OPTIONS",
        "PATCH_GET", "CDPATH", "BASH_ENV", "MAKEFILES", "GIT_DIR", "GIT_CONFIG_COUNT",
        "CONFIG_SITE",
        "DESTDIR", "PIP_TARGET", "DIST_EXTRA_CONFIG", "SETUPTOOLS_SCM_PRETEND_VERSION",
        "DEB_PYTHON_INSTALL_LAYOUT", "PERL5OPT", "PERL_MM_OPT", "GCC_EXEC_PREFIX", "COMPILER_PATH",
        "DEPENDENCIES_OUTPUT", "CMAKE_GENERATOR", "PKG_CONFIG_DEBUG_SPEW", "CARGO_TARGET_DIR",
        "ac_cv_prog_CC", "TMP", "R_LIBS_USER", "LS_BLOCK_SIZE",
    ])
    func `what tools would read and no recipe asked for is removed`(name: String) {
        #expect(variables([name: "x"])[name] == nil)
    }

    @Test(arguments: [
        "GIT_SSH_COMMAND", "CMAKE_C_COMPILER_LAUNCHER", "CARGO_HOME", "CCACHE_DIR",
        "PYTHON_CONFIGURE",
        "PKG_CONFIG_LIBDIR", "RUSTFLAGS", "LD_LIBRARY_PATH", "SAGE_CHECK", "LANG",
    ])
    func `what is the user's own is kept`(name: String) {
        #expect(variables([name: "x"])[name] == "x")
    }

    @Test func `variables of make's command line that a build must not see are not passed on`() {
        let flags = MakeFlags(#"k -- DESTDIR=/x CC=gcc\ -m32 PYTHONPATH:=y V=1"#)
        #expect(flags.variables == #"CC=gcc\ -m32 V=1"#)
    }

    @Test func `proxies point to nowhere unless the recipe fetches`() {
        let inherited = ["https_proxy": "http://proxy:3128", "no_proxy": "*"]
        let cut = variables(inherited)
        #expect(
            cut["https_proxy"] == "http://127.0.0.1:9/" && cut["HTTPS_PROXY"] == cut["https_proxy"])
        #expect(cut["no_proxy"] == "localhost,127.0.0.1,::1")
        let open = variables(inherited, network: .open)
        #expect(open["https_proxy"] == "http://proxy:3128" && open["no_proxy"] == "*")
    }

    @Test func `the date is the same for every build, unless given`() {
        #expect(variables([:])["SOURCE_DATE_EPOCH"] == "315619200")
        #expect(variables(["SOURCE_DATE_EPOCH": "1700000000"])["SOURCE_DATE_EPOCH"] == "1700000000")
        // What no compiler or no zip file takes.
        for nonsense in [
            "", "yesterday", "-1", "0", "1e9", "999999999999999999999", "253402300800",
        ] {
            #expect(
                variables(["SOURCE_DATE_EPOCH": nonsense])["SOURCE_DATE_EPOCH"] == "315619200")
        }
    }

    @Test func `a program that is linked with our flags finds the tree's library`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let end = try await fixture.shell(
                """
                set -e
                mkdir -p "$SAGE_LOCAL/lib" "$SAGE_LOCAL/include"
                echo 'int seven(void);' > "$SAGE_LOCAL/include/seven.h"
                echo 'int seven(void) { return 7; }' | gcc -shared -fPIC -x c - -o "$SAGE_LOCAL/lib/libseven.so"
                echo '#include <seven.h>\nint main(void) { return seven(); }' > main.c
                eval gcc main.c $CFLAGS $LDFLAGS -lseven -o main
                ./main
                """)
            #expect(end == .exited(7), "\(fixture.shown.text)")
        }
    }
}

@Suite struct BuildShellTests {
    @Test func `the shell has the build's variables and starts in the source`() {
        let place = BuildPlace(
            package: "pico-1", directory: "/b/pico-1", helpers: "/lx", root: "/r", local: "/l",
            venv: "/v")
        let variables = BuildVariables(at: place, inherited: ["TERM": "xterm"])
        let shell = BuildShell(
            in: place, variables: variables,
            inherited: ["SHELL": "/usr/bin/bash", "MAKEFLAGS": "k -j4 --jobserver-auth=3,4"],
            hasSource: true)
        #expect(shell.arguments == ["/usr/bin/bash", "--noprofile", "--norc", "-i"])
        #expect(shell.directory == "/b/pico-1/src")
        #expect(shell.environment["TERM"] == "xterm")
        #expect(shell.environment["CFLAGS"] == "-O2 -g")
        #expect(shell.environment["MAKEFLAGS"] == "k -j4")
        #expect(shell.environment["SAGE_NUM_THREADS"] == "4")
    }

    @Test func `of a recipe with scripts it has the functions`() throws {
        try withTemporaryFolder { folder in
            let fixture = try ScriptFixture(in: folder)
            let shell = BuildShell(
                in: fixture.place, variables: try fixture.scripts().variables, inherited: [:],
                hasSource: false, hasHelpers: true)
            let said = try Platform.run(
                shell.arguments + ["-c", "declare -F sdh_make && sdh_guard && echo $PKG_NAME"],
                environment: shell.environment)
            #expect(said.stdout == "sdh_make\npico-1.2.p3\n", "\(said)")
        }
    }
}
