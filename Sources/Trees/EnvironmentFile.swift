internal import Platform
internal import SystemPackage

/// `pyvenv.cfg`: lines `key = value`, of which Python itself reads `home` and
/// `include-system-site-packages`. What others wrote into it (`prompt`, `command`) stays.
///
/// Rule: PEP 405.
public struct EnvironmentFile: Sendable, Equatable {
    private var lines: [(key: String, text: String)]

    /// Of a new environment.
    public init(of interpreter: Interpreter, systemSitePackages: Bool = false) {
        lines = []
        self["home"] = FilePath(interpreter.executable).removingLastComponent().string
        self["include-system-site-packages"] = "\(systemSitePackages)"
        self["version"] = Self.version(of: interpreter)
        self["executable"] = interpreter.executable
    }

    /// - Returns: nil when the folder has none, or one without `home`, which is none to PEP 405: it may be
    ///   empty after a power cut.
    public init?(of tree: Tree) throws(TreeError) {
        do {
            guard try status(tree.environmentFile) != nil else { return nil }
            self.init(String(decoding: try readFile(tree.environmentFile), as: UTF8.self))
            if self["home"] == nil { return nil }
        } catch {
            throw .platform(error)
        }
    }

    init(_ text: String) {
        lines = text.split(whereSeparator: \.isNewline).map { line in
            let key = line.prefix { $0 != "=" }
            return (Self.trimmed(key).lowercased(), String(line))
        }
    }

    /// `3.11`: of the Python that it was made with; nil when that isn't said.
    public var pythonVersion: String? {
        guard let text = self["version"] ?? self["version_info"] else { return nil }
        let numbers = text.split(separator: ".").prefix(2)
        guard numbers.count == 2, numbers.allSatisfy({ Int($0) != nil }) else { return nil }
        return numbers.joined(separator: ".")
    }

    public var seesSystemSitePackages: Bool {
        self["include-system-site-packages"]?.lowercased() == "true"
    }

    /// Makes it name another interpreter. Keys of virtualenv about the old one go.
    public mutating func change(to interpreter: Interpreter) {
        lines.removeAll { $0.key.hasPrefix("base-") || $0.key == "version_info" }
        let new = EnvironmentFile(of: interpreter)
        for key in ["home", "version", "executable"] { self[key] = new[key] }
    }

    public var text: String { lines.map { "\($0.text)\n" }.joined() }

    private subscript(key: String) -> String? {
        get {
            guard let line = lines.first(where: { $0.key == key })?.text,
                let equals = line.firstIndex(of: "=")
            else { return nil }
            return Self.trimmed(line[line.index(after: equals)...])
        }
        set {
            let line = (key, "\(key) = \(newValue ?? "")")
            if let index = lines.firstIndex(where: { $0.key == key }) {
                lines[index] = line
            } else {
                lines.append(line)
            }
        }
    }

    private static func version(of interpreter: Interpreter) -> String {
        interpreter.version.map(String.init).joined(separator: ".")
    }

    private static func trimmed(_ text: Substring) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    public static func == (one: EnvironmentFile, other: EnvironmentFile) -> Bool {
        one.text == other.text
    }
}
