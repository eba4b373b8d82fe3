import Distfiles
import Platform
import Support
import SystemPackage
import Testing

/// A file that is served, and an `upstream/` that lacks it.
struct Served: Sendable {
    let server: LoopbackServer
    let folder: FilePath
    let content: [UInt8]

    static let name = "p-1.0.tar.gz"
    var place: FilePath { folder.appending(Self.name) }
    var part: FilePath { folder.appending(".\(Self.name).part") }

    func distfile(upstream: String? = nil, distribution: String? = nil) throws -> Distfile {
        try Distfile(
            name: Self.name, package: "p", sha256: Digest(of: content), upstreamURL: upstream,
            distribution: distribution)
    }

    /// Each path is a folder on the server; no pauses between tries.
    func sources(_ paths: String..., index: IndexChoice = .none) -> Sources {
        var network = NetworkSettings()
        network.firstDelay = .zero
        return Sources(
            folder: folder, mirrors: Mirrors(paths.map { server.url + $0 }), index: index,
            network: network)
    }

    /// The paths and ranges that the server was asked for.
    func asked() throws -> [String] {
        try server.requests().map { request in
            let words = request.split(separator: " ")
            return words[1] == "range=" ? String(words[0]) : "\(words[0]) \(words[1])"
        }
    }
}

func serving(
    _ content: [UInt8] = [UInt8](repeating: 7, count: 300_000),
    certificate: FilePath? = nil, _ body: (Served) async throws -> Void
) async throws {
    try await inTemporaryFolder { folder async throws in
        let files = folder.appending("files")
        try makeDirectories(files)
        try writeFile(files.appending(Served.name), content)
        try await LoopbackServer.serve(files, certificate: certificate) { server in
            try await body(
                Served(server: server, folder: folder.appending("upstream"), content: content))
        }
    }
}

/// The error that a fetch ends with.
func failure(of distfile: Distfile, from sources: Sources) async throws -> DistfileError {
    let error = await #expect(throws: DistfileError.self) {
        try await fetch(distfile, from: sources)
    }
    return try #require(error)
}

@Suite struct FetchTests {
    @Test func `a file arrives whole and nothing else is left`() async throws {
        try await serving { served async throws in
            let found = try await fetch(served.distfile(), from: served.sources("/"))
            #expect(found.path == served.place)
            #expect(found.size == served.content.count)
            #expect(try readFile(found.path) == served.content)
            #expect(try names(in: served.folder) == [Served.name])
        }
    }

    @Test func `a good file in upstream is used without asking anybody`() async throws {
        try await serving { served async throws in
            try makeDirectories(served.folder)
            try writeFile(served.place, served.content)
            _ = try await fetch(served.distfile(), from: served.sources("/"))
            #expect(try served.asked() == [])
        }
    }

