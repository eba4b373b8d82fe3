public import SystemPackage
public import Trees

/// Where the parts of wheels go in a tree; all paths are relative to its root.
public struct WheelLayout: Sendable {
    /// Modules, pure or not: in a virtual environment both have one place.
    public let sitePackages: FilePath
    public let scripts: FilePath
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

    init(sitePackages: FilePath, headers: FilePath, pythonVersion: String, prefix: FilePath)
        throws(WheelError)
    {
        let program = prefix.appending("bin").appending("python3")
        guard let text = String(validatingPlatformPath: program) else {
            throw .unusablePrefix(prefix)
        }
        self.sitePackages = sitePackages
        self.headers = headers
        self.pythonVersion = pythonVersion
        scripts = "bin"
        template = ScriptTemplate(interpreter: text)
    }

    /// Whether a wheel's file may go there. The interpreter, `pyvenv.cfg` and our own records are
    /// the tree's, not a distribution's.
    func isProtected(_ path: String) -> Bool {
        let own = ["pyvenv.cfg", "bin/python", "bin/python3", "bin/python\(pythonVersion)"]
        let folders = ["var/lib/sage/", "var/lock/", "var/tmp/sage/"]
        return own.contains(path) || folders.contains { path.after(prefix: $0) != nil }
    }

    /// A path relative to the tree's root as RECORD writes it: relative to `site-packages`.
    public func recordPath(_ path: String) -> String {
        let site = sitePackages.string + "/"
        if let inner = path.after(prefix: site) { return String(inner) }
        return String(repeating: "../", count: sitePackages.components.count) + path
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
