internal import Platform
internal import SystemPackage

/// The requirement of a Python package whose recipe has no file for it.
///
/// SageMath from 10.4 on keeps some requirements in `src/pyproject.toml` alone, and its `bootstrap`
/// makes `version_requirements.txt` of them; a checkout that was not bootstrapped is read as well:
///
///     [build-system]
///     requires = [
///         'cypari2 >=2.1.1',        # of the recipe cypari, whose name it begins with
///         'gmpy2 ~=2.1.b999',       # of gmpy2, not of gmp: the longest name of a recipe counts
///     ]
///
/// One that isn't named there, and whose `spkg-configure.m4` looks for a Python package, has the
/// distribution of its own name.
struct BuildSystemRequirement {
    let distribution: DistributionRequirement

    /// - Returns: nil for what is no Python package, and in a distribution without that file.
    init?(_ name: RecipeName, in collection: FilePath, files: RecipeFiles) throws(RecipeError) {
        let file = collection.removingLastComponent().removingLastComponent()
            .pushing("src/pyproject.toml")
        let text: String?
        do { text = try readTextIfPresent(file) } catch { throw .platform(error) }
        guard let text else { return nil }
        if let line = PyProjectLists.firstLineOfNoTOML(in: text) {
            throw .noTOML(line: line, file: file)
        }
        if let entry = Self.entry(of: name, in: text, collection),
            let found = DistributionRequirement(parsing: entry)
        {
            distribution = found
            return
        }
        guard try files.text("spkg-configure.m4")?.contains("SAGE_PYTHON_PACKAGE_CHECK") == true
        else { return nil }
        distribution = DistributionRequirement(named: name)
    }

    private static func entry(of name: RecipeName, in text: String, _ collection: FilePath)
        -> String?
    {
        var found: String?
        PyProjectLists.scan(text) { table, list, item in
            guard case .string(let entry) = item, table == "build-system", list == "requires",
                found == nil
            else { return }
            let project = entry.trimmed.prefix(of: {
                $0.isLetter || $0.isDigit || "._-".utf8.contains($0)
            })
            // Recipes are named with `_`.
            let spelt = project.lowercased().map { $0 == "-" || $0 == "." ? "_" : $0 }
            guard spelt.starts(with: name.text) else { return }
            let isOfLonger = (name.text.count..<spelt.count).contains { end in
                let longer = String(spelt[...end])
                return (try? status(collection.appending(longer))) ?? nil != nil
            }
            if !isOfLonger { found = String(entry) }
        }
        return found
    }
}
