import Distfiles
import Glibc
import Platform
import Support
import SystemPackage
import Testing

@Suite struct PatchTests {
    private let environment = ["PATH": String(cString: getenv("PATH"))]

    /// A tree with one file, and a recipe folder beside it.
    private func patching(
        _ patches: [String: String],
        _ body: (_ tree: SourceTree, _ recipe: FilePath) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            var tar = TarWriter()
            tar.file("p/a", "one\n")
            let upstream = folder.appending("upstream")
            try makeDirectories(upstream)
            try writeFile(upstream.appending("p.tar"), tar.finished)
            let distfile = try Distfile(
                name: "p.tar", package: "p", sha256: Digest(of: tar.finished))
            let tree = try unpack(verify(distfile, in: upstream), into: folder.appending("build"))
            for (name, text) in patches {
                try folder.write(FilePath("recipe/patches/\(name)"), text)
            }
            try body(tree, folder.appending("recipe"))
        }
    }

    private func change(_ old: String, _ new: String) -> String {
        "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-\(old)\n+\(new)\n"
    }

    @Test func `patches are applied in byte order, odd names and all`() throws {
        let patches = [
            "10 second one.patch": change("two", "three"), "09-first.patch": change("one", "two"),
            "Z.patch": change("three", "four"), "ä last.patch": change("four", "five"),
            "notes.txt": "no patch", "inner/x.patch": "never applied",
        ]
        try patching(patches) { tree, recipe throws in
            let found = try Patches(of: recipe)
            #expect(
                found.files.map { $0.lastComponent!.string }
                    == ["09-first.patch", "10 second one.patch", "Z.patch", "ä last.patch"])
            try tree.apply(found, environment: environment)
            #expect(try tree.path.text("a") == "five\n")
            #expect(try names(in: tree.path) == ["a"])
        }
    }

    @Test func `git's headers and any first folder are understood`() throws {
        let git = """
            diff --git a/new b/new
            new file mode 100755
            --- /dev/null
            +++ b/new
            @@ -0,0 +1 @@
            +hello
            diff --git a/a b/a
            deleted file mode 100644
            --- a/a
            +++ /dev/null
            @@ -1 +0,0 @@
            -one

            """
        let plain = "--- p-1.0/new\n+++ p-1.0.new/new\n@@ -1 +1 @@\n-hello\n+bye\n"
        try patching(["1.patch": git, "2.patch": plain]) { tree, recipe throws in
            try tree.apply(Patches(of: recipe), environment: environment)
            #expect(try tree.path.text("new") == "bye\n")
            #expect(try status(tree.path.appending("new"))?.mode == 0o755)
            #expect(try names(in: tree.path) == ["new"])
        }
    }

    @Test func `no patches are fine`() throws {
        try patching([:]) { tree, recipe throws in
            #expect(try Patches(of: recipe).files == [])
            try tree.apply(Patches(of: recipe), environment: environment)
        }
    }

    @Test func `the first patch that fails ends it and is named`() throws {
        let patches = [
            "1.patch": change("one", "two"), "2 bad.patch": change("else", "x"),
            "3.patch": change("two", "three"),
        ]
        try patching(patches) { tree, recipe throws in
            let error = #expect(throws: DistfileError.self) {
                try tree.apply(Patches(of: recipe), environment: environment)
            }
            guard case .patchFailed(let patch, status: 1, let output) = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
            #expect(patch == recipe.appending("patches").appending("2 bad.patch"))
            #expect(output.contains("Hunk #1 FAILED"))
            #expect(try tree.path.text("a") == "two\n")
        }
    }

    @Test func `a patch that is in already is an error, not reversed`() throws {
        try patching(["1.patch": change("zero", "one")]) { tree, recipe throws in
            #expect(throws: DistfileError.self) {
                try tree.apply(Patches(of: recipe), environment: environment)
            }
            #expect(try tree.path.text("a") == "one\n")
        }
    }
}
