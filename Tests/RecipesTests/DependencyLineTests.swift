import Recipes
import Testing

@Suite struct DependencyLineTests {
    private func recipe(_ name: String) throws -> DependencyToken {
        .recipe(try RecipeName(name))
    }

    @Test func `only the first line counts, whatever follows it`() throws {
        let line = DependencyLine(
            parsing: """
                gmp zlib | cmake
                more
                ----------
                All lines after the first are ignored: "quotes", https://upstream.example | x
                """)
        #expect(try line.ordinary == [recipe("gmp"), recipe("zlib")])
        #expect(try line.orderOnly == [recipe("cmake")])
    }

    @Test(arguments: ["", "\n", "\nzlib\n", "# no dependencies\nzlib\n", "   \n", "|\n", " | \n"])
    func `a first line that is blank or a comment is an empty list`(_ text: String) {
        let line = DependencyLine(parsing: text)
        #expect(line.ordinary.isEmpty && line.orderOnly.isEmpty)
    }

    @Test(arguments: [" a | b", "a|b", "\ta|b # c | d", "  a  |  b  \n"])
    func `blanks don't matter`(_ text: String) throws {
        let line = DependencyLine(parsing: text)
        #expect(try line.ordinary == [recipe("a")])
        #expect(try line.orderOnly == [recipe("b")])
    }

    @Test func `a line may start with the bar`() throws {
        let line = DependencyLine(parsing: "| $(PYTHON_TOOLCHAIN) ${PYTHON}")
        #expect(line.ordinary.isEmpty)
        #expect(line.orderOnly == [.variable("PYTHON_TOOLCHAIN"), .variable("PYTHON")])
    }

    @Test func `files, records and misspelt words are told apart`() throws {
        let line = DependencyLine(
            parsing:
                "$(SAGE_SRC)/sage/*.pxd $(SAGE_LOCAL)/$(SPKG_INST_RELDIR)/xz-$(vers_xz) FORCE Foo-Bar"
        )
        #expect(
            try line.ordinary == [
                .file("$(SAGE_SRC)/sage/*.pxd"), .record(RecipeName("xz")), .force,
                .misspelt("Foo-Bar"),
            ])
    }

    @Test func `calls of make functions are one word, bars and blanks inside included`() throws {
        let line = DependencyLine(
            parsing: "a $(findstring pkg,$(OPTIONAL_INSTALLED_PACKAGES)) "
                + "$(and $(filter-out no,$(SAGE_CHECK_pkg)),x|y) b | $(or a,b) c")
        #expect(line.ordinary.count == 4)
        #expect(try line.ordinary.last == recipe("b"))
        #expect(line.orderOnly.first == .expression("$(or a,b)"))
    }

    @Test func `a list for building takes the place of the other, which stays for use`() throws {
        try withSample { sample in
            try sample.recipe(
                "x",
                [
                    "dependencies": "flint | info", "dependencies_build": "cython | pip",
                    "dependencies_order_only": "cmake", "dependencies_check": "tox sympy tox",
                    "dependencies_optional": "brial",
                ])
            let found = try sample.read("x").dependencies
            #expect(try found.ordinary == [recipe("cython")])
            #expect(try found.orderOnly == [recipe("info"), recipe("pip"), recipe("cmake")])
            #expect(try found.runtime == [recipe("flint")])
            #expect(try found.optional == [recipe("brial")])
            #expect(try found.check == [recipe("tox"), recipe("sympy"), recipe("tox")])
        }
    }
}
