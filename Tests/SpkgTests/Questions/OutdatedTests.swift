import Platform
import Support
import SystemPackage
import Testing

/// `spkg outdated` against folders and a server of this machine that are indexes.
@Suite struct OutdatedTests {
    /// Installs packages of version 1.0 and asks an index of these pages.
    private func run(
        _ pages: [String: String], _ words: String..., more: [String: String] = [:],
        change: (Distribution) throws -> Void = { _ in }
    ) throws -> Distribution.Said {
        var result = Distribution.Said(status: -1, stdout: "", stderr: "")
        try Distribution.run { distribution in
            for name in ["ham", "spam"] { try distribution.addWheelRecipe(name, "1.0") }
            try distribution.expectDone("install", "ham", "spam")
            for (name, page) in pages {
                try distribution.root.write(FilePath("index/\(name)/index.html"), page)
            }
            try change(distribution)
            result = try distribution.said(
                [Distribution.program.string, "outdated"] + words,
                ["PIP_INDEX_URL": "file://\(distribution.root)/index"].merging(more) { $1 })
        }
        return result
    }

    private static func links(_ names: String..., attributes: String = "") -> String {
        names.map { "<a href='\($0)' \(attributes)>\($0)</a>\n" }.joined()
    }

    @Test func `newer releases are listed, of wheels and sdists, by the order of versions`() throws
    {
        let said = try run([
            "ham": Self.links("ham-1.0.tar.gz", "ham-1.9.tar.gz", "ham-1.10-py3-none-any.whl"),
            "spam": Self.links("spam-1.0.tar.gz", "spam-0.9.tar.gz"),
        ])
        #expect(said == .init(status: 0, stdout: "ham  1.0  1.10\n", stderr: ""))
    }

    @Test func `what pip wouldn't take doesn't count`() throws {
        let html =
            Self.links("ham-9.0.tar.gz", attributes: "data-yanked='broken'")
            + Self.links("ham-8.0.tar.gz", attributes: "data-requires-python='&lt;3.2'")
            + Self.links("ham-7.0-cp32-cp32m-win32.whl", "ham-6.0rc1.tar.gz", "other-5.0.tar.gz")
            + Self.links("ham-3.0.tar.gz", attributes: "data-requires-python='&gt;=3.2'")
        let json = """
            {"meta": {"api-version": "1.1"}, "name": "spam", "files": [
              {"filename": "spam-9.0.tar.gz", "url": "a", "hashes": {}, "yanked": "broken"},
              {"filename": "spam-8.0.tar.gz", "url": "a", "hashes": {}, "yanked": true},
              {"filename": "spam-7.0.tar.gz", "url": "a", "hashes": {}, "requires-python": "<3.2"},
              {"filename": "spam-2.0.tar.gz", "url": "a", "hashes": {}, "yanked": false}]}
            """
        let said = try run(["ham": html, "spam": json])
        #expect(said == .init(status: 0, stdout: "ham   1.0  3.0\nspam  1.0  2.0\n", stderr: ""))
    }

    @Test func `pre-releases count where there is nothing else, and where pip is told so`() throws {
        let pages = [
            "ham": Self.links("ham-1.0.tar.gz", "ham-2.0a1.tar.gz"),
            "spam": Self.links("spam-2.0a1.tar.gz"),
        ]
        #expect(try run(pages).stdout == "spam  1.0  2.0a1\n")
        let all = try run(pages, more: ["PIP_PRE": "1"])
        #expect(all.stdout == "ham   1.0  2.0a1\nspam  1.0  2.0a1\n", "\(all)")
    }

    @Test func `releases must have the age that is asked for`() throws {
        func json(_ time: String) -> String {
            """
            {"meta": {"api-version": "1.1"}, "name": "ham", "files": [
              {"filename": "ham-3.0.tar.gz", "url": "a", "hashes": {}, "upload-time": "\(time)"},
              {"filename": "ham-2.0.tar.gz", "url": "a", "hashes": {},
               "upload-time": "2020-01-01T10:00:00.123456Z"}]}
            """
        }
        let soon = json("2999-01-01T00:00:00Z")
        #expect(try run(["ham": soon], "ham").stdout == "ham  1.0  3.0  2999-01-01\n")
        let said = try run(["ham": soon], "--min-age", "3", "ham")
        #expect(said == .init(status: 0, stdout: "ham  1.0  2.0  2020-01-01\n", stderr: ""))
        let unknown = try run(["ham": Self.links("ham-3.0.tar.gz")], "--min-age", "3", "ham")
        #expect(unknown.status == 1 && unknown.stdout == "")
        #expect(unknown.stderr.contains("ham: the package index doesn't say how old"), "\(unknown)")
        #expect(try run([:], "--min-age", "-1", "ham").status == 64)
    }

    @Test func `what can't be asked is an error for each, beside the others' answers`() throws {
        let said = try run(
            ["ham": Self.links("ham-3.0.tar.gz"), "spam": "{"])
        #expect(said.status == 1)
        #expect(said.stdout == "ham  1.0  3.0\n")
        #expect(said.stderr.split(separator: "\n").count == 1, "\(said)")
        #expect(said.stderr.hasPrefix("error: spam: "), "\(said)")
        let none = try run([:])
        #expect(none.status == 1)
        #expect(
            none.stderr == "error: ham: the package index has no ham\n"
                + "error: spam: the package index has no spam\n", "\(none)")
        let off = try run([:], more: ["PIP_INDEX_URL": "http://127.0.0.1:9/simple"])
        #expect(off.status == 1)
        let lines = off.stderr.split(separator: "\n")
        #expect(lines.count == 2, "\(off)")
        #expect(
            lines.allSatisfy { $0.contains("package index http://127.0.0.1:9/simple/") }, "\(off)")
    }

    @Test func `several indexes are one, and only recipes of archives are asked for`() throws {
        let said = try run(
            ["ham": Self.links("ham-2.0.tar.gz"), "spam": Self.links("spam-1.0.tar.gz")],
            more: ["PIP_EXTRA_INDEX_URL": "file:///nowhere", "PIP_FIND_LINKS": "links"]
        ) { distribution in
            try distribution.root.write("links/spam-4.0.tar.gz")
            try distribution.addScripted("lib", "1.0", scripts: ["spkg-install.in": ":"])
            #expect(try distribution.spkg("outdated", "lib").status == 64)
        }
        #expect(said == .init(status: 0, stdout: "ham   1.0  2.0\nspam  1.0  4.0\n", stderr: ""))
    }
}
