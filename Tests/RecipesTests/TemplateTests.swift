import Recipes
import Support
import SystemPackage
import Testing

/// `src/pyproject.toml.m4`, where script packages say what they need (build/recipes.md, 4).
@Suite struct TemplateTests {
    private func add(_ template: String, to sample: Sample, dependencies: String = "") throws {
        try sample.recipe(
            "spam",
            [
                "spkg-install.in": "true\n", "dependencies": dependencies + "\n",
                "src/pyproject.toml.m4": template,
            ])
    }

    private func edges(_ sample: Sample) throws -> [String] {
        try sample.graph().edges(of: RecipeName("spam")).map { "\($0.recipe) \($0.kind)" }
    }

    @Test func `lists of requirements become edges`() throws {
        try withSample { sample in
            for name in ["cython", "sage_conf", "numpy", "gmp", "pkgconf", "ham", "egg", "extra"] {
                try sample.script(name)
            }
            try sample.write("pkgconf/purl.txt", "pkg:generic/pkg-config\n")
            try sample.write("ham/version_requirements.txt", "Ham_Roll >=2\n")
            try sample.write("egg/version_requirements.txt", "egg\n")
            try add(
                """
                include(`versions.m4')dnl' -*- conf-toml -*-
                [build-system]
                # requires = [SPKG_INSTALL_REQUIRES_extra]
                requires = [
                    SPKG_INSTALL_REQUIRES_cython   # ] and SPKG_INSTALL_REQUIRES_extra
                    SPKG_INSTALL_REQUIRES_sage_conf
                    "nobody-has-it >= 3",
                ]
                [project]
                name = "passage-spam"
                keywords = ["extra"]
                dependencies = [ SPKG_INSTALL_REQUIRES_numpy "ham.roll[fried]>=2; python_version<'4'" ]
                [project.optional-dependencies]
                test = ["egg"]
                other = ["extra"]
                [external]
                build-requires = ["virtual:compiler/c", 'pkg:generic/pkg-config']
                host-requires = [
                  "pkg:generic/gmp",
                ]
                """, to: sample)
            #expect(
                try edges(sample) == [
                    "cython ordinary", "pkgconf ordinary", "gmp ordinary", "numpy runtime",
                    "ham runtime", "sage_conf orderOnly", "egg check",
                ])
        }
    }

    @Test func `they come beside what the recipe says itself`() throws {
        try withSample { sample in
            for name in ["a", "b", "c"] { try sample.script(name) }
            try add(
                "requires = [SPKG_INSTALL_REQUIRES_b SPKG_INSTALL_REQUIRES_a]", to: sample,
                dependencies: "a | b c")
            #expect(try edges(sample) == ["a ordinary", "b ordinary", "c orderOnly"])
        }
    }

    @Test func `a macro of no recipe is an error that names the template`() throws {
        try withSample { sample in
            try sample.script("numpy")
            try add("requires = [SPKG_INSTALL_REQUIRES_nunpy]", to: sample)
            let graph = try sample.graph()
            let error = #expect(throws: RecipeError.self) { try graph.order(of: names("spam")) }
            #expect(
                error?.description == """
                    \(sample.pkgs)/spam/src/pyproject.toml.m4: there is no recipe 'nunpy'
                    did you mean numpy?
                    """)
        }
    }

    @Test func `where the source tree is missing, the recipe speaks alone`() throws {
        try withSample { sample in
            try sample.script("a")
            try sample.script("spam", "a")
            try sample.pkgs.appending("spam").link("src", to: "../../../pkgs/not-there")
            #expect(try edges(sample) == ["a ordinary"])
        }
    }
}
