import Platform
import Support
import SystemPackage
import Testing

@testable import Changes

/// The table of "Move or recurse" in Sources/README.md, row by row.
@Suite struct MoveOrRecurseTests {
    @Test func `a new folder moves in with one rename`() throws {
        try Sample.run { sample in
            let files = (1...50).map { FilePath("share/pkg/file\($0)") }
            let outcome = try sample.commit(
                Dictionary(uniqueKeysWithValues: files.map { ($0, "x") }))
            #expect(outcome.added.count == 1)
            #expect(try sample.root.text("share/pkg/file50") == "x")
            #expect(try sample.litter() == [])
        }
    }

    @Test func `a folder that the old version owns wholly is exchanged with one rename`() throws {
        try Sample.run { sample in
            let package: FilePath = "lib/python3.11/site-packages/spam"
            let old = ["__init__.py", "a.py", "sub/b.py"].map { package.pushing(FilePath($0)) }
            for file in old { try sample.root.write(file, "old") }
            try sample.root.write(package.pushing("__pycache__/a.cpython-311.pyc"), "bytecode")
            let outcome = try sample.commit(
                [package.appending("__init__.py"): "new"], owned: old)
            #expect(outcome.replaced == [package])
            #expect(try sample.root.pushing(package).listing().keys.sorted() == ["__init__.py"])
            #expect(try sample.root.text(package.appending("__init__.py")) == "new")
        }
    }

    @Test func `a folder that nobody owns and that comes again is exchanged with one rename`()
        throws
    {
        try Sample.run { sample in
            let files: [FilePath] = ["share/spam/a", "share/spam/sub/b"]
            let new = Dictionary(uniqueKeysWithValues: files.map { ($0, "new") })
            for file in files + ["share/other"] { try sample.root.write(file, "old") }
            let outcome = try sample.commit(new)
            #expect(outcome.replaced == ["share/spam"])
            #expect(outcome.replacedUnowned.sorted { $0.string < $1.string } == files)
            #expect(try sample.root.text("share/spam/sub/b") == "new")
            #expect(try sample.litter() == [])

            // Somebody's file, and rights that somebody gave it, stay.
            try sample.root.write("share/spam/mine", "mine")
            #expect(try sample.commit(new).replaced == ["share/spam/a", "share/spam/sub"])
            #expect(try sample.root.text("share/spam/mine") == "mine")
            try Directory(opening: sample.root.appending("share/spam")).setMode("sub", 0o2775)
            #expect(try sample.commit(new).replaced == files)
            #expect(try status(sample.root.appending("share/spam/sub"))?.mode == 0o2775)
        }
    }

    @Test func `another package's file in a folder that comes again is refused by its name`() throws
    {
        try Sample.run { sample in
            for name in ["a", "b"] { try sample.root.write(FilePath("share/spam/\(name)"), "old") }
            let found = try conflicts {
                try sample.commit(
                    ["share/spam/a": "new", "share/spam/b": "new"],
                    ownersOf: { path in
                        path == "share/spam/b" ? ["ham"] : []
                    })
            }
            #expect(found.map(\.path) == ["share/spam/b"])
            #expect(try sample.root.text("share/spam/a") == "old")
        }
    }

    @Test func `a file of the old version becomes a folder, and a folder a file`() throws {
        try Sample.run { sample in
            try sample.root.write("share/a", "old")
            try sample.root.write("share/b/x", "old")
            let old: [FilePath] = ["share/a", "share/b/x"]
            try sample.commit(["share/a/y": "new", "share/b": "new"], owned: old)
            #expect(try sample.root.text("share/a/y") == "new")
            #expect(try sample.root.text("share/b") == "new")
            #expect(try sample.litter() == [])
            // With a user's file in it, the folder is not ours to take away.
            try sample.root.write("share/a/mine", "mine")
            let found = try conflicts {
                try sample.commit(["share/a": "file"], owned: ["share/a/y"])
            }
            #expect(found.map(\.path) == ["share/a"])
            #expect(try sample.root.text("share/a/mine") == "mine")
        }
    }

    @Test func `a user's file in an owned folder is found and kept`() throws {
        try Sample.run { sample in
            try sample.root.write("share/spam/a", "old")
            try sample.root.write("share/spam/gone", "old")
            try sample.root.write("share/spam/mine", "mine")
            try sample.commit(
                ["share/spam/a": "new"], owned: ["share/spam/a", "share/spam/gone"])
            #expect(try sample.root.text("share/spam/a") == "new")
            #expect(try sample.root.text("share/spam/mine") == "mine")
            #expect(try !sample.root.exists("share/spam/gone"))
        }
    }

