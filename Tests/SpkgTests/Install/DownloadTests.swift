import Platform
import Support
import SystemPackage
import Testing

/// `spkg download` with the network as pip and the environment describe it.
@Suite struct DownloadTests {
    /// A package whose sdist only a server has.
    ///
    /// - Parameter body: gets the folder of the server.
    private func serving(
        _ body: (Distribution, LoopbackServer, FilePath) throws -> Void
    ) async throws {
        // pip splits its lists at blanks.
        try await inTemporaryFolder(named: "spkg-served-") { folder async throws in
            try await LoopbackServer.serve(folder) { server async throws in
                try Distribution.run { distribution throws in
                    try distribution.add("spam", "1.0")
                    let archive = distribution.root.pushing("upstream/spam-1.0.tar.gz")
                    try writeFile(folder.appending("spam-1.0.tar.gz"), readFile(archive))
                    try removeTree(archive)
                    try folder.write(
                        "simple/spam/index.html", "<a href='../../spam-1.0.tar.gz'>spam</a>")
                    try body(distribution, server, folder)
                }
            }
        }
    }

    private func hasArchive(_ distribution: Distribution) throws -> Bool {
        try distribution.root.exists("upstream/spam-1.0.tar.gz")
    }

    @Test(arguments: ["index-url", "extra-index-url", "find-links"])
    func `each setting of pip's file counts beside variables of others`(key: String) async throws {
        try await serving { distribution, server, folder throws in
            let value = key == "find-links" ? folder.string : "file://\(folder)/simple"
            let file = try distribution.root.write("pip.conf", "[global]\n\(key) = \(value)\n")
            let other = key == "index-url" ? "PIP_EXTRA_INDEX_URL" : "PIP_INDEX_URL"
            var environment = ["PIP_INDEX_URL": "", "PIP_CONFIG_FILE": file.string]
            environment[other] = "http://127.0.0.1:9/simple"
            let said = try distribution.spkg("download", "spam", environment: environment)
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try hasArchive(distribution))
        }
    }

    @Test func `pip's proxy is asked for the index`() async throws {
        try await serving { distribution, server, _ throws in
            let said = try distribution.spkg(
                "download", "spam",
                environment: [
                    "PIP_INDEX_URL": "http://index.invalid/simple", "PIP_PROXY": server.url,
                ])
            #expect(said.status == 0, "\(said.stderr)")
            #expect(
                try server.requests().map { $0.split(separator: " ")[0] } == [
                    "http://index.invalid/simple/spam/", "http://index.invalid/spam-1.0.tar.gz",
                ])
        }
    }

    @Test func `netrc has the password of an index`() async throws {
        try await serving { distribution, server, _ throws in
            try distribution.root.write(
                "home/.netrc", "machine 127.0.0.1 login me password secret\n", mode: 0o600)
            let said = try distribution.spkg(
                "download", "spam",
                environment: ["PIP_INDEX_URL": "\(server.url)/auth=me:secret/simple"])
            #expect(said.status == 0, "\(said.stderr)")
        }
    }

    @Test func `a bad file of pip is named, and nothing is left`() async throws {
        try await serving { distribution, server, folder throws in
            let file = try distribution.root.write("pip.conf", "index-url = x\n")
            let said = try distribution.spkg(
                "download", "spam",
                environment: ["PIP_INDEX_URL": "", "PIP_CONFIG_FILE": file.string])
            #expect(said.status != 0)
            #expect(said.stderr.contains(file.string))
            #expect(try !hasArchive(distribution))
        }
    }

    @Test func `an interrupted download ends at once and is resumed`() async throws {
        try await serving { distribution, server, _ throws in
            let root = distribution.root
            let sums = try root.text("build/pkgs/spam/checksums.ini")
            try root.write(
                "build/pkgs/spam/checksums.ini",
                sums + "upstream_url=\(server.url)/stop=100/spam-1.0.tar.gz\n")
            let part = root.pushing("upstream/.spam-1.0.tar.gz.part")
            let said = try distribution.said(
                [
                    "sh", "-c",
                    """
                    "$0" download spam & child=$!
                    until [ -s "$1" ]; do :; done
                    kill -TERM $child
                    wait $child
                    """, Distribution.program.string, part.string,
                ], [:])
            #expect(said.status == 128 + 15)
            #expect(try status(part)?.size == 100)
            try root.write(
                "build/pkgs/spam/checksums.ini",
                sums + "upstream_url=\(server.url)/spam-1.0.tar.gz\n")
            #expect(try distribution.spkg("download", "spam").status == 0)
            #expect(try server.requests().last?.contains("range=bytes=100-") == true)
        }
    }

    @Test func `a terminal shows how much has come`() async throws {
        try await serving { distribution, server, folder throws in
            let content = [UInt8](repeating: 7, count: 2 << 20)
            try writeFile(folder.appending("spam-1.0.tar.gz"), content)
            try distribution.root.write(
                "build/pkgs/spam/checksums.ini",
                """
                tarball=spam-1.0.tar.gz
                sha256=\(Digest(of: content).hex)
                upstream_url=\(server.url)/stop=\(3 << 19)/spam-1.0.tar.gz

                """)
            let said = try distribution.said(
                [
                    "timeout", "20", "sh", "-c",
                    """
                    TERM=xterm script -qfc "$0 download spam" screen >/dev/null 2>&1 & child=$!
                    until grep -qs 'fetching [0-9:]* 1.5 MiB of 2.0 MiB' screen; do :; done
                    kill $child
                    """, Distribution.program.string,
                ], [:])
            #expect(said.status == 0)
        }
    }
}
