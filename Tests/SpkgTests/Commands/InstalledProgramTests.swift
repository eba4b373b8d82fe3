import Platform
import Support
import SystemPackage
import Testing

/// `make install PREFIX=…`: the program with its manual and its completions, asked by real shells.
///
/// zsh, fish and man are tried where they are; CI has them.
@Suite struct InstalledProgramTests {
    /// Installs the program that is tested; nothing is built, and there is no network.
    private func install(_ body: (Distribution, _ prefix: FilePath) throws -> Void) throws {
        try Distribution.run { distribution in
            let prefix = distribution.root.appending("pre fix")
            try make("install", distribution, prefix)
            try body(distribution, prefix)
        }
    }

    private func make(_ target: String, _ distribution: Distribution, _ prefix: FilePath) throws {
        let program = Distribution.program.string
        let said = try distribution.said(
            [
                "make", "-s", "-C", projectFolder.string, "-o", program, target, "SPKG=\(program)",
                "PREFIX=\(prefix)",
            ], ["http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"])
        #expect(said.status == 0, "\(said)")
        #expect(said.stderr == "")
    }

    /// Runs a shell's line with the installed program on PATH.
    private func shell(
        _ words: [String], _ distribution: Distribution, _ prefix: FilePath
    ) throws -> Distribution.Said {
        try distribution.said(
            words,
            [
                "PATH": "\(prefix)/bin:\(distribution.environment["PATH"]!)",
                "PREFIX": prefix.string,
            ])
    }

    private func has(_ program: String, _ distribution: Distribution) throws -> Bool {
        if try distribution.said(["sh", "-c", "command -v \(program)"], [:]).status == 0 {
            return true
        }
        #expect(inherited("CI") == nil, "\(program) is missing")
        return false
    }

    @Test func `what was installed is all there, works, and is all gone afterwards`() throws {
        try install { distribution, prefix in
            for file in [
                "bin/spkg", "libexec/spkg/sage-spkg", "share/man/man1/spkg.1",
                "share/man/man1/spkg-install.1", "share/man/man1/spkg-wheel-check.1",
                "share/bash-completion/completions/spkg", "share/zsh/site-functions/_spkg",
                "share/fish/vendor_completions.d/spkg.fish", "share/spkg/schemas/list.json",
            ] {
                #expect(try prefix.exists(FilePath(file)), "\(file)")
            }
            let version = try shell(["spkg", "--version"], distribution, prefix)
            #expect(version.status == 0, "\(version)")
            try prefix.write("share/man/man1/other.1")
            try make("uninstall", distribution, prefix)
            let left = try prefix.listing().filter { $0.value.hasPrefix("file") }.keys
            #expect(left.sorted() == ["share/man/man1/other.1"])
        }
    }

