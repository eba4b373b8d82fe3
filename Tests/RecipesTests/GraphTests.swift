import Recipes
import Support
import SystemPackage
import Testing

@Suite struct GraphTests {
    private func line(_ names: [RecipeName]) -> String {
        names.map(\.text).joined(separator: " ")
    }

    @Test func `dependencies come first, the rest in the order asked for`() throws {
        try withSample { sample in
            try sample.script("a", "c | b")
            try sample.script("b", "d")
            try sample.script("c", "d")
            try sample.script("d")
            try sample.script("e")
            let graph = try sample.graph()
            #expect(try line(graph.order(of: names("e", "a"))) == "e d c b a")
            #expect(try line(graph.order(of: names("a", "e", "a"))) == "d c b a e")
            #expect(try line(graph.closure(of: names("b"))) == "b d")
            #expect(try line(graph.dependents(of: RecipeName("d"))) == "b c")
            #expect(try line(graph.dependencies(of: RecipeName("a"), [.orderOnly])) == "b")
        }
    }

    @Test func `a cycle names its recipes and a file, and leaves others usable`() throws {
        try withSample { sample in
            try sample.script("a", "b")
            try sample.script("b", "| c")
            try sample.script("c", "b")
            try sample.script("d")
            let graph = try sample.graph()
            let file = sample.pkgs.appending("c/dependencies")
            #expect(throws: RecipeError.cycle(try names("b", "c", "b"), file: file)) {
                try graph.order(of: names("a"))
            }
            #expect(try line(graph.order(of: names("d"))) == "d")
        }
    }

    @Test func `a recipe that can't be read stops what needs it, with its own error`() throws {
        try withSample { sample in
            try sample.recipe("odd", ["type": "sometimes"])
            try sample.script("a", "b | odd")
            try sample.script("b")
            let graph = try sample.graph()
            let error = RecipeError.unknownType(
                "sometimes", file: sample.pkgs.appending("odd/type"))
            #expect(throws: error) { try graph.order(of: names("a")) }
            #expect(throws: error) { try graph.order(of: names("odd")) }
            #expect(try line(graph.order(of: names("b"))) == "b")
            #expect(graph.problems == [error])
        }
    }

    @Test func `every circle is among the problems`() throws {
        try withSample { sample in
            for (name, needs) in ["a": "b", "b": "a", "c": "c", "d": "a"] {
                try sample.script(name, needs)
            }
            #expect(try sample.graph().problems.count == 2)
        }
    }

    @Test func `a recipe that needs itself is a cycle`() throws {
        try withSample { sample in
            try sample.script("a", "a")
            #expect(throws: RecipeError.self) { try sample.graph().order(of: names("a")) }
        }
    }

    @Test func `a long chain is no trouble`() throws {
        try withSample { sample in
            for number in 0..<200 { try sample.script("r\(number)", "r\(number + 1)") }
            try sample.script("r200")
            let order = try sample.graph().order(of: names("r0"))
            #expect(order.count == 201)
            #expect(order.first?.text == "r200")
        }
    }

    @Test func `unknown names are errors with their file and what may be meant`() throws {
        try withSample { sample in
            try sample.script("zlib")
            try sample.script("a", "zlip")
            try sample.script("b", "| Zlib")
            let graph = try sample.graph()
            let problems = [
                """
                \(sample.pkgs)/a/dependencies: there is no recipe 'zlip'
                did you mean zlib?
                """,
                """
                \(sample.pkgs)/b/dependencies: there is no recipe 'Zlib'
                did you mean zlib?
                """,
            ]
            #expect(graph.problems.map(\.description) == problems)
            for (name, problem) in zip(["a", "b"], problems) {
                let error = #expect(throws: RecipeError.self) { try graph.order(of: names(name)) }
                #expect(error?.description == problem)
            }
            #expect(try line(graph.order(of: names("zlib"))) == "zlib")
        }
    }

    @Test func `an unknown name among the checks harms only who tests`() throws {
        try withSample { sample in
            try sample.recipe("a", ["spkg-install.in": "", "dependencies_check": "tox"])
            let graph = try sample.graph()
            #expect(try line(graph.order(of: names("a"))) == "a")
            #expect(throws: RecipeError.self) {
                try graph.order(of: names("a"), DependencyKind.needed.union([.check]))
            }
        }
    }

    @Test func `asking for a stranger names its neighbours`() throws {
        try withSample { sample in
            try sample.script("zlib")
            let error = RecipeError.noRecipe(
                name: "zlip", in: sample.pkgs, nearest: try names("zlib"))
            #expect(throws: error) { try sample.graph().order(of: names("zlip")) }
        }
    }

    @Test func `variables stand for recipes, unknown ones and make functions for nothing`() throws {
        try withSample { sample in
            for name in ["gmp", "openblas", "python3", "xz"] { try sample.script(name) }
            try sample.script(
                "a",
                "$(MP_LIBRARY) ${BLAS} $(SCRIPTS) $(findstring x,$(Y Z)) FORCE $(SAGE_SRC)/a.pxd "
                    + "| $(PYTHON) $(PCFILES)")
            try sample.script("liblzma", "$(SAGE_LOCAL)/$(SPKG_INST_RELDIR)/xz-$(vers_xz)")
            let graph = try sample.graph()
            #expect(try line(graph.dependencies(of: RecipeName("a"))) == "gmp openblas python3")
            #expect(try line(graph.dependencies(of: RecipeName("liblzma"), [.ordinary])) == "xz")
        }
    }

    @Test func `a distribution may choose what variables stand for`() throws {
        try withSample { sample in
            try sample.script("mpir")
            try sample.script("a", "$(MP_LIBRARY)")
            var variables = GraphVariables.standard
            variables.values["MP_LIBRARY"] = try names("mpir")
            let graph = try DependencyGraph(sample.collection(), variables: variables)
            #expect(try line(graph.dependencies(of: RecipeName("a"))) == "mpir")
        }
    }

    @Test func `needing something twice is one edge, the stronger one`() throws {
        try withSample { sample in
            try sample.script("git")
            try sample.script("a", "git git | git")
            #expect(try sample.graph().edges(of: RecipeName("a")).map(\.kind) == [.ordinary])
        }
    }

    // MARK: Python

    /// Python, pip and setuptools as wheels.
    private func python(_ sample: Sample) throws {
        try sample.recipe("python3")
        for name in ["pip", "setuptools"] {
            try sample.recipe(
                name, ["checksums.ini": "tarball=x.whl", "version_requirements.txt": name])
        }
    }

    @Test(
        arguments: [
            (["checksums.ini": "tarball=x.whl", "version_requirements.txt": "x"], "python3 pip"),
            (
                ["checksums.ini": "tarball=x.tgz", "version_requirements.txt": "x"],
                "python3 setuptools pip"
            ),
            (["requirements.txt": "x"], "python3 setuptools pip"),
            (["checksums.ini": "tarball=x.whl"], ""),
            (["spkg-install.in": ""], ""),
        ] as [([String: String], String)])
    func `a distribution waits for Python and what installs it`(
        _ files: [String: String], _ needed: String
    ) throws {
        try withSample { sample in
            try python(sample)
            try sample.recipe("x", files)
            let graph = try sample.graph()
            #expect(try line(graph.dependencies(of: RecipeName("x"), [.orderOnly])) == needed)
            #expect(try line(graph.dependencies(of: RecipeName("pip"))) == "python3")
            #expect(try line(graph.dependencies(of: RecipeName("setuptools"))) == "python3 pip")
        }
    }

    @Test func `a toolchain built from source doesn't wait for itself`() throws {
        try withSample { sample in
            try sample.recipe("python3")
            for (name, needed) in [
                ("pip", "flit_core"), ("setuptools", ""), ("flit_core", ""),
                ("packaging", "| flit_core"),
                ("hatchling", "packaging | flit_core"), ("six", ""),
            ] {
                try sample.recipe(
                    name,
                    [
                        "checksums.ini": "tarball=x.tgz", "version_requirements.txt": name,
                        "dependencies": needed,
                    ])
            }
            let graph = try sample.graph()
            #expect(
                try line(graph.dependencies(of: RecipeName("six")))
                    == "python3 setuptools pip flit_core hatchling")
            #expect(
                try line(graph.dependencies(of: RecipeName("hatchling")))
                    == "packaging flit_core python3")
            #expect(
                try line(graph.dependencies(of: RecipeName("packaging"))) == "flit_core python3")
            #expect(try graph.order(of: graph.recipes.map(\.name)).count == 7)
        }
    }

    // MARK: Kinds

    @Test func `what only use needs is waited for, and is no reason to build again`() throws {
        try withSample { sample in
            for name in ["cython", "flint", "both"] { try sample.script(name) }
            try sample.recipe(
                "x",
                [
                    "spkg-install.in": "", "dependencies": "flint both",
                    "dependencies_build": "cython both",
                ])
            let graph = try sample.graph()
            let name = try RecipeName("x")
            #expect(line(graph.dependencies(of: name, [.ordinary])) == "cython both")
            #expect(line(graph.dependencies(of: name, [.runtime])) == "flint")
            #expect(try line(graph.order(of: [name])) == "cython both flint x")
        }
    }

    @Test func `an optional dependency counts once it is chosen`() throws {
        try withSample { sample in
            try sample.script("brial", "boost")
            try sample.script("boost")
            try sample.recipe("sagelib", ["spkg-install.in": "", "dependencies_optional": "brial"])
            let graph = try sample.graph()
            #expect(try line(graph.order(of: names("sagelib"))) == "sagelib")
            #expect(try line(graph.order(of: names("sagelib", "brial"))) == "boost brial sagelib")
            #expect(
                try line(graph.order(of: names("sagelib"), selected: Set(names("brial"))))
                    == "boost brial sagelib")
        }
    }
}
