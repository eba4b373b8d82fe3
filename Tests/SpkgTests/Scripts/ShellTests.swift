import Platform
import Support
import SystemPackage
import Testing

/// `spkg shell`: what a failed build had is there again.
@Suite struct ShellTests {
    /// Says what is in the environment, which functions there are, and what can be reached.
    private static let tell = #"""
        tell() {
            env -0 | tr '\n\0' ' \n' | grep -v '^BASH_FUNC_' | sort > "$SAGE_ROOT/$1.variables"
            { declare -F; bash -c 'declare -F'; } | sort > "$SAGE_ROOT/$1.functions"
            cat /proc/net/dev | cut -d: -f1 | sort > "$SAGE_ROOT/$1.devices"
        }

        """#

    /// Variables that are of the very process, the jobserver of the build, and the shell's prompt.
    private func variables(_ distribution: Distribution, _ who: String) throws -> [String: String] {
        let lines = try distribution.root.text(FilePath("\(who).variables")).split(separator: "\n")
        let own: Set = [
            "_", "SHELL", "SHLVL", "PWD", "OLDPWD", "PS1", "MAKEFLAGS", "SPKG_LOST_FAILURE",
        ]
        var found: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, !own.contains(String(parts[0])) {
                found[String(parts[0])] = String(parts[1])
            }
        }
        return found
    }

    private func shell(_ distribution: Distribution, _ commands: String) throws {
        try distribution.root.write("commands", commands)
        let said = try distribution.said(
            ["sh", "-c", "exec \"$0\" shell pico < commands", Distribution.program.string], [:])
        #expect(said.status == 0, "\(said)")
    }

    private func expectSame(_ distribution: Distribution) throws {
        let (script, shell) = (
            try variables(distribution, "script"), try variables(distribution, "shell")
        )
        #expect(!script.isEmpty)
        for name in Set(script.keys).union(shell.keys) {
            #expect(shell[name] == script[name], "\(name)")
        }
        for what in ["functions", "devices"] {
            #expect(
                try distribution.root.text(FilePath("shell.\(what)"))
                    == distribution.root.text(FilePath("script.\(what)")), "\(what)")
        }
    }

    @Test(arguments: [nil, "install-requires.txt", "version_requirements.txt"])
    func `variables, functions and network are the script's`(mark: String?) throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico", "1",
                scripts: [
                    "install.in": Self.tell + "helper_of_mine() { :; }\ntell script\nexit 3\n"
                ],
                files: mark.map { [FilePath($0): "pico\n"] } ?? [:], source: ["file": "text"])
            let said = try distribution.spkg("install", "pico")
            try #require(said.status == 1 && said.stderr.contains("spkg shell pico"), "\(said)")
            try shell(distribution, Self.tell + "helper_of_mine() { :; }\ntell shell\n")
            try expectSame(distribution)
            let isolation = try variables(distribution, "shell")["SPKG_BUILD_ISOLATION"]
            #expect(isolation == (mark == "install-requires.txt" ? "no" : nil))
        }
    }

    @Test func `of a package without scripts, variables are those of its backend`() throws {
        try Distribution.run { distribution in
            let backend = """
                import os, subprocess
                    subprocess.run(["bash", "-c", \(pythonText(Self.tell + "tell script"))])
                    raise SystemExit(3)
                """
            try distribution.add("pico", "1", backend: backend)
            #expect(try distribution.spkg("install", "pico").status == 1)
            try shell(distribution, Self.tell + "tell shell\n")
            // `tell` is a function of the tests' own in both.
            try expectSame(distribution)
        }
    }

    private func pythonText(_ text: String) -> String {
        "\""
            + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n") + "\""
    }

    @Test func `files of the user and of the system are not read`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted("pico", "1", scripts: ["install.in": "exit 3\n"])
            #expect(try distribution.spkg("install", "pico").status == 1)
            for file in [".bashrc", ".bash_profile", ".profile"] {
                try distribution.root.write(FilePath("home/\(file)"), "export PATH=/nowhere\n")
            }
            try shell(
                distribution,
                "printf '%s\\n' \"$PS1\" \"$(type -t sdh_make)\" > \"$SAGE_ROOT/seen\"\n")
            #expect(try distribution.root.text("seen") == "(spkg pico-1) \\w\\$ \nfunction\n")
        }
    }
}
