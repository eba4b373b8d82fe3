import Recipes
import Support
import SystemPackage
import Testing

/// Requirements that a distribution keeps in `src/pyproject.toml` alone.
@Suite struct BuildSystemRequirementTests {
    private static let project = """
        [build-system]
        # a remark with "quotes"
        requires = [
            'setuptools >= 68.1.1',
            'cypari2 >=2.1.1',   # of cypari
            "gmpy2 ~=2.1.b999", 'memory-allocator',
        ]
        [external]
        requires = ["pico"]
        build-requires = ["virtual:compiler/c", "pkg:generic/gmp"]
        """

    private func read(_ name: String, _ more: [String: String] = [:]) throws -> Recipe {
        try withSample { sample in
            try sample.root.write("src/pyproject.toml", Self.project)
            for each in ["setuptools", "cypari", "gmp", "gmpy2", "memory_allocator", "pico"] {
                try sample.recipe(
                    each,
                    [
                        "checksums.ini":
                            "tarball=\(each)-1.tar.gz\nsha1=\(String(repeating: "0", count: 40))\n"
                    ].merging(each == name ? more : [:]) { $1 })
            }
            return try sample.read(name)
        }
    }

    @Test(arguments: [
        ("setuptools", "setuptools", ">= 68.1.1"), ("cypari", "cypari2", ">=2.1.1"),
        ("gmpy2", "gmpy2", "~=2.1.b999"), ("memory_allocator", "memory-allocator", ""),
    ])
    func `an entry belongs to the recipe whose name it begins with`(
        name: String, distribution: String, specifier: String
    ) throws {
        let recipe = try read(name)
        #expect(recipe.distribution?.name == distribution)
        #expect(recipe.distribution?.specifier == specifier)
        #expect(recipe.trees == [.venv] && recipe.isPython)
    }

    @Test(arguments: ["gmp", "pico"])
    func `a longer name and other tables are none of it`(name: String) throws {
        let recipe = try read(name)
        #expect(recipe.distribution == nil && recipe.trees == [.local])
    }

    @Test func `a recipe that configure looks for as a Python package is one`() throws {
        let check = "SAGE_SPKG_CONFIGURE([pico], [SAGE_PYTHON_PACKAGE_CHECK([pico])])\n"
        #expect(try read("pico", ["spkg-configure.m4": check]).distribution?.name == "pico")
    }

    @Test func `files of the recipe come first, and one without a name means its own`() throws {
        let files = ["version_requirements.txt": "CyPari >=3\n", "install-requires.txt": "old\n"]
        #expect(try read("cypari", files).distribution?.line == "CyPari >=3")
        let empty = ["version_requirements.txt": "# made by bootstrap\n"]
        #expect(try read("cypari", empty).distribution?.line == "cypari")
        #expect(try !read("cypari", empty).hasInstallRequires)
        let old = ["install-requires.txt": "pari\n"]
        #expect(try read("cypari", old).hasInstallRequires)
    }

    /// What others of its time have in that file is no fault.
    @Test(arguments: [
        "", "# nothing\n",
        "[tool.x]\ny = [\n    [\"a\"],\n    \"b\",\n    3,\n]\n[build-system]\nrequires = []\n",
        "[project]\ndescription = \"\"\"\nfree text [here\n\"\"\"\nname = 'x'\n[[a.b]]\nc = { d = [1] }\n",
    ])
    func `any TOML is read`(text: String) throws {
        #expect(try readBeside(text).distribution == nil)
    }

    @Test(arguments: [
        ("[build-system\nrequires = ['pico']\n", 1),
        ("[build-system]\nrequires = [\n 'pico',\n", 2),
        ("<html>\n", 1), ("[build-system]\n<<<<<<< ours\nrequires = ['pico']\n", 2),
    ])
    func `what is not TOML is an error that names the line`(text: String, line: Int) throws {
        #expect {
            try readBeside(text)
        } throws: { error in
            "\(error)".contains("src/pyproject.toml: line \(line) is not TOML")
        }
        // Who has a file of its own doesn't read that one.
        #expect(try readBeside(text, ["version_requirements.txt": "pico\n"]).isPython)
    }

    @discardableResult
    private func readBeside(_ text: String, _ more: [String: String] = [:]) throws -> Recipe {
        try withSample { sample in
            try sample.root.write("src/pyproject.toml", text)
            let sum = String(repeating: "0", count: 64)
            let files = ["checksums.ini": "tarball=pico-1.tar.gz\nsha256=\(sum)\n"]
            try sample.recipe("pico", files.merging(more) { $1 })
            return try sample.read("pico")
        }
    }
}
