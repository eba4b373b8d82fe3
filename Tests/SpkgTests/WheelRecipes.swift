import Platform
import Support
import SystemPackage

extension Distribution {
    /// Adds a recipe whose archive is a wheel, or exchanges it.
    ///
    /// - Parameter files: more files of the recipe, name → text.
    func add(_ wheel: WheelBuilder, dependencies: String = "", files: [String: String] = [:]) throws
    {
        let bytes = wheel.archive().bytes()
        try makeDirectories(root.appending("upstream"))
        try writeFile(root.appending("upstream").appending(wheel.wheelName), bytes)
        let name = wheel.name.lowercased().replacing("-", with: "_")
        let recipe = root.pushing(FilePath("build/pkgs/\(name)"))
        let all = [
            "type": "standard\n", "package-version.txt": "\(wheel.version)\n",
            "dependencies": "\(dependencies)\n", "version_requirements.txt": "\(wheel.name)\n",
            "checksums.ini": "tarball=\(wheel.wheelName)\nsha256=\(Digest(of: bytes).hex)\n",
        ].merging(files) { $1 }
        for (file, text) in all { try recipe.write(FilePath(file), text) }
    }
}
