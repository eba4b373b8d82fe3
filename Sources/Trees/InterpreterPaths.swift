internal import FoundationEssentials
internal import Platform
public import SystemPackage

/// Where the Python of a folder that is no virtual environment installs, and what it sees: a system's,
/// conda's, one that somebody built. Its own `sysconfig` knows: Debian has `dist-packages` below
/// `local`, others `lib64`.
///
/// Unlike an `Interpreter`, it depends on where the program is; it is asked each time.
public struct InterpreterPaths: Sendable {
    /// Relative to `sys.prefix`.
    public let purelib: FilePath
    public let platlib: FilePath
    public let scripts: FilePath
    public let headers: FilePath
    public let data: FilePath
    /// The folders of `sys.path`, absolute, in order.
    public let searched: [FilePath]
    /// What the file EXTERNALLY-MANAGED says (PEP 668); nil when there is none.
    public let managedBy: String?

    /// - Throws: `TreeError.noInterpreter`; `.notItsOwn` when the interpreter's prefix is another folder
    ///   or it would install elsewhere.
    public init(of tree: Tree, environment: [String: String]) throws(TreeError) {
        let program = tree.interpreterLink.string
        let answer: Answer
        do {
            let child = try run(
                [program, "-I", "-B", "-c", Self.question], environment: environment)
            guard child.status == 0 else {
                throw TreeError.noInterpreter(program: program, reason: child.stderr)
            }
            answer = try JSONDecoder().decode(Answer.self, from: Data(child.stdout.utf8))
        } catch let error as TreeError {
            throw error
        } catch {
            throw .noInterpreter(program: program, reason: "\(error)")
        }
        guard try tree.isAt(answer.prefix) else {
            throw .notItsOwn(tree: tree.root, prefix: answer.prefix)
        }
        let places = try ["purelib", "platlib", "scripts", "include", "data"].map {
            (name) throws(TreeError) in
            let path = FilePath(answer.paths[name] ?? "..")
            guard path.isRelative, path.components.first?.string != ".." else {
                throw .notItsOwn(tree: tree.root, prefix: answer.paths[name] ?? name)
            }
            return path.lexicallyNormalized()
        }
        (purelib, platlib, scripts, headers) = (places[0], places[1], places[2], places[3])
        data = places[4] == "." ? "" : places[4]
        searched = answer.searched.map { FilePath($0) }
        managedBy = answer.managed
    }

    private struct Answer: Decodable {
        let prefix: String
        let paths: [String: String]
        let searched: [String]
        let managed: String?
    }

    private static let question = """
        import configparser, json, os, sys, sysconfig
        prefix = os.path.realpath(sys.prefix)
        # Of 3.10 and later; before, and privately, under another name.
        default = getattr(sysconfig, "get_default_scheme", None) or sysconfig._get_default_scheme
        scheme = default()
        managed = None
        if sys.prefix == sys.base_prefix:
            marker = os.path.join(sysconfig.get_path("stdlib", scheme), "EXTERNALLY-MANAGED")
            if os.path.isfile(marker):
                managed = marker
                try:
                    parser = configparser.ConfigParser(interpolation=None)
                    parser.read(marker, encoding="utf-8")
                    managed = parser["externally-managed"]["Error"]
                except Exception:
                    pass
        paths = sysconfig.get_paths(scheme)
        print(json.dumps(dict(
            prefix=prefix, managed=managed,
            paths={n: os.path.relpath(os.path.realpath(paths[n]), prefix) for n in paths},
            searched=[p for p in sys.path if os.path.isdir(p)])))
        """
}
