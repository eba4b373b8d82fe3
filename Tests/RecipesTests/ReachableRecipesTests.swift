import Platform
import Recipes
import Support
import SystemPackage
import Testing

/// Reading what some recipes need gives the same as reading all of them.
@Suite struct ReachableRecipesTests {
    /// By the recipes that are reached, and by all.
    private func orders(
        of names: [RecipeName], in collection: RecipeCollection, _ whole: DependencyGraph
    ) -> [String] {
        [
            Result { try DependencyGraph(below: names, in: collection).order(of: names) },
            Result { try whole.order(of: names) },
        ].map { order in
            switch order {
            case .success(let names): names.map(\.text).joined(separator: " ")
            case .failure(let error): "\(error)"
            }
        }
    }

    @Test func `every recipe of this distribution has the same order`() throws {
        let collection = try RecipeCollection(
            at: FilePath(#filePath).removingLastComponent()
                .removingLastComponent().removingLastComponent().appending("build/pkgs"))
        let whole = try DependencyGraph(collection)
        let names = whole.recipes.map(\.name)
        #expect(names.count > 50)
        for name in names {
            let orders = orders(of: [name], in: collection, whole)
            #expect(orders[0] == orders[1])
        }
        let few = try DependencyGraph(below: [RecipeName("flit_core")], in: collection)
        #expect(few.recipes.count < names.count / 2)
    }

    @Test func `variables, templates, circles and names that no recipe has are the same`() throws {
        try withSample { sample in
            try sample.script("a", "b $(MP_LIBRARY) | $(PYTHON)")
            try sample.script("b", "| c")
            try sample.script("c")
            try sample.script("gmp", "m4tool")
            try sample.script("m4tool")
            try sample.script("python3", "c")
            try sample.script("circle", "round")
            try sample.script("round", "circle")
            try sample.script("lost", "no_such")
            try sample.script("broken_need", "broken")
            try sample.recipe("broken", ["type": "nonsense\n"])
            try sample.script("templated")
            try sample.write(
                "templated/src/pyproject.toml.m4",
                """
                [project]
                dependencies = [SPKG_INSTALL_REQUIRES_alias]
                """)
            try sample.recipe(
                "alias",
                [
                    "package-version.txt": "1\n", "version_requirements.txt": "alias\n",
                    "checksums.ini": "tarball=alias-VERSION.tar.gz\nsha256=00\n",
                ])
            try sample.recipe(
                "python_one",
                [
                    "package-version.txt": "1\n", "version_requirements.txt": "one\n",
                    "checksums.ini": "tarball=one-VERSION.tar.gz\nsha256=00\n",
                ])
            let collection = try sample.collection()
            let whole = try DependencyGraph(collection)
            for text in ["a", "circle", "lost", "broken_need", "broken", "templated", "python_one"]
            {
                let orders = orders(of: [try RecipeName(text)], in: collection, whole)
                #expect(orders[0] == orders[1], "\(text)")
            }
            #expect(
                try orders(of: names("a"), in: collection, whole)[0] == "c b m4tool gmp python3 a")
            let unknown = try orders(of: names("a", "nobody"), in: collection, whole)
            #expect(unknown[0] == unknown[1] && unknown[0].contains("nobody"))
        }
    }

    @Test func `only lists that name a package, or a template, are read for who needs it`() throws {
        try withSample { sample in
            try sample.script("a", "b | c")
            try sample.script("b")
            try sample.script("templated")
            try sample.write("templated/src/pyproject.toml.m4", "[project]\n")
            try sample.recipe("bare", ["package-version.txt": "1\n"])
            let collection = try sample.collection()
            let all = try names("a", "b", "bare", "gone", "templated")
            func found(_ name: String) throws -> String {
                collection.recipes(all, mayNeed: try Set(names(name))).map(\.text)
                    .joined(separator: " ")
            }
            #expect(try found("b") == "a templated")
            #expect(try found("zlib") == "templated")
            #expect(try found("gmp") == "a b bare gone templated")
        }
    }
}
