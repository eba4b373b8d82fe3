public import SystemPackage
public import Trees

/// Where the parts of wheels go in a tree; all paths are relative to its root.
public struct WheelLayout: Sendable {
    /// Modules of pure wheels, and of others: in a virtual environment both have one place.
    public let sitePackages: FilePath
    public let platformPackages: FilePath
    public let scripts: FilePath
    /// What the `data` scheme is relative to; empty for the tree's root.
    public let data: FilePath
    /// Holds a folder per distribution.
    public let headers: FilePath
    let template: ScriptTemplate
    /// `3.11`
    let pythonVersion: String

    /// - Parameter prefix: the tree's absolute path once everything is in place; scripts and
    ///   RECORD name it, wherever the stage is.
    public init(of interpreter: Interpreter, prefix: FilePath) throws(WheelError) {
        try self.init(
            sitePackages: interpreter.sitePackages, headers: interpreter.headers,
            pythonVersion: interpreter.majorMinor, prefix: prefix)
    }

    /// Of an interpreter that is no virtual environment's.
    public init(of interpreter: Interpreter, paths: InterpreterPaths, prefix: FilePath)
        throws(WheelError)
    {
        try self.init(
            sitePackages: paths.purelib, platformPackages: paths.platlib, scripts: paths.scripts,
            headers: paths.headers, data: paths.data, pythonVersion: interpreter.majorMinor,
            prefix: prefix)
    }

    init(
        sitePackages: FilePath, platformPackages: FilePath? = nil, scripts: FilePath = "bin",
        headers: FilePath, data: FilePath = "", pythonVersion: String, prefix: FilePath
    ) throws(WheelError) {
        let program = prefix.appending("bin").appending("python3")
        guard let text = String(validatingPlatformPath: program) else {
            throw .unusablePrefix(prefix)
        }
        self.sitePackages = sitePackages
        self.headers = headers
        self.pythonVersion = pythonVersion
        self.platformPackages = platformPackages ?? sitePackages
        self.scripts = scripts
        self.data = data
        template = ScriptTemplate(interpreter: text)
    }

    /// A tree of which nothing is known: what can't be installed there can't be installed anywhere.
    static let anyTree = try! WheelLayout(
        sitePackages: "lib/python3/site-packages", headers: "include/site/python3",
        pythonVersion: "3.0", prefix: "/tree")

    /// Whether a wheel's file may not go there. The interpreter and what activates the environment,
    /// `pyvenv.cfg` and our own records are the tree's, not a distribution's.
    func isProtected(_ path: String) -> Bool {
        // Some file systems don't tell names apart that differ in case.
        let path = path.lowercased()
        if let name = path.after(prefix: "bin/") { return Self.isInterpreter(name) }
        let folders = ["var/lib/sage/", "var/lock/", "var/tmp/sage/"]
        return path == "pyvenv.cfg" || folders.contains { path.after(prefix: $0) != nil }
    }

    /// `python`, `python3`, `pypy3.11`, `activate`, `activate.fish`, `activate_this.py`, in any tree.
    private static func isInterpreter(_ name: Substring) -> Bool {
        if let version = name.after(prefix: "python") ?? name.after(prefix: "pypy") {
            return version.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
        }
        return ["activate", "deactivate", "activate_this"].contains(name.prefix { $0 != "." })
    }

    /// Where a wheel's modules and metadata go.
    func root(of wheel: CheckedWheel) -> FilePath {
        wheel.format.rootIsPurelib ? sitePackages : platformPackages
    }

    /// A path relative to the tree's root as RECORD writes it: relative to the folder that has the
    /// metadata; nil: `sitePackages`.
    public func recordPath(_ path: String, from root: FilePath? = nil) -> String {
        let root = root ?? sitePackages
        if let inner = path.after(prefix: root.string + "/") { return String(inner) }
        return String(repeating: "../", count: root.components.count) + path
    }
}

extension String {
    fileprivate init?(validatingPlatformPath path: FilePath) {
        let bytes = path.withPlatformString {
            Array(UnsafeBufferPointer(start: $0, count: path.length))
        }
        self.init(validating: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
