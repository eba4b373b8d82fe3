import Distfiles
import Platform
import Support
import SystemPackage
import Testing

/// Users and passwords: sent to the server that they are for, and never shown.
@Suite struct CredentialTests {
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

    @Test(arguments: [
        "https://me:se/cret@127.0.0.1/", "https://me:12/cret@127.0.0.1:1/",
        "https://me:se#cret@127.0.0.1/", "https://me:se?cret@127.0.0.1/", "me:se cret@127.0.0.1",
        "//me:cret@127.0.0.1/", "http:/me:cret@127.0.0.1/", "https://me:'cret@127.0.0.1:x/",
    ])
    func `an address that is none shows no secret either`(text: String) async throws {
        try await serving { served async throws in
            var sources = served.sources()
            sources.mirrors = Mirrors([text])
            let error = try await failure(of: served.distfile(upstream: text), from: sources)
            let shown = "\(error) \(String(reflecting: error))"
            #expect(!shown.contains("cret"), "\(error)")
        }
    }

    @Test(arguments: ["", "me@"])
    func `a netrc file has the password of a host`(user: String) async throws {
        try await serving { served async throws in
            let home = served.folder.removingLastComponent()
            let netrc = try home.write(
                ".netrc", "machine 127.0.0.1 login me password s@cret\n", mode: 0o600)
            for environment in [["HOME": home.string], ["NETRC": netrc.string]] {
                var sources = served.sources()
                sources.network = NetworkSettings(environment: environment)
                sources.mirrors = Mirrors([
                    "http://\(user)127.0.0.1:\(served.server.port)/auth=me:s@cret"
                ])
                try await removeTree(fetch(served.distfile(), from: sources).path)
                // What stands in the address counts more.
                sources.mirrors = Mirrors([
                    "http://me:other@127.0.0.1:\(served.server.port)/auth=me:other"
                ])
                try await removeTree(fetch(served.distfile(), from: sources).path)
            }
        }
    }

    @Test func `a netrc file in another form is named`() async throws {
        try await serving { served async throws in
            let home = served.folder.removingLastComponent()
            let netrc = try home.write(".netrc", "machine 127.0.0.1 login \"me\n")
            var sources = served.sources("/")
            sources.network = NetworkSettings(environment: ["HOME": home.string])
            let error = try await failure(of: served.distfile(), from: sources)
            #expect(error.description.contains("\(netrc): it is not in the form of a netrc file"))
        }
    }

    @Test func `a password goes along from a page to files of the same server`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            let port = served.server.port
            try files.write(
                "simple/p/index.html",
                "<a href='http://127.0.0.1:\(port)/auth=me:secret/\(Served.name)'>p</a>")
            let address = try #require(
                Address("http://me:secret@127.0.0.1:\(port)/auth=me:secret/simple"))
            let index = PackageIndex(addresses: [address])
            let distfile = try served.distfile(distribution: "p")
            _ = try await fetch(distfile, from: served.sources(index: .fixed(index)))
            #expect(try readFile(served.place) == served.content)
        }
    }
}
