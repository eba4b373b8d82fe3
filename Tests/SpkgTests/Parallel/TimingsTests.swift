import FoundationEssentials
import Platform
import Support
import SystemPackage
import Testing

@Suite struct TimingsTests {
    private struct Run: Decodable {
        struct Bar: Decodable {
            let package: String
            let start: Double
            let end: Double
            let result: String
            let lane: Int
            let critical: Bool
        }
        let lanes: Int
        let packages: [Bar]

        subscript(_ package: String) -> Bar? { packages.first { $0.package == package } }
    }

    private func timings(_ distribution: Distribution) throws -> Run {
        let said = try distribution.spkg("timings", "--json")
        #expect(said.status == 0, "\(said)")
        return try JSONDecoder().decode(Run.self, from: Data(said.stdout.utf8))
    }

    /// top needs long and short; long waits until short is done, and is the longer one.
    private func run(
        failing: String? = nil, _ body: (Distribution) throws -> Void
    ) throws {
        try Distribution.run { distribution in
            for (name, script, dependencies) in [
                ("short", "touch \"$SAGE_ROOT/short\"", ""),
                ("long", "until [ -e \"$SAGE_ROOT/short\" ]; do :; done; sleep 0.3", ""),
                ("top", ":", "long short"),
            ] {
                try distribution.addScripted(
                    name, "1.0",
                    scripts: ["install.in": name == failing ? "false" : script],
                    dependencies: dependencies)
            }
            try body(distribution)
        }
    }

    @Test func `the last run is bars that don't overlap, with the path that took longest`() throws {
        try run { distribution in
            let none = try distribution.spkg("timings")
            #expect(none.status == 1 && none.stderr.contains("no run is noted"), "\(none)")
            try distribution.expectDone("install", "-j2", "top")
            let run = try timings(distribution)
            #expect(run.packages.map(\.package).sorted() == ["long-1.0", "short-1.0", "top-1.0"])
            #expect(run.packages.allSatisfy { $0.result == "ok" && $0.end >= $0.start })
            #expect(run.lanes == 2)
            #expect(run["long-1.0"]?.critical == true && run["top-1.0"]?.critical == true)
            #expect(run["short-1.0"]?.critical == false)
            let (long, short) = (try #require(run["long-1.0"]), try #require(run["short-1.0"]))
            #expect(long.lane != short.lane)

            let page = try distribution.spkg("timings").stdout
            #expect(page == "\(distribution.root)/logs/pkgs/timings.html\n")
            let html = try readText(FilePath(String(page.dropLast())))
            #expect(html.contains("<title>top-1.0: "))
            #expect(html.split(separator: "class=\"bar critical\"").count == 3)
            for word in ["<script", "http", "src=", "href=", "@import", "url("] {
                #expect(!html.contains(word), "\(word)")
            }
            // Nothing to do is no run.
            try distribution.expectDone("install", "top")
            #expect(try timings(distribution).packages.count == 3)
        }
    }

    @Test func `also after a failure`() throws {
        try run(failing: "long") { distribution in
            #expect(try distribution.spkg("install", "-j2", "-k", "top").status == 1)
            let run = try timings(distribution)
            #expect(run["long-1.0"]?.result == "failed")
            #expect(run["short-1.0"]?.result == "ok")
            #expect(run["top-1.0"] == nil)
            let path = try distribution.spkg("timings", "-o", "page.html").stdout
            #expect(path == "\(distribution.root)/page.html\n")
            #expect(try distribution.root.text("page.html").contains(" failed\""))
        }
    }
}
