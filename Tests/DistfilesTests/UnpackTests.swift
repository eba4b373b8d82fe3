import Distfiles
import Platform
import Support
import SystemPackage
import Testing

@Suite struct UnpackTests {
    @Test func `the only folder of an archive becomes src`() throws {
        var tar = TarWriter()
        tar.directory("six-1.0/")
        tar.file("six-1.0/six.py", "x = 1\n")
        tar.file("six-1.0/bin/run", "#!/bin/sh\n", mode: 0o755)
        try unpacked(tar.finished) { build, src throws in
            #expect(try src.text("six.py") == "x = 1\n")
            #expect(try status(src.appending("bin/run"))?.mode == 0o755)
            #expect(try names(in: build) == ["src"])
        }
    }

    @Test func `several entries at the top go into a new src`() throws {
        var tar = TarWriter()
        tar.file("./a", "1")
        tar.file("./b/c", "2")
        try unpacked(tar.finished) { _, src throws in
            #expect(try src.text("a") == "1")
            #expect(try src.text("b/c") == "2")
        }
    }

    @Test func `a lone file goes into a new src`() throws {
        var tar = TarWriter()
        tar.file("README", "hello")
        try unpacked(tar.finished) { _, src throws in #expect(try src.text("README") == "hello") }
    }

    @Test func `a leading dot is no folder`() throws {
        var tar = TarWriter()
        tar.directory("./")
        tar.directory("./pkg/")
        tar.file("./pkg/a", "1")
        try unpacked(tar.finished) { _, src throws in #expect(try src.text("a") == "1") }
    }

    @Test func `a top folder named like a file of the recipe is no collision`() throws {
        var tar = TarWriter()
        tar.file("spkg-install/a", "1")
        try withArchive(tar.finished) { archive, build throws in
            try build.write("spkg-install", "recipe")
            let tree = try unpack(archive, into: build)
            #expect(try tree.path.text("a") == "1")
            #expect(try build.text("spkg-install") == "recipe")
        }
    }

    @Test(arguments: ["src", "src/src"])
    func `a top folder called src is fine`(name: String) throws {
        var tar = TarWriter()
        tar.file("\(name)/a", "1")
        try unpacked(tar.finished) { build, _ throws in
            #expect(try build.text(FilePath("\(name)/a")) == "1")
        }
    }

    @Test(
        arguments: [
            (0o4777, 0o755), (0o2755, 0o755), (0o666, 0o644), (0o444, 0o644), (0o000, 0o600),
            (0o555, 0o755),
        ] as [(UInt32, UInt32)])
    func `modes lose what others may write and set-id bits`(
        given: UInt32, wanted: UInt32
    ) throws {
        var tar = TarWriter()
        tar.file("p/file", mode: given)
        tar.directory("p/folder", mode: given)
        try unpacked(tar.finished) { _, src throws in
            #expect(try status(src.appending("file"))?.mode == wanted)
            #expect(try status(src.appending("folder"))?.mode == 0o755)
        }
    }

    @Test func `all files have the same time`() throws {
        var tar = TarWriter()
        for name in ["configure.ac", "configure", "Makefile.in"] { tar.file("p/\(name)") }
        tar.link("p/link", to: "configure")
        tar.hardLink("p/hard", to: "p/configure")
        try unpacked(tar.finished) { _, src throws in
            let times = try Directory(opening: src).entries().map {
                try status(src.appending($0.name))!.modified
            }
            #expect(Set(times).count == 1)
            #expect(times[0].seconds > 1_000_000_000)
        }
    }

    @Test func `what macOS leaves in archives is dropped`() throws {
        var tar = TarWriter()
        tar.file("._p", "junk")
        tar.file("p/.DS_Store", "junk")
        tar.file("p/._a", "junk")
        tar.file("p/._dir/b", "junk")
        tar.file("p/a", "1")
        try unpacked(tar.finished) { _, src throws in #expect(try names(in: src) == ["a"]) }
    }

    @Test func `links inside the archive are kept`() throws {
        var tar = TarWriter()
        tar.file("p/lib/a.so.1", "code", mode: 0o755)
        tar.link("p/lib/a.so", to: "a.so.1")
        tar.link("p/up", to: "../p/lib/../lib")
        tar.link("p/dangling", to: "not/there")
        tar.hardLink("p/hard", to: "p/lib/a.so.1")
        #expect(throws: DistfileError.self, "../p would dangle in src") {
            try unpacked(tar.finished) { _, _ in }
        }
        tar = TarWriter()
        tar.file("p/lib/a.so.1", "code", mode: 0o755)
        tar.link("p/lib/a.so", to: "a.so.1")
        tar.link("p/lib/up", to: "../lib/../lib")
        tar.link("p/dangling", to: "not/there")
        tar.hardLink("p/hard", to: "p/lib/a.so.1")
        try unpacked(tar.finished) { _, src throws in
            #expect(try src.text("lib/a.so") == "code")
            #expect(try src.text("lib/up/a.so") == "code")
            #expect(try src.text("hard") == "code")
            #expect(try src.exists("dangling"))
        }
    }

    /// As GNU tar writes and reads them (libarchive/libarchive#1044).
    @Test func `a hard link to a link is the same link once more`() throws {
        var tar = TarWriter()
        tar.file("p/d/x", "x")
        tar.link("p/d/s", to: "x")
        tar.hardLink("p/d/h", to: "p/d/s")
        tar.link("p/all", to: "d/x")
        tar.hardLink("p/again", to: "p/all")
        try unpacked(tar.finished) { _, src throws in
            #expect(try status(src.appending("d/h"))?.kind == .link)
            #expect(try src.text("d/h") == "x")
            #expect(try src.text("again") == "x")
        }
    }

    @Test func `an absolute link is made and left alone`() throws {
        try withTemporaryFolder { outside in
            try outside.write("kept", "kept")
            let before = try outside.listing()
            var tar = TarWriter()
            tar.file("p/a", "1")
            tar.link("p/INSTALL", to: "/usr/share/automake/INSTALL")
            tar.link("p/out", to: outside.string)
            tar.link("p/through", to: "out/kept")
            tar.hardLink("p/twice", to: "p/out")
            tar.link("p/kept", to: outside.appending("kept").string)
            tar.file("p/kept", "in the archive")
            try unpacked(tar.finished) { _, src throws in
                #expect(try status(src.appending("INSTALL"))?.kind == .link)
                #expect(try src.text("through") == "kept")
                #expect(try src.text("twice/kept") == "kept")
                #expect(try src.text("kept") == "in the archive")
                #expect(try status(src.appending("kept"))?.kind == .file)
            }
            #expect(try outside.listing() == before)
        }
    }

    @Test func `a later entry replaces an earlier one`() throws {
        var tar = TarWriter()
        tar.file("p/a", "old")
        tar.file("p/a", "new")
        try unpacked(tar.finished) { _, src throws in #expect(try src.text("a") == "new") }
    }

    @Test func `names are kept as they are`() throws {
        var tar = TarWriter()
        tar.file("p/with blank", "1")
        tar.paxFile("p/Grüße/日本", "2")
        try unpacked(tar.finished) { _, src throws in
            #expect(try src.text("with blank") == "1")
            #expect(try src.text("Grüße/日本") == "2")
        }
    }

    @Test func `a zip keeps its execute bits`() throws {
        let zip = storedZip([
            ("p/run", "#!/bin/sh\n", 0o100_755), ("p/a", "1", 0o100_644),
            ("p/link", "a", 0o120_777),
        ])
        try unpacked(zip) { _, src throws in
            #expect(try status(src.appending("run"))?.mode == 0o755)
            #expect(try status(src.appending("a"))?.mode == 0o644)
            #expect(try src.text("link") == "1")
        }
    }

    @Test(arguments: [gzip, zstandard, python("bz2"), python("lzma")] as [Filter])
    func `a compression is told by content`(filter: Filter) throws {
        var tar = TarWriter()
        tar.file("p/a", String(repeating: "text ", count: 100_000))
        try unpacked(try filter(tar.finished)) { _, src throws in
            #expect(try status(src.appending("a"))?.size == 500_000)
        }
    }

    @Test func `a second unpacking is refused`() throws {
        var tar = TarWriter()
        tar.file("p/a", "1")
        try withArchive(tar.finished) { archive, build throws in
            let tree = try unpack(archive, into: build)
            #expect(throws: DistfileError.alreadyUnpacked(tree.path)) {
                try unpack(archive, into: build)
            }
            #expect(try tree.path.text("a") == "1")
        }
    }

    @Test func `what a crash left is no obstacle`() throws {
        var tar = TarWriter()
        tar.file("p/a", "1")
        try withArchive(tar.finished) { archive, build throws in
            try build.write(".src.unpacking/all/p/half", "…")
            let tree = try unpack(archive, into: build)
            #expect(try names(in: tree.path) == ["a"])
            #expect(try names(in: build) == ["src"])
        }
    }
}

typealias Filter = @Sendable ([UInt8]) throws -> [UInt8]

/// Compresses with a module of Python's library.
private func python(_ module: String) -> Filter {
    { bytes in
        try withTemporaryFolder { folder in
            let file = folder.appending("plain")
            try writeFile(file, bytes)
            let code =
                "import sys, \(module); sys.stdout.buffer.write("
                + "\(module).compress(open(sys.argv[1], 'rb').read()))"
            return try output(of: ["python3", "-c", code, file.string])
        }
    }
}
