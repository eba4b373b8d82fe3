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

    /// Adds a recipe of a wheel of its own, or exchanges it whole.
    ///
    /// - Parameters:
    ///   - files: of the wheel, path → text.
    ///   - project: the distribution's name; default: the recipe's.
    ///   - scripts: as in `addScripted`; without any the wheel is installed as it is.
    ///   - says: the version of the wheel, where it isn't the recipe's.
    func addWheelRecipe(
        _ name: String, _ version: String, files: [String: String]? = nil, project: String? = nil,
        scripts: [String: String] = [:], says wheelVersion: String? = nil,
        dependencies: String = ""
    ) throws {
        try addScripted(name, version, scripts: scripts, dependencies: dependencies)
        var wheel = WheelBuilder(project ?? name, wheelVersion ?? version)
        for (path, text) in files ?? ["\(name).py": "version = '\(version)'\n"] {
            wheel.add(path, text)
        }
        let path = try wheel.write(in: root)
        try addArchive(wheel.wheelName, readFile(path), to: name)
        try removeTree(path)
        let recipe = root.pushing(FilePath("build/pkgs/\(name)"))
        try recipe.write("version_requirements.txt", "\(project ?? name)\n")
    }

    func removeRecipe(_ name: String) throws {
        try removeTree(root.pushing(FilePath("build/pkgs/\(name)")))
    }

    /// The names of the metadata folders in site-packages, sorted.
    func metadataFolders() throws -> [String] {
        guard try status(site) != nil else { return [] }
        return try Directory(opening: site).names().filter { $0.hasSuffix(".dist-info") }.sorted()
    }

    /// The names of the records, sorted.
    func records() throws -> [String] {
        let folder = local.pushing("var/lib/sage/installed")
        guard try status(folder) != nil else { return [] }
        return try Directory(opening: folder).names().sorted()
    }
}
