import Distfiles
import Platform
import Support
import SystemPackage
import Testing

/// Recipes spell names of archives in their own way, and may have no more than a sha1 of them.
@Suite struct SpellingTests {
    private func index(_ served: Served, _ pages: [String: String]) throws -> IndexChoice {
        let files = served.folder.removingLastComponent().appending("files")
        for (project, page) in pages {
            try files.write(FilePath("simple/\(project)/index.html"), page)
        }
        return .fixed(
            PackageIndex(addresses: [try #require(Address(served.server.url + "/simple"))]))
    }

    private func archive(
        _ name: String, _ served: Served, distribution: String, sha1: String? = nil
    ) throws -> Distfile {
        try Distfile(
            name: name, package: "my_tool", sha256: sha1 == nil ? Digest(of: served.content) : nil,
            sha1: sha1, distribution: distribution)
    }

    private func sha1(_ served: Served) throws -> String {
        let file = served.folder.removingLastComponent().pushing("files").appending(Served.name)
        return String(
            try run(["sha1sum", file.string], environment: ["PATH": "/usr/bin:/bin"]).stdout
                .prefix(40))
    }

    @Test(arguments: [
        ("my_tool-1.0.tar.gz", "My-Tool-1.0.tar.gz"), ("my-tool-1.0.zip", "my.tool-1.0.0.zip"),
        ("my_tool-1.0-py3-none-any.whl", "My_Tool-1.0-py3-none-any.whl"),
    ])
    func `another spelling of a name is found, and comes under the recipe's`(
        name: String, listed: String
    ) async throws {
        try await serving { served async throws in
            let page =
                "<a href='/other'>My_Tool-2.0.tar.gz</a><a href='/\(Served.name)'>\(listed)</a>"
            // The name is what the address ends in.
            let files = served.folder.removingLastComponent().appending("files")
            try writeFile(files.appending(listed), served.content)
            let pages = ["my-tool": page.replacing("/\(Served.name)", with: "/\(listed)")]
            let distfile = try archive(name, served, distribution: "My-Tool")
            _ = try await fetch(distfile, from: served.sources(index: index(served, pages)))
            #expect(try readFile(served.folder.appending(name)) == served.content)
        }
    }

    @Test(arguments: ["my-tool-1.0.1.tar.gz", "my-tool-1.0.tar.bz2", "my-tool2-1.0.tar.gz"])
    func `another version, form or project is no spelling`(listed: String) async throws {
        try await serving { served async throws in
            let pages = ["my-tool": "<a href='/\(listed)'>\(listed)</a>"]
            let distfile = try archive("my_tool-1.0.tar.gz", served, distribution: "My-Tool")
            await #expect(throws: DistfileError.self) {
                try await fetch(distfile, from: served.sources(index: index(served, pages)))
            }
            #expect(try served.asked() == ["/simple/my-tool/"])
        }
    }

    @Test func `a file in a folder of links may be spelled otherwise, too`() async throws {
        try await serving { served async throws in
            let links = served.folder.removingLastComponent().appending("links")
            try makeDirectories(links)
            try writeFile(links.appending("My_Tool-1.0.tar.gz"), served.content)
            let choice = IndexChoice.fixed(
                PackageIndex(addresses: [], findLinks: [Address(file: links)]))
            let distfile = try archive("my-tool-1.0.tar.gz", served, distribution: "x")
            _ = try await fetch(distfile, from: served.sources(index: choice))
            #expect(try readFile(served.folder.appending("my-tool-1.0.tar.gz")) == served.content)
        }
    }

    @Test func `the index is asked for the archive's project after the recipe's`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try writeFile(files.appending("python-dateutil-2.8.tar.gz"), served.content)
            let page = "<a href='/python-dateutil-2.8.tar.gz'>python-dateutil-2.8.tar.gz</a>"
            let distfile = try archive(
                "python-dateutil-2.8.tar.gz", served, distribution: "dateutil")
            let choice = try index(served, ["python-dateutil": page])
            _ = try await fetch(distfile, from: served.sources(index: choice))
            #expect(
                try served.asked().prefix(2) == ["/simple/dateutil/", "/simple/python-dateutil/"])
        }
    }

    @Test func `a sha1 alone is helped by the sha256 that the index has`() async throws {
        try await serving { served async throws in
            let files = served.folder.removingLastComponent().appending("files")
            try writeFile(files.appending("my-tool-1.0.tar.gz"), served.content)
            let right = Digest(of: served.content).hex
            let wrong = String(repeating: "0", count: 64)
            let distfile = try archive(
                "my-tool-1.0.tar.gz", served, distribution: "my-tool", sha1: sha1(served))
            func page(_ sum: String) -> String {
                "<a href='/my-tool-1.0.tar.gz#sha256=\(sum)'>my-tool-1.0.tar.gz</a>"
            }
            let error = await #expect(throws: DistfileError.self) {
                try await fetch(
                    distfile, from: served.sources(index: index(served, ["my-tool": page(wrong)])))
            }
            #expect("\(error!)".contains("expected sha256 \(wrong)"))
            #expect(try !served.folder.exists("my-tool-1.0.tar.gz"))
            _ = try await fetch(
                distfile, from: served.sources(index: index(served, ["my-tool": page(right)])))
            #expect(try served.folder.exists("my-tool-1.0.tar.gz"))
        }
    }
}
