public import SystemPackage

/// What a make fragment needs to know besides the recipes.
///
/// The paths become defaults: whoever runs make may set `SAGE_LOCAL` and its like to others.
public struct MakefileSettings: Sendable {
    /// `SAGE_ROOT`, absolute.
    public var root: FilePath
    /// The trees, by variable; absolute. A variable that a recipe uses and that is not in here is
    /// the same folder as `SAGE_VENV` if its name starts like that, else as `SAGE_LOCAL`.
    public var trees: [TreeVariable: FilePath]
    /// How make calls spkg: a shell command, relative to where make runs.
    public var spkg = ".build/release/spkg"
    /// Recipes that the system provides: never built, always satisfied.
    public var provided: Set<RecipeName> = []
    /// Optional recipes that are or will be installed: others that name them as optional
    /// dependencies depend on them.
    public var selected: Set<RecipeName> = []

    public init(root: FilePath, local: FilePath, venv: FilePath? = nil) {
        self.root = root
        trees = [.local: local, .venv: venv ?? local]
    }

    /// - Throws: `RecipeError.unusableInMake`. A space is no harm.
    func check() throws(RecipeError) {
        for path in [root] + trees.values.sorted(by: { precedesByByte($0.string, $1.string) }) {
            if let bad = Self.firstUnusable(in: path.string) {
                throw .unusableInMake(path: path.string, character: bad)
            }
        }
    }

    /// A character that has a meaning in a makefile, wherever a file's name stands.
    static func firstUnusable(in text: String) -> String? {
        text.first { "$#%:;|\\*?[\n\t=~".contains($0) }.map(String.init)
    }
}
