import Platform
import Support
import SystemPackage
import Testing

/// Two recipes of one distribution. A public report of the kind: OpenIndiana/oi-userland#10723.
@Suite struct RenamedRecipeTests {
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe(
                "demo_old", "1.0", files: ["demo.py": "", "only_old.py": ""], project: "demo")
            try distribution.install("demo_old")
            try body(distribution)
        }
    }

    @Test(arguments: ["1.0", "2.0"])
    func `a recipe that got another name replaces its package whole`(version: String) throws {
        try run { distribution in
            try distribution.removeRecipe("demo_old")
            try distribution.addWheelRecipe("demo", version)
            let said = try distribution.install("demo")
            #expect(said.stderr.contains("takes the place of demo_old"), "\(said)")
            #expect(try distribution.records() == ["demo-\(version)"])
            #expect(try distribution.storedWheels() == ["demo-\(version)-py3-none-any.whl"])
            #expect(try distribution.metadataFolders() == ["demo-\(version).dist-info"])
            #expect(try !distribution.site.exists("only_old.py"))
            #expect(try distribution.spkg("verify").stdout == "")
            #expect(try distribution.spkg("index", "--check").status == 0)
            try distribution.spkg("uninstall", "demo_old").expectSuccess()
            #expect(try distribution.site.exists("demo.py"))
        }
    }

    @Test func `while both recipes are there the second is refused and names the first`() throws {
        try run { distribution in
            try distribution.addWheelRecipe("demo", "2.0")
            let before = try distribution.tree()
            let said = try distribution.spkg("install", "demo")
            #expect(said.status == 1)
            #expect(said.stderr.contains("spkg uninstall demo_old"), "\(said)")
            #expect(try distribution.changes(since: before) == [])
            try distribution.spkg("uninstall", "demo_old").expectSuccess()
            try distribution.install("demo")
            #expect(try distribution.spkg("verify").stdout == "")
        }
    }

    @Test func `a wheel that is only stored counts the same`() throws {
        try run { distribution in
            // It installs nothing, and would be a second wheel of the project.
            try distribution.addWheelRecipe(
                "stores", "3.0", project: "demo",
                scripts: ["install.in": "sdh_store_wheel ."])
            let said = try distribution.spkg("install", "stores")
            #expect(said.status == 1)
            #expect(said.stderr.contains("demo_old"), "\(said)")
            #expect(try distribution.storedWheels() == ["demo-1.0-py3-none-any.whl"])
        }
    }

    /// Versions of this program that didn't look left two records of one distribution.
    @Test(arguments: [["demo_old", "demo"], ["demo", "demo_old"]])
    func `of two records of one distribution, each leaves without taking the other's files`(
        order: [String]
    ) throws {
        try run { distribution in
            let installed = distribution.local.pushing("var/lib/sage/installed")
            let record = try distribution.record("demo_old-1.0")
            try installed.write("demo-1.0", record.replacing("demo_old", with: "demo"))
            let before = try distribution.tree()
            try distribution.spkg("uninstall", order[0]).expectSuccess()
            #expect(
                try distribution.changes(since: before).filter { !$0.contains("installed/") } == [])
            #expect(try distribution.spkg("verify").stdout == "")
            try distribution.spkg("uninstall", order[1]).expectSuccess()
            #expect(try distribution.storedWheels() == [])
            #expect(try distribution.metadataFolders() == [])
        }
    }
}
