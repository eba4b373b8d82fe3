import Distfiles
import Platform
import Support
import SystemPackage
import Testing

/// A certificate for `localhost`, signed by itself.
struct Certificate {
    let file: FilePath
    /// The same file with the key.
    let withKey: FilePath
}

func withCertificate(_ body: (Certificate) async throws -> Void) async throws {
    try await inTemporaryFolder { folder async throws in
        let certificate = Certificate(
            file: folder.appending("trusted.pem"), withKey: folder.appending("server.pem"))
        _ = try output(of: [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost",
            "-keyout", certificate.withKey.string, "-out", certificate.file.string,
        ])
        try writeFile(
            certificate.withKey, try readFile(certificate.withKey) + readFile(certificate.file))
        try await body(certificate)
    }
}

@Suite struct CertificateTests {
    @Test func `a certificate must be one that is trusted`() async throws {
        try await withCertificate { certificate async throws in
            try await serving(certificate: certificate.withKey) { served async throws in
                var sources = served.sources("/")
                let text = try await failure(of: served.distfile(), from: sources).description
                #expect(text.contains("no secure connection"))
                #expect(text.contains("certificate of localhost:\(served.server.port)"))
                #expect(text.contains("self-signed certificate") || text.contains("not trusted"))
                #expect(text.contains("the system's; SSL_CERT_FILE can name others"))
                #expect(try served.asked() == [])

                for variable in [
                    "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
                ] {
                    let variables = [variable: certificate.file.string]
                    sources.network.trustRoots = NetworkSettings(environment: variables).trustRoots
                    let found = try await fetch(served.distfile(), from: sources)
                    #expect(try readFile(found.path) == served.content)
                    try removeTree(found.path)
                }
            }
        }
    }

    @Test func `trusted certificates may be a directory`() async throws {
        try await withCertificate { certificate async throws in
            try await serving(certificate: certificate.withKey) { served async throws in
                let folder = certificate.file.removingLastComponent().appending("trusted")
                try makeDirectories(folder)
                try writeFile(folder.appending("a.pem"), readFile(certificate.file))
                _ = try output(of: ["openssl", "rehash", folder.string])
                var sources = served.sources("/")
                for variable in ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"] {
                    sources.network = NetworkSettings(environment: [variable: folder.string])
                    try await removeTree(fetch(served.distfile(), from: sources).path)
                }
            }
        }
    }

    @Test func `a certificate must be of the server`() async throws {
        try await withCertificate { certificate async throws in
            try await serving(certificate: certificate.withKey) { served async throws in
                var sources = served.sources()
                sources.mirrors = Mirrors(["https://127.0.0.1:\(served.server.port)/"])
                sources.network = NetworkSettings(environment: [
                    "SSL_CERT_FILE": certificate.file.string
                ])
                let text = try await failure(of: served.distfile(), from: sources).description
                #expect(text.contains("certificate of 127.0.0.1:\(served.server.port)"))
                #expect(text.contains("\(certificate.file) (SSL_CERT_FILE)"))
                #expect(try served.asked() == [])
            }
        }
    }

    @Test func `a file without certificates is named with its setting`() async throws {
        try await withCertificate { certificate async throws in
            try await serving(certificate: certificate.withKey) { served async throws in
                var sources = served.sources("/")
                let empty = try certificate.file.removingLastComponent().write("empty.pem", "no")
                for (file, words) in [
                    (FilePath("/no/such.pem"), "SSL_CERT_FILE: there is no file /no/such.pem"),
                    (empty, "\(empty) (SSL_CERT_FILE) holds no certificates"),
                ] {
                    let variables = ["SSL_CERT_FILE": file.string]
                    sources.network = NetworkSettings(environment: variables)
                    let error = try await failure(of: served.distfile(), from: sources)
                    #expect(error.description.contains(words), "\(error)")
                }
            }
        }
    }

    @Test func `a server without TLS is told in plain words`() async throws {
        try await serving { served async throws in
            var sources = served.sources()
            sources.mirrors = Mirrors(["https://127.0.0.1:\(served.server.port)/"])
            let text = try await failure(of: served.distfile(), from: sources).description
            #expect(text.contains("no secure connection to 127.0.0.1:\(served.server.port): "))
            #expect(!text.contains("::") && !text.contains("SSL_"))
        }
    }
}