    @Test func `a folder shared with another package is descended into`() throws {
        try Sample.run { sample in
            try sample.root.write("share/man/man1/other.1", "other")
            try sample.commit(["share/man/man1/spam.1": "spam"])
            #expect(try sample.root.text("share/man/man1/other.1") == "other")
            #expect(try sample.root.text("share/man/man1/spam.1") == "spam")
        }
    }

    @Test func `lib64 as a link to lib is descended through and kept`() throws {
        try Sample.run { sample in
            try sample.root.write("lib/libold.so", "old")
            try sample.root.write("lib/libz.so", "old")
            try sample.root.link("lib64", to: "lib")
            try sample.commit(
                ["lib64/libspam.so": "spam", "lib/libz.so": "new"],
                owned: ["lib64/libold.so", "lib/libz.so"])
            #expect(try status(sample.root.appending("lib64"))?.kind == .link)
            #expect(
                try sample.root.appending("lib").listing().keys.sorted() == [
                    "libspam.so", "libz.so",
                ])
            #expect(try sample.root.text("lib/libz.so") == "new")
        }
    }

    @Test func `the same link in the stage is no change`() throws {
        try Sample.run { sample in
            try sample.root.write("lib/a", "a")
            try sample.root.link("lib64", to: "lib")
            let outcome = try sample.commit(
                [:], preparing: { try $0.link("lib64", to: "lib") })
            #expect(outcome.isEmpty)
        }
    }

    @Test(arguments: ["../outside", "/etc", "nowhere"])
    func `a link that leads out of the tree is refused`(text: String) throws {
        try Sample.run { sample in
            try sample.root.removingLastComponent().write("outside/keep", "keep")
            try sample.root.link("share", to: FilePath(text))
            let found = try conflicts { try sample.commit(["share/a": "a", "bin/b": "b"]) }
            #expect(found.map(\.path) == ["share"])
            #expect(found.first?.reason == .linkLeadsOut(to: FilePath(text)))
            #expect(try !sample.root.exists("bin/b"))
            #expect(try sample.root.removingLastComponent().listing { $0 == "tree" }.count == 2)
        }
    }

    @Test func `a file that nobody owns is replaced with a warning`() throws {
        try Sample.run { sample in
            try sample.root.write("bin/spam", "whose?")
            let outcome = try sample.commit(["bin/spam": "new"])
            #expect(outcome.replacedUnowned == ["bin/spam"])
            #expect(try sample.root.text("bin/spam") == "new")
        }
    }

    @Test func `a file of another package is refused before anything moves`() throws {
        try Sample.run { sample in
            try sample.root.write("bin/ham", "ham's")
            let before = try sample.listing()
            let found = try conflicts {
                try sample.commit(
                    ["bin/ham": "x", "bin/a": "a", "lib/b": "b"],
                    ownersOf: { $0 == "bin/ham" ? ["ham"] : [] })
            }
            #expect(found.map(\.description) == ["bin/ham belongs to ham"])
            #expect(try sample.listing() == before)
            #expect(try sample.litter() == [])
        }
    }

    @Test func `every conflict is reported, not only the first`() throws {
        try Sample.run { sample in
            try sample.root.write("a/file", "")
            try sample.root.write("b", "")
            let found = try conflicts { try sample.commit(["a": "", "b/file": ""]) }
            #expect(found.map(\.path) == ["a", "b"])
            #expect(
                found.map(\.reason) == [
                    .kindsDiffer(inTree: .directory, staged: .file),
                    .kindsDiffer(inTree: .file, staged: .directory),
                ])
        }
    }

    @Test func `a pipe in the stage is refused`() throws {
        try Sample.run { sample in
            let found = try conflicts {
                try sample.commit(
                    ["a": ""],
                    preparing: {
                        _ = try run(
                            ["/usr/bin/mkfifo", $0.appending("pipe").string], environment: [:])
                    })
            }
            #expect(found.map(\.reason) == [.notInstallable(.pipe)])
        }
    }

    @Test func `a read-only file in the way is no obstacle`() throws {
        try Sample.run { sample in
            try sample.root.write("lib/a", "old", mode: 0o444)
            try sample.commit(["lib/a": "new"], owned: ["lib/a"])
            #expect(try sample.root.text("lib/a") == "new")
        }
    }

    @Test func `names with blanks, newlines and bytes that are no text arrive`() throws {
        try Sample.run { sample in
            let odd = FilePath(platformString: [0x61, -1, 0x0a, 0x25, 0x3e, 0x20, 0])
            try sample.root.write("d/keep", "")
            try sample.commit([FilePath("d").pushing(odd): "odd"])
            #expect(try sample.root.text(FilePath("d").pushing(odd)) == "odd")
        }
    }
}
