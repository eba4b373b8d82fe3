import FoundationEssentials
import Glibc
import Platform
import Recipes
import Support
import SystemPackage
import Testing

/// The recipes of passagemath 10.10.1.alpha0, which lie in a folder `shared` beside the project, or
/// where SPKG_SHARED says. A clone without that folder can't run these; the project's own checks
/// have it, so that they never pass by skipping.
enum SageTree {
    static let folder =
        getenv("SPKG_SHARED").map {
            FilePath(platformString: $0).appending("recipes-data")
        } ?? projectFolder.removingLastComponent().appending("shared/recipes-data")

    static var isHere: Bool { (try? targetStatus(folder.appending("pkgs")))??.kind == .directory }

    static func collection() throws -> RecipeCollection {
        try RecipeCollection(at: folder.appending("pkgs"))
    }

    /// Read once for all tests.
    static let recipes = Result { try collection().all() }

    static func all() throws -> [Recipe] { try recipes.get() }

    static func recipe(_ name: String) throws -> Recipe { try collection().recipe(name) }
}

@Suite(.enabled(if: SageTree.isHere, "no folder `shared` beside the project; set SPKG_SHARED"))
struct SageTreeTests {
    private struct Expected: Decodable {
        let source: String
        let tree: String?
        let type: String?
    }

    @Test func `all recipes are read as expected`() throws {
        let file = SageTree.folder.appending("expected.json")
        let expected = try JSONDecoder().decode(
            [String: Expected].self, from: Data(readFile(file)))
        let recipes = try SageTree.all()
        let read = Dictionary(uniqueKeysWithValues: recipes.map { ($0.name.text, $0) })
        #expect(expected.count == 632)
        #expect(read.count == 625)
        for (name, wanted) in expected {
            #expect(read[name]?.type.rawValue == wanted.type, "\(name)")
            #expect(read[name]?.trees.map(\.rawValue) == wanted.tree.map { [$0] }, "\(name)")
            if let recipe = read[name] {
                #expect(recipe.source.rawValue == wanted.source, "\(name)")
            }
        }
        #expect(try SageTree.collection().names() == recipes.map(\.name))
    }

    @Test func `the classes have the sizes they have`() throws {
        let recipes = try SageTree.all()
        func count(_ condition: (Recipe) -> Bool) -> Int { recipes.count(where: condition) }
        #expect(count { $0.source == .normal } == 258)
        #expect(count { $0.source == .wheel } == 147)
        #expect(count { $0.source == .script } == 129)
        #expect(count { $0.source == .pip } == 66)
        #expect(count { $0.source == .none } == 25)
        #expect(count { $0.type == .standard } == 332)
        #expect(count { $0.version?.patchLevel != nil } == 26)
        #expect(count { $0.form(of: .build) != nil } == 6)
        #expect(count { $0.form(of: .legacyUninstall) == .complete } == 8)
        #expect(count { $0.has(.huge) } == 2)
    }

    @Test func `every archive is read, with a sum and its version put in`() throws {
        let archives = try SageTree.all().flatMap(\.archives)
        #expect(archives.count == 544)
        #expect(archives.allSatisfy { $0.sha256 != nil })
        #expect(archives.count { $0.sha1 != nil } == 382)
        #expect(archives.count { $0.upstreamURL == nil } == 42)
        #expect(archives.count { $0.isWheel } == 286)
        #expect(!archives.contains { $0.fileName.contains("VERSION") })
        #expect(!archives.contains { $0.upstreamURL?.contains("VERSION") == true })
    }

    @Test(arguments: [("clarabel", 5), ("cylp", 34), ("rpds_py", 103), ("joblib", 1)])
    func `platform wheels have sections named like the file`(_ name: String, _ count: Int) throws {
        let archives = try SageTree.recipe(name).archives
        #expect(archives.count == count)
        #expect(archives.allSatisfy { $0.section == $0.fileName && $0.isWheel })
    }

    @Test(arguments: ["4ti2", "nauty", "plantri", "singular", "sqlite"])
    func `versions in braces are put in`(_ name: String) throws {
        let archive = try #require(try SageTree.recipe(name).archives.first)
        #expect(!archive.fileName.contains("{"))
        #expect(archive.upstreamURL?.contains("{") != true)
    }

    @Test(arguments: [
        ("readline", "readline-8.2.tar.gz"), ("pari_galpol", "galpol.tgz"),
        ("topcom", "TOPCOM-1_1_2.tgz"),
    ])
    func `archives may be called anything`(_ name: String, _ file: String) throws {
        #expect(try SageTree.recipe(name).archives.map(\.fileName) == [file])
    }

