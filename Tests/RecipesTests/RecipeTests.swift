import Recipes
import Support
import SystemPackage
import Testing

@Suite struct RecipeTests {
    @Test func `a directory without a type file is passed over`() throws {
        try withSample { sample in
            try sample.script("zlib")
            try sample.root.write("build/pkgs/_python3.12/distros/debian.txt", "python3.12\n")
            try sample.root.write("build/pkgs/pcre/distros/debian.txt", "libpcre3\n")
            try sample.root.write("build/pkgs/README", "not a directory\n")
            let collection = try sample.collection()
            #expect(try collection.names() == names("zlib"))
            #expect(try collection.all().map(\.name) == names("zlib"))
            #expect(try collection.recipeIfPresent(RecipeName("pcre")) == nil)
        }
    }

    @Test func `a recipe whose name can't be one is an error, not a gap`() throws {
        try withSample { sample in
            try sample.recipe("Foo-Bar")
            let error = RecipeError.misnamedRecipe(sample.pkgs.appending("Foo-Bar"))
            #expect(throws: error) { try sample.collection().names() }
            #expect(throws: error) { try sample.collection().all() }
        }
    }

    @Test(arguments: ["4ti2", "_prereq", "gap_pkg_x", "r"])
    func `a digit or an underscore may come first`(_ name: String) throws {
        #expect(try RecipeName(name).text == name)
    }

    @Test(arguments: ["", "Zlib", "foo-bar", "python3.12", "a b", "ä", "../x", "a/b"])
    func `other characters make no name`(_ text: String) {
        #expect(throws: RecipeError.invalidName(text)) { try RecipeName(text) }
    }

    @Test func `a type without final newline is read`() throws {
        try withSample { sample in
            try sample.recipe("barvinok", ["type": "optional"])
            #expect(try sample.read("barvinok").type == .optional)
        }
    }

