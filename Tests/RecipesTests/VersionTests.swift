import Recipes
import SystemPackage
import Testing

@Suite struct VersionTests {
    @Test(
        arguments: [
            ("1.3.1", "1.3.1", nil),
            ("8.2.p13", "8.2", 13),
            ("20070912.p21", "20070912", 21),
            ("1.0.4p2.p2", "1.0.4p2", 2),
            ("4.4.1p5", "4.4.1p5", nil),
            ("1.p2.p3", "1.p2", 3),
            ("2.0.p4-beta", "2.0", 4),
            ("1.0.2-190218", "1.0.2-190218", nil),
            ("14.4-darwin-r0", "14.4-darwin-r0", nil),
            ("04jul17", "04jul17", nil),
            (".p1", ".p1", nil),
            ("x.p", "x.p", nil),
            ("a.py1", "a.py1", nil),
        ] as [(String, String, Int?)])
    func `a patch level is what follows the last dot p`(
        _ text: String, _ upstream: String, _ patchLevel: Int?
    ) throws {
        let version = try RecipeVersion(text, in: "package-version.txt")
        #expect(version.full == text)
        #expect(version.upstream == upstream)
        #expect(version.patchLevel == patchLevel)
    }

    @Test(arguments: ["", "1 2", "1\n2", "../1", "1/2"])
    func `a version that can't be part of a file's name is an error`(_ text: String) {
        #expect(throws: RecipeError.invalidVersion(text, file: "f")) {
            try RecipeVersion(text, in: "f")
        }
    }

    @Test func `a version without final newline is read, blanks around it are not`() throws {
        try withSample { sample in
            try sample.recipe("benzene", ["package-version.txt": " 20130630"])
            #expect(try sample.read("benzene").version?.full == "20130630")
        }
    }

    @Test func `a recipe without a version is called none`() throws {
        try withSample { sample in
            try sample.recipe("_prereq", ["spkg-install": ""])
            let recipe = try sample.read("_prereq")
            #expect(recipe.version == nil)
            #expect(recipe.nameAndVersion == "_prereq-none")
        }
    }
}