    @Test func `mirrors are asked in order, upstream after them`() async throws {
        try await serving { served async throws in
            let distfile = try served.distfile(upstream: served.server.url + "/" + Served.name)
            _ = try await fetch(distfile, from: served.sources("/one", "/two/"))
            #expect(
                try served.asked()
                    == ["/one/\(Served.name)", "/two/\(Served.name)", "/\(Served.name)"])
        }
    }

    @Test func `a server's passing failure is waited out`() async throws {
        try await serving { served async throws in
            _ = try await fetch(served.distfile(), from: served.sources("/fail=2"))
            #expect(try served.asked().count == 3)
        }
    }

    @Test func `a broken connection is resumed where it broke`() async throws {
        try await serving { served async throws in
            let sizes = Collected<Int>()
            let found = try await fetch(served.distfile(), from: served.sources("/drop=1000")) {
                if case .progress(let received, _) = $0 { sizes.append(received) }
                served.server.go()
            }
            #expect(try readFile(found.path) == served.content)
            let path = "/drop=1000/\(Served.name)"
            #expect(sizes.all[0] == 1000)
            #expect(try served.asked() == [path, "\(path) range=bytes=1000-"])
        }
    }

    @Test func `what an earlier run left is taken up`() async throws {
        try await serving { served async throws in
            try makeDirectories(served.folder)
            try writeFile(served.part, served.content.prefix(1234))
            let found = try await fetch(served.distfile(), from: served.sources("/"))
            #expect(try readFile(found.path) == served.content)
            #expect(try served.asked() == ["/\(Served.name) range=bytes=1234-"])
        }
    }

    @Test func `a whole part file needs no server`() async throws {
        try await serving { served async throws in
            try makeDirectories(served.folder)
            try writeFile(served.part, served.content)
            _ = try await fetch(served.distfile(), from: served.sources("/"))
            #expect(try served.asked() == [])
            #expect(try names(in: served.folder) == [Served.name])
        }
    }

    @Test(arguments: [1234, 400_000])
    func `a part file of something else costs one more request`(size: Int) async throws {
        try await serving { served async throws in
            try makeDirectories(served.folder)
            try writeFile(served.part, [UInt8](repeating: 1, count: size))
            let found = try await fetch(served.distfile(), from: served.sources("/"))
            #expect(try readFile(found.path) == served.content)
            let path = "/\(Served.name)"
            #expect(try served.asked() == ["\(path) range=bytes=\(size)-", path])
        }
    }

    @Test func `a server without ranges sends the whole file again`() async throws {
        try await serving { served async throws in
            let sources = served.sources("/plain=1/drop=1000")
            let found = try await fetch(served.distfile(), from: sources) { _ in
                served.server.go()
            }
            #expect(try readFile(found.path) == served.content)
        }
    }

    @Test func `redirects are followed and lose no file`() async throws {
        try await serving { served async throws in
            let sources = served.sources("/to=\(served.server.port)")
            _ = try await fetch(served.distfile(), from: sources)
            #expect(try served.asked().last == "/\(Served.name)")
        }
    }

    @Test func `a circle of redirects ends`() async throws {
        try await serving { served async throws in
            let error = try await failure(of: served.distfile(), from: served.sources("/loop=1"))
            guard case .everySourceFailed(_, _, let attempts, _) = error else {
                Issue.record("another error: \(error)")
                return
            }
            #expect(attempts.map(\.reason) == [.tooManyRedirects])
        }
    }

    @Test func `a file URL is copied`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            var sources = served.sources()
            sources.mirrors = Mirrors([files.string])
            sources.network.isAllowed = false
            let found = try await fetch(served.distfile(), from: sources)
            #expect(try readFile(found.path) == served.content)
            #expect(try status(files.appending(Served.name)) != nil)
        }
    }

    @Test func `a recipe may name an FTP server`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try await FileTransferServer.serve(files) { server async throws in
                let address = "ftp://127.0.0.1:\(server.port)"
                try makeDirectories(served.folder)
                try writeFile(served.part, served.content.prefix(10))
                _ = try await fetch(
                    served.distfile(upstream: "\(address)/\(Served.name)"),
                    from: served.sources("/none"))
                #expect(try readFile(served.place) == served.content)
                try removeTree(served.place)

                let error = try await failure(
                    of: served.distfile(upstream: "\(address)/none"), from: served.sources())
                guard case .everySourceFailed(_, _, let attempts, _) = error,
                    case .connection = attempts.first?.reason
                else {
                    Issue.record("another error: \(error)")
                    return
                }
                #expect(try names(in: served.folder) == [])
            }
        }
    }

    @Test func `a mirror list leads to mirrors`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try files.write(
                "mirror_list", "['http://127.0.0.1:1/', '\(served.server.url)/m/']")
            try makeDirectories(files.appending("m/spkg/upstream/p"))
            try writeFile(
                files.pushing("m/spkg/upstream/p").appending(Served.name), served.content)
            _ = try await fetch(served.distfile(), from: served.sources("/mirror_list"))
            #expect(try served.asked().last == "/m/spkg/upstream/p/\(Served.name)")
        }
    }

    @Test func `progress is told`() async throws {
        try await serving { served async throws in
            let events = Collected<FetchEvent>()
            _ = try await fetch(served.distfile(), from: served.sources("/status=404", "/")) {
                events.append($0)
            }
            let size = served.content.count
            #expect(events.all.last == .progress(received: size, total: size))
            #expect(
                events.all.contains {
                    if case .failed(let attempt) = $0 {
                        attempt.reason == .status(404)
                    } else {
                        false
                    }
                })
        }
    }

    @Test func `two fetches of a file at once load it once`() async throws {
        try await serving { served async throws in
            let distfile = try served.distfile()
            let sources = served.sources("/stop=1000")
            let waiting = AsyncStream<Void>.makeStream()
            async let first = fetch(distfile, from: sources) {
                if case .progress = $0 { waiting.continuation.yield() }
            }
            // The first is in the middle of the file now.
            for await _ in waiting.stream { break }
            let second = Task {
                try await fetch(distfile, from: sources) {
                    if case .waiting = $0 { waiting.continuation.yield() }
                    if case .asking = $0 { Issue.record("the second asked a server") }
                }
            }
            // The second waits for the first: let that one end.
            for await _ in waiting.stream { break }
            served.server.go()
            #expect(try await first == second.value)
            #expect(try served.asked().filter { $0.contains("stop") }.count == 1)
            #expect(try names(in: served.folder) == [Served.name])
        }
    }
}
