import Distfiles
import Platform
import Support
import SystemPackage
import Testing

/// Answers as servers give them: with odd statuses, lengths and encodings. The checksum decides.
@Suite struct AnswerTests {
    @Test(arguments: ["/as=203", "/as=206", "/as=226", "/more=9", "/open=1", "/chunked=1"])
    func `the right bytes are taken, whatever is said of them`(path: String) async throws {
        try await serving { served async throws in
            _ = try await fetch(served.distfile(), from: served.sources(path))
            #expect(try readFile(served.place) == served.content)
            #expect(try served.asked().count == 1)
        }
    }

    @Test(arguments: ["/says=gzip", "/says=x-gzip", "/says=odd"])
    func `an archive that is said to be compressed stays as it is`(path: String) async throws {
        try await serving { served async throws in
            _ = try await fetch(served.distfile(), from: served.sources(path))
            #expect(try readFile(served.place) == served.content)
            #expect(try served.asked().count == 1)
        }
    }

    @Test func `a file that is compressed on its way is decompressed`() async throws {
        try await serving { served async throws in
            try makeDirectories(served.folder)
            try writeFile(served.part, served.content.prefix(10))
            _ = try await fetch(served.distfile(), from: served.sources("/gzip=1"))
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test(arguments: [
        ("/gzip=1", "with Content-Encoding gzip; decoded: expected sha256"),
        ("/says=odd", "in encoding odd, which can't be decoded"),
    ])
    func `the encoding of a wrong file is named`(path: String, words: String) async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try files.write(FilePath("wrong/\(Served.name)"), "something else")
            let error = try await failure(
                of: served.distfile(), from: served.sources("\(path)/wrong"))
            #expect(error.description.contains(words))
        }
    }

    @Test(arguments: ["/gzip=1", "/chunked=1", "/as=203"])
    func `a page is taken however it is sent`(path: String) async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try files.write("simple/p/index.html", "<a href='/\(Served.name)'>p</a>")
            let index = PackageIndex(addresses: [Address(served.server.url + path + "/simple")!])
            let distfile = try served.distfile(distribution: "p")
            _ = try await fetch(distfile, from: served.sources(index: .fixed(index)))
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test func `a page in an unknown encoding is named`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try files.write("simple/p/index.html", "<a href='/\(Served.name)'>p</a>")
            let address = try #require(Address(served.server.url + "/says=odd/simple"))
            let error = try await failure(
                of: served.distfile(distribution: "p"),
                from: served.sources(index: .fixed(PackageIndex(addresses: [address]))))
            #expect(error.description.contains("in encoding odd, which can't be decoded"))
        }
    }

    @Test(arguments: ["/chunked=1/drop=1000", "/open=1/drop=1000"])
    func `what ends too early is asked for again`(path: String) async throws {
        try await serving { served async throws in
            _ = try await fetch(served.distfile(), from: served.sources(path))
            #expect(try readFile(served.place) == served.content)
            #expect(try served.asked().count == 2)
        }
    }

    @Test func `a server that wants a pause gets it`() async throws {
        try await serving { served async throws in
            let events = Collected<FetchEvent>()
            _ = try await fetch(served.distfile(), from: served.sources("/after=1/fail=1")) {
                events.append($0)
            }
            #expect(
                events.all.contains {
                    guard case .askingAgain(let attempt, let pause) = $0 else { return false }
                    return attempt.reason == .status(500) && pause == .seconds(1)
                })
        }
    }

    @Test(arguments: ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
    func `a server that wants too long a pause is left`(time: String) async throws {
        try await serving { served async throws in
            let error = try await failure(
                of: served.distfile(),
                from: served.sources("/after=\(time.replacing(" ", with: "%20"))/fail=9", "/fail=9")
            )
            #expect(error.description.contains("status 500, and wants to be asked again after"))
            #expect(try served.asked().filter { $0.contains("after") }.count == 1)
        }
    }

    @Test(arguments: ["file", "ftp"])
    func `a redirect leads only to web servers`(scheme: String) async throws {
        try await serving { served async throws in
            let error = try await failure(
                of: served.distfile(), from: served.sources("/into=\(scheme)"))
            #expect(
                error.description.contains(
                    "\(scheme)://127.0.0.1/\(Served.name) is not an http, https"))
        }
    }

    @Test func `a download ends at once when its task is cancelled`() async throws {
        try await serving { served async throws in
            let sources = served.sources("/stop=1000")
            let distfile = try served.distfile()
            let (began, begin) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await fetch(distfile, from: sources) {
                    if case .progress = $0 { begin.yield() }
                }
            }
            for await _ in began { break }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(.now - start < .milliseconds(500))
            #expect(try status(served.part)?.size == 1000)
        }
    }
}
