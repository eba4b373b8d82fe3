import Distfiles
import Platform
import Support
import SystemPackage
import Testing

@Suite struct IndexTests {
    /// Pages of a simple repository in front of the served file.
    private func indexing(
        html: String? = nil, json: String? = nil, _ body: (Served) async throws -> Void
    ) async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            if let html { try files.write("simple/my-p/index.html", html) }
            if let json { try files.write("simple/my-p/index.json", json) }
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
        try await indexing(html: "<a href='/p-1.0.tar.gz#sha256=\(zeros)'>p</a>") {
            served async throws in
            let distfile = try served.distfile(distribution: "my-p")
            let sources = try served.sources(index: index(served))
            #expect(
                try await failure(of: distfile, from: sources)
                    == .everySourceFailed(
                        name: distfile.name, folder: served.folder,
                        attempts: [
                            Attempt(
                                source: "package index of pip",
                                reason: .listedDifferently(#require(Digest(hex: zeros))))
                        ], stale: nil))
            #expect(try served.asked() == ["/simple/my-p/"])
        }
    }

    @Test(
        arguments: [
            ("no links", Attempt.Reason.notListed),
            (nil, .status(404)),
        ] as [(String?, Attempt.Reason)])
    func `an index without the file says so`(page: String?, reason: Attempt.Reason) async throws {
        try await indexing(html: page) { served async throws in
            let error = try await failure(
                of: served.distfile(distribution: "my-p"),
                from: served.sources(index: index(served)))
            guard case .everySourceFailed(_, _, let attempts, _) = error else {
                Issue.record("another error: \(error)")
                return
            }
            #expect(attempts.map(\.reason) == [reason])
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

    @Test func `the environment names index, extra index and links`() async throws {
        let found = try configuredIndex(
            environment: [
                "PIP_INDEX_URL": "http://127.0.0.1:1/a", "PIP_FIND_LINKS": "/some/folder",
                "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:2/b\n http://127.0.0.1:3/c",
            ], interpreters: [])
        let addresses = ["1/a", "2/b", "3/c"].map { Address("http://127.0.0.1:\($0)")! }
        #expect(found.addresses == addresses)
        #expect(found.findLinks == [Address(file: "/some/folder")])
    }

    @Test func `without network use, links on this machine still count`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            var sources = served.sources(
                index: .configured(
                    environment: [
                        "PIP_INDEX_URL": "http://127.0.0.1:1",
                        "PIP_FIND_LINKS": "\(Address(file: files))",
                    ], interpreters: []))
            sources.network.firstDelay = .zero
            _ = try await fetch(served.distfile(distribution: "p"), from: sources)
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test func `pip itself is asked when the environment is silent`() async throws {
        try await inTemporaryFolder { folder async throws in
            let python = FilePath(
                String(
                    decoding: try output(of: [
                        "python3", "-c", "import sys; print(sys.executable, end='')",
                    ]), as: UTF8.self))
            let file = try folder.write(
                "pip.conf",
                """
                [global]
                index-url = http://me:secret@127.0.0.1:9/simple
                [download]
                find-links = /from/configuration
                """)
            let environment = ["PIP_CONFIG_FILE": file.string, "HOME": folder.string]
            let found = try configuredIndex(
                environment: environment, interpreters: ["/no/such/python3", python])
            #expect(found.addresses == [Address("http://me:secret@127.0.0.1:9/simple")!])
            #expect(found.findLinks == [Address(file: "/from/configuration")])
            #expect(!"\(found)".contains("secret"))

            // pip's own default: whatever it is, it is an index.
            let plain = try configuredIndex(
                environment: ["PIP_CONFIG_FILE": "/dev/null", "HOME": folder.string],
                interpreters: [python])
            #expect(plain.addresses.count == 1)
            #expect(plain.addresses[0].scheme == "https")
        }
    }

    @Test func `no pip anywhere is an error that names the way out`() {
        let error = #expect(throws: DistfileError.self) {
            try configuredIndex(environment: [:], interpreters: ["/bin/false"])
        }
        #expect(error?.description.contains("PIP_INDEX_URL") == true)
    }
}
