import Distfiles
import Platform
import Support
import SystemPackage
import Testing

/// Archives that want to reach out of their folder. Each must be refused by name, with nothing
/// left of it and nothing changed outside.
@Suite struct HostileArchiveTests {
    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let entry: String
        let reason: UnsafeEntry
        let write: @Sendable (inout TarWriter) -> Void

        init(
            _ what: String, _ entry: String, _ reason: UnsafeEntry,
            _ write: @escaping @Sendable (inout TarWriter) -> Void
        ) {
            (testDescription, self.entry, self.reason, self.write) = (what, entry, reason, write)
        }
    }

    static let all = [
        Hostile("climbing name", "p/../../outside/new", .climbingName) {
            $0.file("p/../../outside/new")
        },
        Hostile("absolute name", "/tmp/spkg-hostile", .absoluteName) {
            $0.file("/tmp/spkg-hostile")
        },
        Hostile("written through an absolute link", "p/l/spkg-hostile", .parentIsNoDirectory("p/l"))
        {
            $0.link("p/l", to: "/tmp")
            $0.file("p/l/spkg-hostile", "through")
        },
        Hostile("hard link through an absolute link", "p/h", .parentIsNoDirectory("p/l")) {
            $0.link("p/l", to: "/etc")
            $0.hardLink("p/h", to: "p/l/passwd")
        },
        Hostile("climbing link", "p/l", .linkLeadsOutside(to: "../../outside")) {
            $0.link("p/l", to: "../../outside")
        },
        Hostile("link to the parent of src", "p/l", .linkLeadsOutside(to: "..")) {
            $0.link("p/l", to: "..")
        },
        Hostile("links that climb together", "p/b", .linkLeadsOutside(to: "a/../x")) {
            $0.link("p/a", to: ".")
            $0.link("p/b", to: "a/../x")
        },
        Hostile("written through a link", "p/l/file", .parentIsNoDirectory("p/l")) {
            $0.directory("p/real")
            $0.link("p/l", to: "real")
            $0.file("p/l/file", "through")
        },
        Hostile("written through a climbing link", "p/l/kept", .parentIsNoDirectory("p/l")) {
            $0.link("p/l", to: "../../../outside")
            $0.file("p/l/kept", "through")
        },
        Hostile("folder over a link", "p/l", .collides) {
            $0.link("p/l", to: ".")
            $0.directory("p/l")
        },
        Hostile("file over a folder", "p/d", .collides) {
            $0.directory("p/d")
            $0.file("p/d")
        },
        Hostile("folder below a file", "p/f/x", .parentIsNoDirectory("p/f")) {
            $0.file("p/f")
            $0.file("p/f/x")
        },
        Hostile("absolute hard link", "p/h", .absoluteName) {
            $0.hardLink("p/h", to: "/etc/passwd")
        },
        Hostile("climbing hard link", "p/h", .climbingName) {
            $0.hardLink("p/h", to: "p/../../../outside/kept")
        },
        Hostile("hard link to nothing", "p/h", .hardLinkToNoFile(to: "p/none")) {
            $0.hardLink("p/h", to: "p/none")
        },
        Hostile("hard link to a climbing link", "p/h", .linkLeadsOutside(to: "../x")) {
            $0.link("p/d/l", to: "../x")
            $0.hardLink("p/h", to: "p/d/l")
        },
        Hostile("hard link to a link", "p/h", .linkLeadsOutside(to: "../../../outside/kept")) {
            $0.link("p/l", to: "../../../outside/kept")
            $0.hardLink("p/h", to: "p/l")
        },
        Hostile("hard link through a link", "p/h", .parentIsNoDirectory("p/l")) {
            $0.link("p/l", to: "../../../outside")
            $0.hardLink("p/h", to: "p/l/kept")
        },
        Hostile("device", "p/null", .device) { $0.device("p/null") },
        Hostile("pipe", "p/pipe", .pipe) { $0.pipe("p/pipe") },
        Hostile("endless depth", String(repeating: "d/", count: 3000) + "f", .nameTooLong) {
            $0.paxFile(String(repeating: "d/", count: 3000) + "f", "")
        },
    ]

    @Test(arguments: all)
    func `a hostile archive leaves nothing`(hostile: Hostile) throws {
        var tar = TarWriter()
        tar.file("p/harmless", "1")
        hostile.write(&tar)
        try withArchive(tar.finished) { archive, build throws in
            let folder = build.removingLastComponent()
            try folder.write("outside/kept", "kept")
            try build.write("recipe", "r")
            let before = try folder.listing()
            #expect(
                throws: DistfileError.unsafeEntry(
                    archive: archive.path, entry: hostile.entry, hostile.reason)
            ) { try unpack(archive, into: build) }
            #expect(try folder.listing() == before)
            #expect(try status("/tmp/spkg-hostile") == nil)
        }
    }

    @Test func `a file takes the place of a link and isn't written through it`() throws {
        var tar = TarWriter()
        tar.link("p/l", to: "../../../outside/kept")
        tar.file("p/l", "new")
        try withArchive(tar.finished) { archive, build throws in
            let folder = build.removingLastComponent()
            try folder.write("outside/kept", "kept")
            let tree = try unpack(archive, into: build)
            #expect(try status(tree.path.appending("l"))?.kind == .file)
            #expect(try folder.text("outside/kept") == "kept")
        }
    }

    @Test(arguments: [100, 600, 5000, 9000])
    func `a truncated archive is an error and leaves nothing`(length: Int) throws {
        var tar = TarWriter()
        tar.file("p/first", "1")
        // Bytes that don't shrink, so that each cut is inside of the content.
        var state: UInt32 = 1
        let noise = (0..<20_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        tar.file("p/second", bytes: noise)
        for whole in [tar.finished, gzip(tar.finished)] {
            try withArchive(Array(whole.prefix(length))) { archive, build throws in
                let error = #expect(throws: DistfileError.self) {
                    try unpack(archive, into: build)
                }
                switch error {
                case .damagedArchive(archive.path, _, _), .notAnArchive(archive.path, _): break
                default: Issue.record("another error: \(String(describing: error))")
                }
                let left = try names(in: build)
                #expect(left == [])
            }
        }
    }

    @Test func `a damaged zip is an error`() throws {
        var zip = storedZip([("p/a", "content", 0o100_644)])
        let at = zip.firstIndex(of: UInt8(ascii: "c"))!
        zip[at] = UInt8(ascii: "k")
        try withArchive(zip) { archive, build throws in
            let error = #expect(throws: DistfileError.self) {
                try unpack(archive, into: build)
            }
            guard case .damagedArchive(archive.path, entry: "p/a", _) = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
            #expect(try names(in: build) == [])
        }
    }

    @Test(arguments: [[], Array("not an archive, just text\n".utf8)])
    func `what is no archive is said to be none`(bytes: [UInt8]) throws {
        try withArchive(bytes) { archive, build throws in
            let error = #expect(throws: DistfileError.self) {
                try unpack(archive, into: build)
            }
            switch error {
            case .notAnArchive(archive.path, _), .emptyArchive(archive.path): break
            default: Issue.record("another error: \(String(describing: error))")
            }
        }
    }
}
