public import Platform
public import SystemPackage

/// Every way in which reading recipes fails.
public enum RecipeError: Error, Equatable {
    /// The operating system said no.
    case platform(PlatformError)
    /// There is no directory of recipes at this path.
    case noCollection(FilePath)
    /// A text that can't be the name of a recipe.
    case invalidName(String)
    /// A directory that has a `type` file, but a name that no recipe can have.
    case misnamedRecipe(FilePath)
    case noRecipe(name: String, in: FilePath, nearest: [RecipeName])
    /// A link in a recipe leads nowhere.
    case danglingLink(FilePath)
    case unknownType(String, file: FilePath)
    /// Which line of a file that must be TOML isn't.
    case noTOML(line: Int, file: FilePath)
    case invalidVersion(String, file: FilePath)
    /// The archives' names need a version, or a part of it, that the recipe doesn't have.
    case missingVersion(part: String, version: String?, file: FilePath)
    case missingArchiveName(section: String, file: FilePath)
    case unsafeArchiveName(String, file: FilePath)
    case repeatedKey(String, section: String, file: FilePath)
    case invalidChecksum(String, key: String, file: FilePath)
    /// A dependency that is no recipe of the collection.
    case unknownDependency(String, file: FilePath, nearest: [RecipeName])
    /// Each recipe depends on the next, the last one is the first again.
    case cycle([RecipeName], file: FilePath)
    /// A path that can't be written in a makefile.
    case unusableInMake(path: String, character: String)
    /// More than one thing is wrong: all of them, none of them `.several`.
    case several([RecipeError])

    /// One error for the problems that were gathered; nil when there are none.
    static func gathered(_ problems: [RecipeError]) -> RecipeError? {
        problems.count > 1 ? .several(problems) : problems.first
    }
}

extension RecipeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .platform(let error):
            error.description
        case .noCollection(let path):
            "there are no recipes at \(path)\n"
                + "run this inside a distribution, or name one with SAGE_ROOT"
        case .invalidName(let text):
            "'\(text)' can't be the name of a recipe\n"
                + "names are made of lower-case letters, digits and underscores"
        case .misnamedRecipe(let path):
            "\(path) has a type file, but its name can't be that of a recipe\n"
                + "rename it with lower-case letters, digits and underscores"
        case .noRecipe(let name, let directory, let nearest):
            "there is no recipe '\(name)' in \(directory)\n\(Self.advice(nearest))"
        case .danglingLink(let path):
            "\(path) is a link that leads nowhere\nrestore what it links to, or remove the link"
        case .noTOML(let line, let file):
            "\(file): line \(line) is not TOML: a bracket or quotation mark is not closed, or it is "
                + "neither a table nor a key\nrecipes without a requirements file have theirs there; "
                + "correct it, or restore the distribution's"
        case .unknownType(let text, let file):
            "\(file): '\(text)' is not a type of recipe\n"
                + "write one of \(RecipeType.allCases.map(\.rawValue).joined(separator: ", "))"
        case .invalidVersion(let text, let file):
            "\(file): '\(text)' can't be a version\n"
                + "write one word without a slash, or remove the file if there is no version"
        case .missingVersion(let part, let version?, let file):
            "\(file) uses \(part), which version \(version) doesn't have\n"
                + "write the archive's name out"
        case .missingVersion(let part, nil, let file):
            "\(file) uses \(part), but the recipe has no version\n"
                + "add package-version.txt beside it"
        case .missingArchiveName(let section, let file):
            "\(file): \(Self.block(section)) has no tarball=NAME\nadd it"
        case .unsafeArchiveName(let name, let file):
            "\(file): tarball=\(name) is not a plain file name\nname a file without a directory"
        case .repeatedKey(let key, let section, let file):
            "\(file): \(Self.block(section)) has \(key)= twice\n"
                + "remove one, or correct the [FILE NAME] line between them"
        case .invalidChecksum(let text, let key, let file):
            "\(file): \(key)=\(text) is not a \(key) checksum\n"
                + "write \(key == "sha1" ? 40 : 64) hexadecimal digits, without spaces"
        case .unknownDependency(let name, let file, let nearest):
            "\(file): there is no recipe '\(name)'\n\(Self.advice(nearest))"
        case .cycle(let names, let file):
            "recipes depend on each other in a circle: "
                + names.map(\.text).joined(separator: " → ")
                + "\nremove one of these dependencies, for example from \(file)"
        case .unusableInMake(let path, let character):
            "\(path): make can't handle '\(character)' in a file's name\n"
                + "choose another place, or another version"
        case .several(let errors):
            errors.map(\.description).joined(separator: "\n")
        }
    }

    private static func block(_ section: String) -> String {
        section.isEmpty ? "the block" : "[\(section)]"
    }

    private static func advice(_ nearest: [RecipeName]) -> String {
        nearest.isEmpty
            ? "'spkg list' shows all of them"
            : "did you mean \(nearest.map(\.text).joined(separator: ", "))?"
    }
}
