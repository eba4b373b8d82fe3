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
            let distfile = try served.distfile(upstream: "ftp://127.0.0.1/\(Served.name)")
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
                    .notFetchable("ftp://127.0.0.1/\(Served.name)"),
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
                "/one", index: .configured(environment: [:], interpreters: ["/no/python"]))
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

    @Test func `a secret is sent and never shown`() async throws {
        try await serving { served async throws in
            let url = "http://me:s%40cret@127.0.0.1:\(served.server.port)"
            var sources = served.sources()
            sources.mirrors = Mirrors(["\(url)/auth=me:other", "\(url)/status=404?key=s%40cret"])
            let events = Collected<FetchEvent>()
            let error = try await #require(throws: DistfileError.self) {
                try await fetch(served.distfile(upstream: "\(url)/x?key=s%40cret"), from: sources) {
                    events.append($0)
                }
            }
            var shown = "\(error) \(String(reflecting: error)) \(events.all)"
            dump(error, to: &shown)
            #expect(!shown.contains("cret"))

            sources.mirrors = Mirrors(["\(url)/auth=me:s@cret"])
            _ = try await fetch(served.distfile(), from: sources)
        }
    }

    @Test func `a secret stays with its host`() async throws {
        try await serving { served async throws in
            try await serving { other async throws in
                var sources = served.sources()
                sources.mirrors = Mirrors([
                    "http://me:secret@127.0.0.1:\(served.server.port)/to=\(other.server.port)"
                ])
                _ = try await fetch(served.distfile(), from: sources)
                #expect(try served.server.requests()[0].contains("auth=Basic"))
                #expect(try other.server.requests()[0].hasSuffix("auth="))
            }
        }
    }

    @Test func `the proxy that the environment names is used`() async throws {
        try await serving { served async throws in
            var sources = served.sources()
            sources.mirrors = Mirrors(["http://mirror.invalid/"])
            let proxy = ["http_proxy": "127.0.0.1:\(served.server.port)"]
            sources.network.proxies = Proxies(environment: proxy)
            _ = try await fetch(served.distfile(), from: sources)
            #expect(try served.asked() == ["mirror.invalid:80", "/\(Served.name)"])
            try removeTree(served.place)

            sources.network.proxies = Proxies(
                environment: proxy.merging(["no_proxy": ".invalid"]) { $1 })
            _ = try await failure(of: served.distfile(), from: sources)
            #expect(try served.asked().count == 2)
        }
    }

    @Test func `a certificate must be one that is trusted`() async throws {
        try await inTemporaryFolder { folder async throws in
            let pem = folder.appending("server.pem")
            _ = try output(of: [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                "-keyout", pem.string, "-out", folder.appending("trusted.pem").string,
            ])
            let trusted = folder.appending("trusted.pem")
            try writeFile(pem, try readFile(pem) + readFile(trusted))
            try await serving(certificate: pem) { served async throws in
                var sources = served.sources("/")
                let error = try await failure(of: served.distfile(), from: sources)
                #expect(error.description.contains("no secure connection"))
                #expect(try served.asked() == [])

                let variables = ["PIP_CERT": trusted.string]
                sources.network.trustRoots = NetworkSettings(environment: variables).trustRoots
                let found = try await fetch(served.distfile(), from: sources)
                #expect(try readFile(found.path) == served.content)
            }
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