    @Test func `an unknown type names the file and the choice`() throws {
        try withSample { sample in
            try sample.recipe("zlib", ["type": "sometimes\n"])
            let file = sample.pkgs.appending("zlib/type")
            #expect(throws: RecipeError.unknownType("sometimes", file: file)) {
                try sample.read("zlib")
            }
            #expect(
                RecipeError.unknownType("sometimes", file: file).description == """
                    \(file): 'sometimes' is not a type of recipe
                    write one of standard, optional, experimental, base
                    """)
        }
    }

    @Test func `reading all gathers every problem`() throws {
        try withSample { sample in
            try sample.recipe("a", ["type": "x"])
            try sample.recipe("b", ["package-version.txt": "1 2"])
            try sample.script("c")
            let error = #expect(throws: RecipeError.self) { try sample.collection().all() }
            guard case .several(let problems) = error else {
                Issue.record("one error of \(String(describing: error))")
                return
            }
            #expect(problems.count == 2)
        }
    }

    @Test func `a misspelt name is answered with near ones`() throws {
        try withSample { sample in
            for name in ["numpy", "numba", "scipy", "zlib"] { try sample.script(name) }
            let error = #expect(throws: RecipeError.self) { try sample.read("Nunpy") }
            guard case .noRecipe("Nunpy", in: sample.pkgs, nearest: let nearest)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try nearest == names("numpy", "numba", "scipy"))
        }
    }

    @Test func `no directory of recipes is an error that says so`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("build/pkgs")
            #expect(throws: RecipeError.noCollection(path)) { try RecipeCollection(at: path) }
        }
    }

    // MARK: Source and tree

    @Test(
        arguments: [
            (
                ["requirements.txt": "khoca\n", "spkg-install.in": ""], RecipeSource.pip,
                "SAGE_VENV"
            ),
            (
                ["checksums.ini": "tarball=a.whl\n", "version_requirements.txt": "a\n"], .wheel,
                "SAGE_VENV"
            ),
            (["checksums.ini": "tarball=a.whl\n"], .wheel, "SAGE_LOCAL"),
            (
                ["checksums.ini": "tarball=a.tar.gz\n", "spkg-install.in": ""], .normal,
                "SAGE_LOCAL"
            ),
            (["checksums.ini": "", "spkg-install": ""], .script, "SAGE_LOCAL"),
            (["spkg-install.in": "", "install-requires.txt": "a\n"], .script, "SAGE_VENV"),
            (["distros/debian.txt": "ffmpeg\n"], RecipeSource.none, "SAGE_LOCAL"),
            (
                ["trees.txt": "SAGE_DOCS # here\nSAGE_LOCAL\n", "requirements.txt": "a"], .pip,
                "SAGE_DOCS"
            ),
        ] as [([String: String], RecipeSource, String)])
    func `files tell the source and the tree`(
        _ files: [String: String], _ source: RecipeSource, _ tree: String
    ) throws {
        try withSample { sample in
            try sample.recipe("x", files)
            let recipe = try sample.read("x")
            #expect(recipe.source == source)
            #expect(recipe.trees == [TreeVariable(rawValue: tree)])
        }
    }

    @Test func `one recipe may belong to two trees`() throws {
        try withSample { sample in
            try sample.recipe("x", ["trees.txt": "SAGE_LOCAL SAGE_VENV\n"])
            #expect(try sample.read("x").trees == [.local, .venv])
        }
    }

    // MARK: Links

    @Test func `a version that is a link to a sibling is read through it`() throws {
        try withSample { sample in
            try sample.script("gap", version: "4.15.1")
            try sample.recipe("gap_packages", ["spkg-install.in": ""])
            try sample.pkgs.link(
                "gap_packages/package-version.txt", to: "../gap/package-version.txt")
            #expect(try sample.read("gap_packages").version?.full == "4.15.1")
        }
    }

    @Test func `a version that is a dangling link is an error, not no version`() throws {
        try withSample { sample in
            try sample.recipe("sagelib", ["spkg-install.in": ""])
            try sample.pkgs.link("sagelib/package-version.txt", to: "../../../pkgs/gone")
            let file = sample.pkgs.appending("sagelib/package-version.txt")
            #expect(throws: RecipeError.danglingLink(file)) { try sample.read("sagelib") }
        }
    }

    @Test func `shared checksums are read through the link, under the recipe's own name`() throws {
        try withSample { sample in
            try sample.recipe(
                "gcc",
                ["checksums.ini": "tarball=gcc-VERSION.tar.xz\n", "package-version.txt": "14"])
            try sample.recipe("gfortran", ["package-version.txt": "14"])
            try sample.pkgs.link("gfortran/checksums.ini", to: "../gcc/checksums.ini")
            let recipe = try sample.read("gfortran")
            #expect(recipe.archives.map(\.fileName) == ["gcc-14.tar.xz"])
            #expect(recipe.nameAndVersion == "gfortran-14")
        }
    }

    // MARK: Scripts and tags

    @Test func `scripts come as fragments or complete, with the path of each`() throws {
        try withSample { sample in
            try sample.recipe(
                "gcc",
                [
                    "spkg-install.in": "", "spkg-build.in": "", "spkg-check": "",
                    "spkg-legacy-uninstall": "", "huge": "", "front-end": "",
                ])
            let recipe = try sample.read("gcc")
            #expect(recipe.form(of: .install) == .fragment)
            #expect(recipe.form(of: .check) == .complete)
            #expect(recipe.form(of: .postrm) == nil)
            #expect(recipe.path(of: .legacyUninstall)?.lastComponent == "spkg-legacy-uninstall")
            #expect(recipe.path(of: .build)?.lastComponent == "spkg-build.in")
            #expect(recipe.tags == [.frontEnd, .huge])
        }
    }

    // MARK: Distributions

    @Test(arguments: [
        ("numpy\n", "numpy", ""),
        ("# a comment\n\n  pybind11>=2.13.2\n", "pybind11", ">=2.13.2"),
        (
            "importlib_metadata >=7.0; python_version<\"3.13\"\n", "importlib_metadata",
            ">=7.0; python_version<\"3.13\""
        ),
        (
            "dependent-bterms[x] @ git+https://h/y#egg=z # why\n", "dependent-bterms",
            "[x] @ git+https://h/y#egg=z"
        ),
        (
            "git+https://h/ExportSageNB.git#egg=sagenb_export", "sagenb_export",
            "@ git+https://h/ExportSageNB.git#egg=sagenb_export"
        ),
    ])
    func `the first line that is no comment names the distribution`(
        _ text: String, _ name: String, _ specifier: String
    ) throws {
        try withSample { sample in
            try sample.recipe("x", ["version_requirements.txt": text])
            let distribution = try #require(try sample.read("x").distribution)
            #expect(distribution.name == name)
            #expect(distribution.specifier == specifier)
        }
    }

    @Test func `requirements with options first name no distribution`() throws {
        try withSample { sample in
            try sample.recipe("x", ["requirements.txt": "-c ${SAGE_VENV}/constraints.txt\nx\n"])
            let recipe = try sample.read("x")
            #expect(recipe.distribution == nil)
            #expect(recipe.isPython)
            #expect(recipe.requirementsFile?.lastComponent == "requirements.txt")
        }
    }
}
