import Distfiles
import Platform
import Support
import SystemPackage
import Testing

/// What pip's variables and files come to; pip itself is asked.
@Suite struct PipConfigurationTests {
    private static let python = FilePath(
        String(
            decoding: (try? output(of: [
                "python3", "-c", "import sys; print(sys.executable, end='')",
            ])) ?? [], as: UTF8.self))

    /// Settings by a `pip.conf` and more variables.
    private func settings(_ file: String, _ variables: [String: String] = [:]) throws -> PipSettings
    {
        try withTemporaryFolder { folder in
            let file = try folder.write("pip.conf", file)
            let base = ["PIP_CONFIG_FILE": file.string, "HOME": folder.string]
            return try PipConfiguration(environment: base.merging(variables) { $1 })
                .settings(asking: ["/no/such/python3", Self.python])
        }
    }

    @Test func `the environment names index, extra index and links`() throws {
        let found = try PipConfiguration(environment: [
            "PIP_INDEX_URL": "http://127.0.0.1:1/a", "PIP_FIND_LINKS": "/some/folder ~/links",
            "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:2/b\n http://127.0.0.1:3/c",
            "HOME": "/home/me",
        ]).settings(asking: []).index
        let addresses = ["1/a", "2/b", "3/c"].map { Address("http://127.0.0.1:\($0)")! }
        #expect(found.addresses == addresses)
        #expect(
            found.findLinks == [Address(file: "/some/folder"), Address(file: "/home/me/links")])
    }

    @Test func `a variable counts more than its own key, and for no other`() throws {
        let found = try settings(
            """
            [global]
            index-url = http://127.0.0.1:9/file
            extra-index-url = http://127.0.0.1:9/extra
            find-links = /from/file
            cert = ~/corp.pem
            timeout = 3
            """, ["PIP_INDEX_URL": "http://127.0.0.1:9/variable", "PIP_RETRIES": "7"])
        #expect(
            found.index.addresses
                == ["variable", "extra"].map { Address("http://127.0.0.1:9/\($0)")! })
        #expect(found.index.findLinks == [Address(file: "/from/file")])
        let network = found.network(over: NetworkSettings())
        #expect(network.trustRoots?.path.lastComponent == "corp.pem")
        #expect(network.trustRoots?.path.isAbsolute == true)
        #expect(network.idleTimeout == .seconds(3))
        #expect(network.triesPerSource == 8)
    }

    @Test func `files have sections, and secrets stay hidden`() throws {
        let found = try settings(
            """
            [global]
            index-url = http://me:secret@127.0.0.1:9/simple
            proxy = http://me:secret@127.0.0.1:8
            [download]
            find-links = /from/configuration
            """)
        #expect(found.index.addresses == [Address("http://me:secret@127.0.0.1:9/simple")!])
        #expect(found.index.findLinks == [Address(file: "/from/configuration")])
        #expect(!"\(found.index)".contains("secret"))

        // pip's own default: whatever it is, it is an index.
        let plain = try settings("")
        #expect(plain.index.addresses.count == 1)
        #expect(plain.index.addresses[0].scheme == "https")
    }

    @Test func `no-index leaves the links`() throws {
        let found = try settings(
            "[global]\nno-index = yes\nfind-links = ~/links\nindex-url = http://127.0.0.1:9\n")
        #expect(found.index.addresses == [])
        #expect(found.index.findLinks.count == 1)
        #expect(!"\(found.index.findLinks)".contains("~"))
    }

    @Test func `an index may be a path, and what is neither is kept by its name`() throws {
        try withTemporaryFolder { folder throws in
            let found = try settings(
                "", ["PIP_INDEX_URL": folder.string, "PIP_EXTRA_INDEX_URL": "me:pw@index.invalid"])
            #expect(found.index.addresses == [Address(file: folder)])
            #expect(found.index.unusable == ["…@index.invalid"])
        }
    }

    @Test(arguments: [
        ("index-url = x", "pip.conf"), ("[global]\ntimeout = soon", "timeout"),
        ("[global]\nno-index = perhaps", "no-index"),
    ])
    func `an error in a file is one that names it`(file: String, words: String) {
        let error = #expect(throws: DistfileError.self) { try settings(file) }
        #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.contains("pip config debug") == true)
    }

    @Test func `links on this machine are enough`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            let pip = PipConfiguration(environment: [
                "PIP_INDEX_URL": "http://127.0.0.1:1",
                "PIP_FIND_LINKS": "\(Address(file: files))",
            ])
            let sources = served.sources(index: .configured(pip, interpreters: []))
            _ = try await fetch(served.distfile(distribution: "p"), from: sources)
            #expect(try readFile(served.place) == served.content)
        }
    }

    @Test func `a trusted host is taken without a look at its certificate`() async throws {
        try await withCertificate { certificate async throws in
            try await serving(certificate: certificate.withKey) { served async throws in
                let files = served.folder.removingLastComponent().appending("files")
                try files.write("simple/p/index.html", "<a href='/\(Served.name)'>p</a>")
                for (host, isTaken) in [
                    ("localhost", true), ("localhost:\(served.server.port)", true),
                    ("localhost:1", false), ("example.org", false),
                ] {
                    let pip = PipConfiguration(environment: [
                        "PIP_INDEX_URL": "\(served.server.url)/simple", "PIP_TRUSTED_HOST": host,
                    ])
                    let sources = served.sources(index: .configured(pip, interpreters: []))
                    let distfile = try served.distfile(distribution: "p")
                    if isTaken {
                        try await removeTree(fetch(distfile, from: sources).path)
                    } else {
                        let error = try await failure(of: distfile, from: sources)
                        #expect(error.description.contains("pip's cert, or SSL_CERT_FILE, can"))
                    }
                }
            }
        }
    }

    @Test func `a client certificate that is not there is named`() async throws {
        try await withCertificate { certificate async throws in
            try await serving(certificate: certificate.withKey) { served async throws in
                let pip = PipConfiguration(environment: [
                    "PIP_INDEX_URL": "\(served.server.url)/simple", "PIP_CLIENT_CERT": "/no/me.pem",
                ])
                let error = try await failure(
                    of: served.distfile(distribution: "p"),
                    from: served.sources(index: .configured(pip, interpreters: [])))
                #expect(
                    error.description.contains("pip's client-cert: there is no file /no/me.pem"))
            }
        }
    }

    @Test func `no pip anywhere is an error that names the way out`() throws {
        let error = #expect(throws: DistfileError.self) {
            try PipConfiguration(environment: [:]).settings(asking: ["/no/such/python3"])
        }
        #expect(error?.description.contains("can't run /no/such/python3") == true)
    }

    @Test func `pip is asked once`() throws {
        try withTemporaryFolder { folder throws in
            let python = try folder.write(
                "python",
                "#!/bin/sh\necho >> '\(folder)/asked'\nexec '\(Self.python)' \"$@\"\n", mode: 0o755)
            let pip = PipConfiguration(environment: [
                "HOME": folder.string, "PIP_INDEX_URL": "http://127.0.0.1:9",
                "PATH": "/usr/bin:/bin",
            ])
            for _ in 1...3 { _ = try pip.settings(asking: [python]) }
            #expect(try folder.text("asked") == "\n")
        }
    }
}
