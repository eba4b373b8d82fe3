import Platform
import Support
import SystemPackage
import Testing

/// `build/README.md` says what is there, and `build/bin` is bash.
@Suite struct RecipeGuideTests {
    private let guide = projectFolder.pushing("build/README.md")

    @Test func `the guide describes every function, and no other`() throws {
        let described = try readText(guide).split(separator: "\n")
            .compactMap { $0.wholeMatch(of: /### `(sdh_[a-z_]+).*`/)?.1 }
        let said = try Platform.run(
            ["bash", "-c", ". \"$0\"; compgen -A function", helpers.string],
            environment: inheritedPath)
        // Two underscores: for the file itself.
        let defined = said.stdout.split(separator: "\n")
            .filter { $0.hasPrefix("sdh_") && !$0.hasPrefix("sdh__") }
        #expect(!defined.isEmpty)
        #expect(described.sorted() == defined.sorted())
    }

    @Test func `the guide's table of commands is build/bin`() throws {
        let text = try readText(guide)
        for name in try names() where name != "sage-dist-helpers" {
            #expect(text.contains("`\(name)"), "\(name)")
        }
    }

    @Test func `every file of build/bin is bash, and every command can be run`() throws {
        for name in try names() {
            let path = ScriptFixture.binaries.appending(name)
            let said = try Platform.run(
                ["bash", "-n", path.string], environment: inheritedPath, mergingErrors: true)
            #expect(said.status == 0 && said.stdout.isEmpty, "\(said)")
            let isCommand = name != "sage-dist-helpers"
            #expect(try status(path)?.mode == (isCommand ? 0o755 : 0o644), "\(name)")
            if isCommand { #expect(try readText(path).hasPrefix("#!/usr/bin/env bash\n")) }
        }
    }

    private var helpers: FilePath { ScriptFixture.binaries.appending("sage-dist-helpers") }

    private func names() throws -> [String] {
        try Directory(opening: ScriptFixture.binaries).entries().map(\.name.string)
    }
}
