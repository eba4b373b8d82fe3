import Recipes
import Support
import SystemPackage

/// A distribution in a temporary folder.
struct Sample {
    let root: FilePath
    var pkgs: FilePath { root.appending("build/pkgs") }

    /// A recipe with these files; `type` is `standard` unless they say otherwise.
    func recipe(_ name: String, _ files: [String: String] = [:]) throws {
        var files = files
        if files["type"] == nil { files["type"] = "standard\n" }
        for (file, text) in files { try write("\(name)/\(file)", text) }
    }

    func write(_ file: String, _ text: String = "") throws {
        try pkgs.write(FilePath(file), text)
    }

    /// A recipe whose package a script makes.
    func script(_ name: String, _ dependencies: String = "", version: String = "1.0") throws {
        try recipe(
            name,
            [
                "package-version.txt": version + "\n", "spkg-install.in": "true\n",
                "dependencies": dependencies + "\n",
            ])
    }

    func collection() throws -> RecipeCollection { try RecipeCollection(at: pkgs) }

    func read(_ name: String) throws -> Recipe { try collection().recipe(name) }

    func graph() throws -> DependencyGraph { try DependencyGraph(collection()) }
}

func withSample<Result>(_ body: (Sample) throws -> Result) throws -> Result {
    try withTemporaryFolder { try body(Sample(root: $0)) }
}

/// Names as tests write them.
func names(_ texts: String...) throws -> [RecipeName] { try texts.map { try RecipeName($0) } }
