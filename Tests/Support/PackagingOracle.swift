import Glibc

/// Python's own `packaging` library, asked many questions in one child process.
///
/// `python3` comes from PATH. `packaging` is imported from there, or else pip's own copy of it.
/// Without either of them every question fails: an oracle that is missing must not pass for one
/// that agrees.
public struct PackagingOracle: Sendable {
    /// Defines `answer(fields)`, which returns a list of strings for one question.
    private let program: String

    /// - Parameter program: Python source; the names `version`, `specifiers`, `markers`,
    ///   `requirements`, `tags` and `utils` are the modules of `packaging`.
    public init(program: String) {
        self.program = program
    }

    /// - Parameter questions: fields without line feeds and without U+001F.
    /// - Returns: one list of fields per question, in their order.
    public func ask(_ questions: [[String]]) throws -> [[String]] {
        let folder = try Self.temporaryFolder()
        defer { Self.remove(folder) }
        try Self.write(Self.frame + program + Self.loop, to: folder + "/program.py")
        try Self.write(
            questions.map { $0.joined(separator: "\u{1F}") + "\n" }.joined(),
            to: folder + "/input")
        let status = try Self.run(
            ["python3", folder + "/program.py"], input: folder + "/input",
            output: folder + "/output", errors: folder + "/errors")
        guard status == 0 else {
            throw OracleError.failed(status: status, said: try Self.read(folder + "/errors"))
        }
        var lines = try Self.read(folder + "/output").split(
            separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        guard lines.count == questions.count else {
            throw OracleError.answers(expected: questions.count, found: lines.count)
        }
        return lines.map {
            $0.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        }
    }

    public enum OracleError: Error, CustomStringConvertible {
        case failed(status: Int32, said: String)
        case answers(expected: Int, found: Int)
        case system(call: String, path: String, errno: Int32)

        public var description: String {
            switch self {
            case .failed(let status, let said):
                "the oracle ended with status \(status); these tests need python3 on PATH with "
                    + "packaging 26.2 or later (pip install packaging):\n\(said)"
            case .answers(let expected, let found):
                "the oracle gave \(found) answers to \(expected) questions"
            case .system(let call, let path, let number):
                "\(call) \(path): \(String(cString: strerror(number)))"
            }
        }
    }

    private static let frame = """
        import sys

        def load():
            found = []
            for base in ("packaging", "pip._vendor.packaging"):
                try:
                    module = __import__(base, fromlist=["__version__"])
                except ImportError as error:
                    found.append(f"{base}: {error}")
                    continue
                number = module.__version__
                if tuple(map(int, number.split(".")[:2])) >= (26, 2):
                    return base
                found.append(f"{base} {number} is older than 26.2")
            sys.exit(f"no packaging for {sys.executable}: " + "; ".join(found))

        import importlib
        base = load()
        version, specifiers, markers, requirements, tags, utils, _manylinux, _musllinux = (
            importlib.import_module(f"{base}.{name}") for name in (
                "version", "specifiers", "markers", "requirements", "tags", "utils",
                "_manylinux", "_musllinux"))


        """

    private static let loop = """


        for line in open(0, encoding="utf-8", newline="\\n"):
            fields = answer(line.rstrip("\\n").split("\\x1f"))
            sys.stdout.buffer.write(("\\x1f".join(fields) + "\\n").encode("utf-8"))

        """
}

extension PackagingOracle {
    fileprivate static func temporaryFolder() throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/spkg-oracle-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw OracleError.system(call: "mkdtemp", path: base, errno: errno)
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    fileprivate static func remove(_ folder: String) {
        for name in ["program.py", "input", "output", "errors"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    fileprivate static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else {
            throw OracleError.system(call: "open", path: path, errno: errno)
        }
        let bytes = Array(text.utf8)
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else {
            throw OracleError.system(call: "write", path: path, errno: errno)
        }
    }

    fileprivate static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else {
            throw OracleError.system(call: "open", path: path, errno: errno)
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Returns: the exit status, or 128 and the signal that killed the child.
    fileprivate static func run(
        _ arguments: [String], input: String, output: String, errors: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var child: pid_t = 0
        let failure = posix_spawnp(&child, arguments[0], &actions, nil, &argv, environ)
        guard failure == 0 else {
            throw OracleError.system(call: "spawn", path: arguments[0], errno: failure)
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else {
                throw OracleError.system(call: "waitpid", path: arguments[0], errno: errno)
            }
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
