import Platform
import Support
import SystemPackage
import Testing

/// Data that can't be written is an error; a reader that has left is none.
@Suite struct OutputTests {
    static let commands = [
        "export", "export --format pylock", "makefile", "list", "list --all", "list --json",
        "list --names", "files spam", "files --json spam", "deps ham", "deps --json ham",
        "info spam",
        "info --json spam", "log spam", "log --json", "list --explicit", "history",
        "history --json", "status --json", "deps --tree ham", "deps --why ham spam",
        "deps --dot ham", "owner --json local/lib/python*/site-packages/spam.py",
        "owner local/lib/python*/site-packages/spam.py",
        "wheel list", "wheel list --json", "wheel check local/var/lib/sage/wheels/spam*.whl",
        "index --json", "verify --json", "--help", "install --help", "help merge",
        "--generate-completion-script bash", "merge stage local", "merge --json stage2 local",
        "flock --verbose local true", "flock --help",
    ]

    @Test func `every command says that its output can't be written`() throws {
        try Distribution.run { distribution in
            try prepare(distribution)
            for (how, words) in [
                ("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor"),
            ] {
                for command in Self.commands {
                    if command.hasPrefix("merge") { try stage(distribution) }
                    let said = try shell("\"$SPKG\" \(command) \(how)", distribution)
                    #expect(said.status == 1, "\(command) \(how): \(said)")
                    #expect(
                        said.stderr.contains("error: stdout: \(words)"),
                        "\(command) \(how): \(said)")
                }
            }
        }
    }

    /// With SIGPIPE ignored, as Python and some services leave it to their children, and without.
    @Test(arguments: ["", "trap '' PIPE; "])
    func `a reader that has left ends the command without a word`(trap: String) throws {
        try Distribution.run { distribution in
            try prepare(distribution)
            for command in Self.commands where !command.hasPrefix("flock --v") {
                if command.hasPrefix("merge") { try stage(distribution) }
                let said = try shell(
                    "exec 8> >(exec true); wait $!; \(trap)\"$SPKG\" \(command) >&8; echo $?",
                    distribution)
                #expect(said.stderr == "", "\(command): \(said)")
                #expect(said.stdout == "141\n", "\(command): \(said)")
            }
        }
    }

    @Test func `talk that nobody reads doesn't end an install`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            let said = try shell(
                "exec 8> >(exec true); wait $!; \"$SPKG\" install spam 2>&8; echo $?", distribution)
            #expect(said.stdout == "0\n", "\(said)")
            #expect(try distribution.site.exists("spam.py"))
            let full = try shell("\"$SPKG\" uninstall spam 2> /dev/full; echo $?", distribution)
            #expect(full.stdout == "0\n", "\(full)")
        }
    }

    private func prepare(_ distribution: Distribution) throws {
        try distribution.add("spam", "1.0")
        try distribution.add("ham", "1.0", dependencies: "spam")
        try distribution.expectDone("install", "ham")
        // Something to report for commands that report only what is wrong.
        try stage(distribution)
    }

    private func stage(_ distribution: Distribution) throws {
        try distribution.root.write("stage/share/f")
        try distribution.root.write("stage2/share/g")
    }

    private func shell(_ line: String, _ distribution: Distribution) throws -> Distribution.Said {
        try distribution.said(["bash", "-c", line], ["SPKG": Distribution.program.string])
    }
}
