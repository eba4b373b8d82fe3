import Distfiles
import Platform
import Support
import SystemPackage
import Testing

@Suite struct ProxyTests {
    @Test func `a proxy is asked for the address of a plain file`() async throws {
        try await serving { served async throws in
            var sources = served.sources()
            sources.mirrors = Mirrors(["http://mirror.invalid/"])
            let proxy = ["http_proxy": "me:secret@127.0.0.1:\(served.server.port)"]
            sources.network.proxies = Proxies(environment: proxy)
            _ = try await fetch(served.distfile(), from: sources)
            #expect(try served.asked() == ["http://mirror.invalid/\(Served.name)"])
            #expect(try served.server.requests()[0].contains("proxy=Basic"))
        }
    }

    @Test func `a proxy is asked for a tunnel to a secure server`() async throws {
        try await serving { served async throws in
            var sources = served.sources()
            sources.mirrors = Mirrors(["https://mirror.invalid/"])
            sources.network.triesPerSource = 1
            sources.network.proxies = Proxies(
                environment: ["HTTPS_PROXY": served.server.url])
            _ = try await failure(of: served.distfile(), from: sources)
            #expect(try served.asked().first == "mirror.invalid:443")
        }
    }

    @Test func `a secure proxy gets its password through TLS, or not at all`() async throws {
        try await withCertificate { certificate async throws in
            try await serving(certificate: certificate.withKey) { served async throws in
                var sources = served.sources()
                sources.mirrors = Mirrors(["http://mirror.invalid/"])
                let proxy = "https://me:secret@localhost:\(served.server.port)"
                sources.network = NetworkSettings(environment: [
                    "http_proxy": proxy, "SSL_CERT_FILE": certificate.file.string,
                ])
                _ = try await fetch(served.distfile(), from: sources)
                #expect(try served.asked() == ["http://mirror.invalid/\(Served.name)"])
                try removeTree(served.place)

                sources.network.trustRoots = nil
                let error = try await failure(of: served.distfile(), from: sources)
                #expect(error.description.contains("proxy localhost:\(served.server.port)"))
                #expect(error.description.contains("(http_proxy)"))
                #expect(try served.asked().count == 1)
            }
            // One that speaks no TLS.
            try await serving { served async throws in
                var sources = served.sources()
                sources.mirrors = Mirrors(["http://mirror.invalid/", "https://mirror.invalid/"])
                let proxy = "https://me:secret@localhost:\(served.server.port)"
                sources.network = NetworkSettings(environment: ["all_proxy": proxy])
                sources.network.triesPerSource = 1
                let error = try await failure(of: served.distfile(), from: sources)
                #expect(error.description.contains("no secure connection to proxy localhost"))
                #expect(try served.asked() == [])
            }
        }
    }

    @Test func `no_proxy names hosts, those below them, ports and ranges`() async throws {
        try await serving { served async throws in
            let port = served.server.port
            // Whoever asks the proxy is refused.
            func isDirect(_ host: String, _ list: String) async throws -> Bool {
                var sources = served.sources()
                sources.mirrors = Mirrors(["http://\(host):\(port)/"])
                sources.network = NetworkSettings(environment: [
                    "http_proxy": "http://127.0.0.1:1", "no_proxy": list,
                ])
                do {
                    try await removeTree(fetch(served.distfile(), from: sources).path)
                    return true
                } catch { return !"\(error)".contains("(http_proxy): connection refused") }
            }
            for list in [
                "127.0.0.1", "*", "example.org, 127.0.0.1", "10.0.0.0/8 127.0.0.0/8",
                "127.0.0.1:\(port)", "127.0.0.1/31", "0.0.0.0/0",
            ] {
                #expect(try await isDirect("127.0.0.1", list), "\(list)")
            }
            for list in [
                "", "127.0.0.1:1", "10.0.0.0/8", "127.0.0.0/33", "127.0.0.2/31", "0.0.1",
                "localhost", "::/0",
            ] {
                #expect(try await !isDirect("127.0.0.1", list), "\(list)")
            }
            for list in [
                "mirror.invalid", "MIRROR.invalid.", ".mirror.invalid", "invalid",
                "invalid:\(port)",
            ] {
                #expect(try await isDirect("mirror.invalid", list), "\(list)")
                #expect(try await isDirect("a.mirror.invalid", list), "\(list)")
            }
            for list in ["irror.invalid", "a.mirror.invalid", "invalid:1", "mirror"] {
                #expect(try await !isDirect("mirror.invalid", list), "\(list)")
            }
        }
    }

    @Test func `a proxy's refusal is told as its own`() async throws {
        try await serving { served async throws in
            var sources = served.sources("/")
            sources.network.proxies = Proxies(environment: ["http_proxy": "http://127.0.0.1:1"])
            let error = try await failure(of: served.distfile(), from: sources)
            #expect(
                error.description.contains(
                    "proxy http://127.0.0.1:1 (http_proxy): connection refused"))
        }
    }

    @Test(arguments: ["http://me:se/cret@127.0.0.1:1", "gopher://me:cret@127.0.0.1", "me:cret@:1"])
    func `a proxy that can't be used is an error that hides its password`(text: String)
        async throws
    {
        try await serving { served async throws in
            var sources = served.sources("/")
            sources.network.proxies = Proxies(environment: ["http_proxy": text])
            let error = try await failure(of: served.distfile(), from: sources)
            #expect(error.description.contains("http_proxy: '"))
            #expect(error.description.contains("is not an address of a proxy"))
            #expect(!error.description.contains("cret"))
            #expect(try served.asked() == [])
        }
    }
}
