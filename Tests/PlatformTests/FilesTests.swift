import Platform
import Support
import SystemPackage
import Testing

@Suite struct FilesTests {
    @Test func `a file is replaced in one step, and nothing is left beside it`() throws {
        try withTemporaryFolder { folder in
            try folder.write("a", "old")
            try writeFile(folder.appending("a"), "new".utf8)
            #expect(try folder.text("a") == "new")
            #expect(try folder.listing().keys.sorted() == ["a"])
        }
    }

    @Test func `a failure names the file and what the kernel said`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("missing")
            #expect(throws: PlatformError.call("open", path: path, errno: .noSuchFileOrDirectory)) {
                try readFile(path)
            }
        }
    }

    @Test func `making folders accepts what is there and refuses a file in the way`() throws {
        try withTemporaryFolder { folder in
            try makeDirectories(folder.pushing("a/b/c"))
            try makeDirectories(folder.pushing("a/b/c"))
            try folder.write("file", "")
            #expect(throws: PlatformError.self) { try makeDirectories(folder.pushing("file/x")) }
        }
    }

    @Test func `a tree goes with its read-only folders, and links are not followed`() throws {
        try withTemporaryFolder { folder in
            try folder.write("tree/sub/file", "")
            try folder.write("outside/keep", "")
            try folder.link("tree/link", to: "../outside")
            try Directory(opening: folder.appending("tree")).setMode("sub", 0o500)
            try removeTree(folder.appending("tree"))
            try removeTree(folder.appending("tree"))
            #expect(try folder.listing().keys.sorted() == ["outside", "outside/keep"])
        }
    }

    @Test func `no link in the last component is followed`() throws {
        try withTemporaryFolder { folder in
            try folder.write("outside/keep", "keep")
            try folder.link("link", to: "outside")
            let directory = try Directory(opening: folder)
            #expect(throws: PlatformError.self) { try directory.directory("link") }
            try folder.link("file", to: "outside/keep")
            #expect(throws: PlatformError.self) {
                _ = try directory.file("file", .open(mode: 0o644))
            }
            #expect(throws: PlatformError.self) {
                _ = try directory.file("file", .create(mode: 0o644))
            }
        }
    }

    @Test func `an exchange leaves both names`() throws {
        try withTemporaryFolder { folder in
            try folder.write("one/x", "1")
            try folder.write("two/y", "2")
            let directory = try Directory(opening: folder)
            try directory.rename("one", to: "two", in: directory, .exchanging)
            #expect(try folder.text("one/y") == "2")
            #expect(try folder.text("two/x") == "1")
            #expect(throws: PlatformError.self) {
                try directory.rename("one", to: "two", in: directory, .notReplacing)
            }
        }
    }

    @Test func `many entries are all listed, again and again`() throws {
        try withTemporaryFolder { folder in
            let names = (0..<3000).map { "file-with-a-longer-name-\($0)" }.sorted()
            let directory = try Directory(opening: folder)
            for name in names {
                try directory.file(FilePath.Component(name)!, .create(mode: 0o600)).write([])
            }
            for _ in 0..<2 {
                let entries = try directory.entries()
                #expect(entries.map(\.name.string).sorted() == names)
                #expect(entries.allSatisfy { $0.kind == .file })
            }
        }
    }
}

@Suite struct DigestTests {
    /// FIPS 180-2, appendix B.1.
    @Test func `the sum of abc is the standard's`() throws {
        let digest = Digest(of: "abc".utf8)
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest.base64URL == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "g", count: 64), String(repeating: "a", count: 65),
    ])
    func `what is no sum is refused`(text: String) { #expect(Digest(hex: text) == nil) }
}

@Suite struct ChildTests {
    @Test func `both outputs and the status come back, and stdin is empty`() throws {
        let said = try run(
            ["/bin/sh", "-c", "cat; echo out; echo $A >&2; exit 7"], environment: ["A": "err"])
        #expect(said.status == 7)
        #expect(said.stdout == "out\n")
        #expect(said.stderr == "err\n")
    }

    @Test func `a program that is not there is an error with its name`() {
        #expect(throws: PlatformError.self) {
            try run(["/nonexistent/program"], environment: [:])
        }
    }

    @Test func `no descriptor above 2 is inherited`() throws {
        try withTemporaryFolder { folder in
            let file = try File(reading: folder.write("a"))
            let said = try run(["/bin/ls", "/proc/self/fd"], environment: [:])
            // 3 is the listing's own.
            #expect(said.stdout == "0\n1\n2\n3\n")
            #expect(file.descriptor >= 3)
        }
    }
}
