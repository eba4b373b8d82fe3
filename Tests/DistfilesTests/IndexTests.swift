import Distfiles
import Platform
import Support
import SystemPackage
import Testing

@Suite struct IndexTests {
    /// Pages of a simple repository in front of the served file.
    private func indexing(
        html: String? = nil, json: String? = nil, project: String = "my-p",
        _ body: (Served) async throws -> Void
    ) async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            if let html { try files.write(FilePath("simple/\(project)/index.html"), html) }
            if let json { try files.write(FilePath("simple/\(project)/index.json"), json) }
            try await body(served)
        }
    }

    private func index(_ served: Served, _ path: String = "/simple") throws -> IndexChoice {
        .fixed(PackageIndex(addresses: [try #require(Address(served.server.url + path))]))
    }

    @Test(arguments: [
        "<a href='../../p-1.0.tar.gz#sha256=SUM'>p-1.0.tar.gz</a>",
        "<A class=x HREF=\"/p-1.0.tar.gz\" data-requires-python=\"&gt;=3\">p</A>",
        "<!-- <a href='/old/p-1.0.tar.gz'> --><a\n href = /p-1.0.tar.gz >x</a>",
        "<html><head><base href='URL/'></head><a href=p-1.0.tar.gz?a=1&amp;b=2>x</a>",
        "<a href='/p-2.0.tar.gz'>p-2.0</a><a href='/p%2D1.0.tar.gz'>p-1.0</a>",
    ])
    func `a page of links is understood`(page: String) async throws {
        try await indexing { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try files.write(
                "simple/my-p/index.html",
                page.replacing("SUM", with: Digest(of: served.content).hex)
                    .replacing("URL", with: served.server.url))
            let distfile = try served.distfile(distribution: "My_.P")
            _ = try await fetch(distfile, from: served.sources(index: index(served)))
            #expect(try served.asked()[0] == "/simple/my-p/")
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test func `JSON is asked for and understood`() async throws {
        let json = """
            {"meta": {"api-version": "1.1"}, "name": "my-p", "files": [
             {"filename": "p-1.0.zip", "url": "/x.zip", "hashes": {}},
             {"filename": "p-1.0.tar.gz", "url": "../../p-1.0.tar.gz", "hashes": {},
              "requires-python": ">=3", "yanked": false}]}
            """
        try await indexing(html: "nothing here", json: json) { served async throws in
            let distfile = try served.distfile(distribution: "my.p")
            _ = try await fetch(distfile, from: served.sources(index: index(served)))
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test func `the right sum finds a file under another name`() async throws {
        try await indexing { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try writeFile(files.appending("P_1.tgz"), served.content)
            let sum = Digest(of: served.content).hex
            try files.write(
                "simple/my-p/index.html",
                "<a href='/p-1.0.tar.gz#sha256=\(String(repeating: "0", count: 64))'>p</a>"
                    + "<a href='/P_1.tgz#sha256=\(sum)'>p</a>")
            let distfile = try served.distfile(distribution: "my-p")
            _ = try await fetch(distfile, from: served.sources(index: index(served)))
            #expect(try served.asked().last == "/P_1.tgz")
            #expect(try names(in: served.folder) == [Served.name])
        }
    }

    @Test func `another file of the same name isn't even loaded`() async throws {
        let zeros = String(repeating: "0", count: 64)
        try await indexing(html: "<a href='/p-1.0.tar.gz#sha256=\(zeros)'>p</a>", project: "p") {
            served async throws in
            let distfile = try served.distfile(distribution: "P")
            let sources = try served.sources(index: index(served))
            #expect(
                try await failure(of: distfile, from: sources)
                    == .everySourceFailed(
                        name: distfile.name, folder: served.folder,
                        attempts: [
                            Attempt(
                                source: "package index \(served.server.url)/simple/p/",
                                reason: .listedDifferently(#require(Digest(hex: zeros))))
                        ], stale: nil))
            #expect(try served.asked() == ["/simple/p/"])
        }
    }

    @Test(
        arguments: [
            ("no links", Attempt.Reason.notListed),
            (nil, .status(404)),
        ] as [(String?, Attempt.Reason)])
    func `an index without the file says so`(page: String?, reason: Attempt.Reason) async throws {
        try await indexing(html: page, project: "p") { served async throws in
            let error = try await failure(
                of: served.distfile(distribution: "P"),
                from: served.sources(index: index(served)))
            guard case .everySourceFailed(_, _, let attempts, _) = error else {
                Issue.record("another error: \(error)")
                return
            }
            #expect(attempts.map(\.reason) == [reason])
        }
    }

    @Test func `each index that was asked is named`() async throws {
        try await indexing(html: "no links", project: "p") { served async throws in
            let addresses = ["/status=403", "/simple"].map { Address(served.server.url + $0)! }
            let folder = served.folder.removingLastComponent().appending("no such folder")
            let index = PackageIndex(
                addresses: addresses, findLinks: [Address(file: folder)], unusable: ["no/index"])
            let error = try await failure(
                of: served.distfile(distribution: "P"),
                from: served.sources(index: .fixed(index)))
            guard case .everySourceFailed(_, _, let attempts, _) = error else {
                Issue.record("another error: \(error)")
                return
            }
            #expect(
                attempts.map(\.reason) == [
                    .notFound(folder), .status(403), .notListed, .neitherURLNorPath("no/index"),
                ])
            for (attempt, place) in zip(attempts, ["\(folder)", "/status=403", "/simple/p/"]) {
                #expect(attempt.source.contains(place))
            }
        }
    }

    @Test func `no index and no links is said`() async throws {
        try await serving { served async throws in
            let index = PackageIndex(addresses: [])
            let error = try await failure(
                of: served.distfile(distribution: "p"), from: served.sources(index: .fixed(index)))
            #expect(
                error.description.contains("package index of pip: it is configured to no-index"))
        }
    }

    @Test func `an index may be a folder`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try files.write("simple/my-p/index.html", "<a href='../../\(Served.name)'>p</a>")
            let index = PackageIndex(addresses: [Address(file: files.appending("simple"))])
            let distfile = try served.distfile(distribution: "my-p")
            _ = try await fetch(distfile, from: served.sources(index: .fixed(index)))
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test(arguments: ["", Served.name])
    func `links lead to a folder of files, or to the file`(name: String) async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            let link = Address(file: name.isEmpty ? files : files.appending(name))
            let index = PackageIndex(addresses: [], findLinks: [link])
            let distfile = try served.distfile(distribution: "my-p")
            _ = try await fetch(distfile, from: served.sources(index: .fixed(index)))
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test func `a newer kind of JSON is refused, not misread`() async throws {
        try await indexing(json: #"{"meta": {"api-version": "2.0"}, "files": []}"#) {
            served async throws in
            let error = try await failure(
                of: served.distfile(distribution: "my-p"),
                from: served.sources(index: index(served)))
            #expect(error.description.contains("API version is 2.0"))
        }
    }
}