    @Test(arguments: [("abelfunctions", "none"), ("_prereq", "none"), ("singular", "4.4.1p5")])
    func `versions are displayed`(_ name: String, _ version: String) throws {
        #expect(try SageTree.recipe(name).displayedVersion == version)
    }

    @Test func `the longest line of dependencies is read to its end`() throws {
        let found = try SageTree.recipe("sagemath_standard_no_symbolics").dependencies
        #expect(found.ordinary.first == .variable("SCRIPTS"))
        #expect(found.ordinary.last == .variable("PCFILES"))
        #expect(try found.orderOnly == names("sage_setup", "pythran").map(DependencyToken.recipe))
    }

    @Test func `an unused installer doesn't make a pip package something else`() throws {
        let recipe = try SageTree.recipe("khoca")
        #expect(recipe.source == .pip)
        #expect(recipe.form(of: .install) == .fragment)
        #expect(recipe.distribution?.name == "khoca")
    }

    @Test func `distributions have names`() throws {
        #expect(try SageTree.recipe("sagenb_export").distribution?.name == "sagenb_export")
        #expect(try SageTree.recipe("sagelib").distribution?.name == "passagemath-standard")
        #expect(try SageTree.recipe("zlib").distribution == nil)
        let recipes = try SageTree.all()
        // Its wheel alone names it.
        let named = recipes.filter { $0.name.text != "python_discovery" }
        #expect(named.allSatisfy { $0.isPython == ($0.distribution != nil) })
        #expect(try SageTree.recipe("python_discovery").distribution?.name == "python_discovery")
    }

    // MARK: The graph

    /// passagemath 10.10 has 1196 ordinary edges: those of `dependencies_build` and of
    /// `dependencies` together, here ordinary and runtime, but not the two of `liblzma` and
    /// `libnauty`, which name another recipe by its record.
    @Test func `the graph has the edges it has`() throws {
        let graph = try DependencyGraph(SageTree.all())
        var counts: [DependencyKind: Int] = [:]
        for recipe in graph.recipes {
            for edge in graph.edges(of: recipe.name) { counts[edge.kind, default: 0] += 1 }
        }
        #expect(counts[.ordinary] == 1187)
        #expect(counts[.runtime] == 11)
        #expect(counts[.orderOnly] == 2849)
        let stands = ["liblzma", "libnauty"].flatMap {
            graph.dependencies(of: RecipeName(valid: $0)!, [.ordinary])
        }
        #expect(try stands == names("xz", "nauty"))
        #expect(1187 + 11 - stands.count == 1196)
    }

    @Test func `there is no cycle, whatever is followed`() throws {
        let graph = try DependencyGraph(SageTree.all())
        let all = graph.recipes.map(\.name)
        let order = try graph.order(of: all)
        #expect(Set(order) == Set(all) && order.count == 625)
        var done: Set<RecipeName> = []
        var longest: [RecipeName: Int] = [:]
        for name in order {
            let needed = graph.dependencies(of: name)
            #expect(needed.allSatisfy(done.contains), "\(name)")
            longest[name] = 1 + (needed.map { longest[$0] ?? 0 }.max() ?? 0)
            done.insert(name)
        }
        #expect(longest.values.max() == 21)
    }

    @Test func `make reads the fragment of all recipes`() throws {
        let graph = try DependencyGraph(SageTree.all())
        try withSample { sample in
            var settings = MakefileSettings(
                root: sample.root, local: sample.root.appending("local"))
            settings.spkg = "echo"
            try sample.root.write("fragment.mk", try graph.makefile(settings))
            // It asks for the recipes' folder where make is started.
            try makeDirectories(sample.root.pushing("build/pkgs"))
            let command = """
                cd '\(sample.root)' && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u SPKG \
                -u SAGE_ROOT -u SAGE_LOCAL -u SAGE_VENV \
                make --warn-undefined-variables -s -f fragment.mk r_jupyter > output 2>&1
                """
            #expect(system(command) == 0)
            let order = try graph.order(of: names("r_jupyter"))
                .filter { graph[$0]?.source != RecipeSource.none }
            let calls = try sample.root.text("output").split(separator: "\n").map(String.init)
            #expect(Set(calls) == Set(order.map { "install \($0)" }))
            #expect(calls.last == "install r_jupyter")
        }
    }
}
