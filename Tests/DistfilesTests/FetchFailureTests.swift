import Distfiles
import Glibc
import Platform
import Support
import SystemPackage
import Testing

@Suite struct FetchFailureTests {
    @Test func `every attempt is listed`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try files.write(FilePath("wrong/\(Served.name)"), "something else")
            let distfile = try served.distfile(upstream: "gopher://127.0.0.1/\(Served.name)")
            var sources = served.sources("/status=403", "/wrong", "/fail=9", "/none")
            sources.mirrors = Mirrors(
                ["/status=403", "/wrong", "/fail=9"].map { served.server.url + $0 }
                    + ["http://127.0.0.1:1/", "/not/here", "nonsense"])
            let error = try await failure(of: distfile, from: sources)
            guard case .everySourceFailed(_, _, let attempts, nil) = error else {
                Issue.record("another error: \(error)")
                return
            }
            let difference = ChecksumDifference(
                expected: .sha256(Digest(of: served.content)),
                found: .sha256(Digest(of: Array("something else".utf8))))
            #expect(
                attempts.map(\.reason) == [
                    .status(403), .checksumDiffers(difference), .status(500),
                    .connection("connection refused"),
                    .notFound(FilePath("/not/here/\(Served.name)")), .notFetchable("'nonsense'"),
                    .notFetchable("gopher://127.0.0.1/\(Served.name)"),
                ])
            for attempt in attempts { #expect(error.description.contains("\(attempt)")) }
            #expect(try names(in: served.folder) == [])
        }
    }

    @Test func `a wrong file in upstream stays until the right one comes`() async throws {
        try await serving { served async throws in
            try served.folder.write(FilePath(Served.name), "mine")
            let distfile = try served.distfile()
            let error = try await failure(of: distfile, from: served.sources("/status=404"))
            #expect(try served.folder.text(FilePath(Served.name)) == "mine")
            let text = error.description
            #expect(text.contains(Digest(of: served.content).hex))
            #expect(text.contains(Digest(of: Array("mine".utf8)).hex))
            #expect(text.contains("\(served.place)"))
            #expect(text.contains("delete the file to fetch it again"))

            _ = try await fetch(distfile, from: served.sources("/"))
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test func `without network everything is listed and nobody asked`() async throws {
        try await serving { served async throws in
            let url = served.server.url
            let distfile = try served.distfile(upstream: "\(url)/up", distribution: "p")
            var sources = served.sources(
                "/one",
                index: .configured(PipConfiguration(environment: [:]), interpreters: ["/no/python"])
            )
            sources.network.isAllowed = false
            let error = try await failure(of: distfile, from: sources)
            let expected = [
                Attempt(source: "mirror \(url)/one/\(Served.name)", reason: .networkOff),
                Attempt(source: "upstream \(url)/up", reason: .networkOff),
                Attempt(source: "package index of pip", reason: .networkOff),
            ]
            #expect(
                error
                    == .everySourceFailed(
                        name: distfile.name, folder: served.folder, attempts: expected, stale: nil))
            #expect(try served.asked() == [])
        }
    }

    @Test func `a silent server is given up`() async throws {
        try await serving { served async throws in
            var sources = served.sources("/stop=1000")
            sources.network.idleTimeout = .milliseconds(200)
            sources.network.triesPerSource = 2
            let error = try await failure(of: served.distfile(), from: sources)
            guard case .everySourceFailed(_, _, let attempts, _) = error else {
                Issue.record("another error: \(error)")
                return
            }
            #expect(attempts.map(\.reason) == [.timedOut])
            // What came is kept for the next run.
            #expect(try status(served.part)?.size ?? 0 > 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "mounting needs root"))
    func `a full disk is said to be full`() async throws {
        try await serving([UInt8](repeating: 3, count: 3 << 20)) { served async throws in
            try makeDirectories(served.folder)
            guard mount("tmpfs", served.folder.string, "tmpfs", 0, "size=1m") == 0 else {
                withKnownIssue { Issue.record("this container may not mount") }
                return
            }
            defer { umount2(served.folder.string, 0) }
            let error = try await failure(of: served.distfile(), from: served.sources("/", "/two"))
            guard case .platform(let cause) = error else {
                Issue.record("another error: \(error)")
                return
            }
            #expect(cause.errno == .noSpace)
            #expect(try served.asked().count == 1)
        }
    }

    @Test func `a name that is none is refused`() {
        for name in ["", ".", "..", "a/b", "/a", "../a"] {
            #expect(throws: DistfileError.unsafeName(name, package: "p")) {
                try Distfile(name: name, package: "p", sha256: Digest(of: []))
            }
        }
    }

    @Test func `a file without any checksum is refused`() {
        #expect(throws: DistfileError.noChecksum(name: "a", package: "p")) {
            try Distfile(name: "a", package: "p", sha256: nil)
        }
    }

    @Test func `a sha1 counts as well`() throws {
        try withTemporaryFolder { folder throws in
            try folder.write("abc", "abc")
            let right = "a9993e364706816aba3e25717850c26c9cd0d89d"
            let wrong = "b9993e364706816aba3e25717850c26c9cd0d89d"
            let sum = Digest(of: Array("abc".utf8))
            let good = try Distfile(name: "abc", package: "p", sha256: sum, sha1: right)
            #expect(try verify(good, in: folder).size == 3)
            let bad = try Distfile(name: "abc", package: "p", sha256: sum, sha1: wrong)
            #expect(
                throws: DistfileError.checksumDiffers(
                    file: folder.appending("abc"),
                    ChecksumDifference(expected: .sha1(wrong), found: .sha1(right)))
            ) { try verify(bad, in: folder) }
        }
    }
}