    @Test func `every command that help lists has a page, which man can show`() throws {
        try install { distribution, prefix in
            let help = try shell(["spkg", "--help"], distribution, prefix).stdout
            let listed = help.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
                .prefix { $0.hasPrefix("  ") }
                .filter { !$0.hasPrefix("   ") }
                .map { $0.split(separator: " ")[0] }.filter { $0 != "See" }
            #expect(listed.count > 20)
            for name in listed {
                #expect(try prefix.exists(FilePath("share/man/man1/spkg-\(name).1")), "\(name)")
            }
            guard try has("man", distribution) else { return }
            let line = """
                for page in "$PREFIX"/share/man/man1/*.1; do
                    MANWIDTH=100 man --warnings -E UTF-8 -l "$page" >out 2>err || echo "$page: $?"
                    cat err
                    grep -q '^NAME' out && grep -q '^EXIT STATUS' out || echo "$page"
                done
                MANWIDTH=100 man -E UTF-8 -l "$PREFIX/share/man/man1/spkg-deps.1" | grep -e --why
                """
            let said = try shell(["bash", "-c", line], distribution, prefix)
            #expect(said.status == 0 && said.stderr == "", "\(said)")
            #expect(said.stdout.contains("spkg deps --why sympy gmpy2"), "\(said)")
            #expect(
                said.stdout.split(separator: "\n").allSatisfy { $0.contains("--why") }, "\(said)")
        }
    }

    /// What is completed: the words typed so far, and some of what is offered.
    private static let cases: [(words: [String], offers: [String])] = [
        (["unins"], ["uninstall"]), (["hist"], ["history"]),
        (["install", "sp"], ["spam"]), (["uninstall", "h"], ["ham"]),
        (["install", "--keep-g"], ["--keep-going"]), (["deps", "--wh"], ["--why"]),
        (["owner", "build/p"], ["build/pkgs"]), (["wheel", "che"], ["check"]),
    ]

    private func prepare(_ distribution: Distribution) throws {
        try distribution.addWheelRecipe("spam", "1.0")
        try distribution.addWheelRecipe("ham", "1.0")
        try distribution.expectDone("install", "ham")
    }

    @Test func `bash completes commands, options, packages and files`() throws {
        try install { distribution, prefix in
            try prepare(distribution)
            let line = """
                . "$PREFIX/share/bash-completion/completions/spkg"
                function=$(complete -p spkg | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
                COMP_WORDS=(spkg "$@"); COMP_CWORD=$#; COMP_LINE="spkg $*"; COMP_POINT=${#COMP_LINE}
                COMP_TYPE=9; COMP_KEY=9
                "$function" spkg "${@: -1}" "${COMP_WORDS[$#-1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            for (words, offers) in Self.cases {
                let said = try shell(["bash", "-c", line, "bash"] + words, distribution, prefix)
                let found = said.stdout.split(separator: "\n").map {
                    String($0).replacing(" ", with: "")
                }
                for offer in offers {
                    #expect(found.contains { $0.hasPrefix(offer) }, "\(words): \(said)")
                }
            }
        }
    }

    @Test func `fish completes commands, options, packages and files`() throws {
        try install { distribution, prefix in
            guard try has("fish", distribution) else { return }
            try prepare(distribution)
            for (words, offers) in Self.cases {
                let line = """
                    source "$PREFIX/share/fish/vendor_completions.d/spkg.fish"
                    complete -C "spkg \(words.joined(separator: " "))"
                    """
                let said = try shell(["fish", "--no-config", "-c", line], distribution, prefix)
                let found = said.stdout.split(separator: "\n")
                for offer in offers {
                    #expect(found.contains { $0.hasPrefix(offer) }, "\(words): \(said)")
                }
            }
        }
    }

    @Test func `zsh completes commands, options, packages and files`() throws {
        try install { distribution, prefix in
            guard try has("zsh", distribution) else { return }
            try prepare(distribution)
            for (words, offers) in Self.cases {
                let said = try shell(
                    ["python3", "-c", Self.zsh, words.joined(separator: " "), offers[0]],
                    distribution, prefix)
                #expect(said.status == 0, "\(words): \(said)")
            }
        }
    }

    /// Types words and a tab at a zsh on a terminal, and waits for what should be there then.
    private static let zsh = """
        import os, pty, re, select, sys
        typed, wanted = sys.argv[1:]
        process, terminal = pty.fork()
        if process == 0:
            os.environ.update(TERM="dumb", PS1="", HOME=os.getcwd())
            os.execvp("zsh", ["zsh", "-f", "-i"])
        said = ""
        def wait(what):
            global said
            while what not in re.sub("\\\\s+", " ", said):
                ready, _, _ = select.select([terminal], [], [], 60)
                if not ready:
                    sys.exit(f"no {what} in {said!r}")
                said += os.read(terminal, 4096).decode(errors="replace")
        os.write(terminal, b"fpath=($PREFIX/share/zsh/site-functions $fpath); unsetopt beep; "
                 b"autoload -U compinit; compinit -u -D; echo rea''dy\\n")
        wait("ready")
        said = ""
        os.write(terminal, f"spkg {typed}\\t".encode())
        wait(wanted)
        os.kill(process, 9)
        """
}
