/// What must be known of a Python interpreter to tell which wheels it can run.
///
/// Each fact is what an expression gives in that interpreter; nothing here asks for it.
public struct InterpreterFacts: Hashable, Sendable {
    /// The C library that the interpreter is linked with.
    public enum Libc: Hashable, Sendable {
        /// `os.confstr("CS_GNU_LIBC_VERSION")`
        case glibc(major: Int, minor: Int)
        /// What the dynamic loader named in the executable prints about itself: PEP 656.
        case musl(major: Int, minor: Int)
        /// Neither, or linked statically.
        case unknown
    }

    /// `sys.implementation.name`, such as `cpython`.
    public var implementationName: String
    /// `sys.version_info[0]`
    public var major: Int
    /// `sys.version_info[1]`
    public var minor: Int
    /// `sysconfig.get_config_var("Py_DEBUG")`, or else `hasattr(sys, "gettotalrefcount")`.
    public var isDebugBuild: Bool
    /// `sysconfig.get_config_var("Py_GIL_DISABLED")`: PEP 703.
    public var isFreeThreaded: Bool
    /// `sysconfig.get_config_var("WITH_PYMALLOC")`; it matters before 3.8 only.
    public var hasPymalloc: Bool
    /// `sysconfig.get_config_var("EXT_SUFFIX")`, such as `.cpython-312-x86_64-linux-gnu.so`.
    ///
    /// It matters for interpreters other than CPython.
    public var extensionSuffix: String
    /// `sysconfig.get_platform()`, such as `linux-x86_64`.
    public var platform: String
    /// `struct.calcsize("P") == 4`; such an interpreter may run on a 64-bit kernel.
    public var is32Bit: Bool
    /// Whether the executable is built for the hard-float ABI (its ELF flags): armv7l only.
    public var hasHardFloatABI: Bool
    public var libc: Libc
    /// The glibc versions `[major, minor]` for which the interpreter's `_manylinux` module
    /// refuses wheels: PEP 600, "Package installers". Nix and some others refuse all.
    public var refusedManylinux: Set<[Int]>

    public init(
        implementationName: String = "cpython", major: Int, minor: Int,
        isDebugBuild: Bool = false, isFreeThreaded: Bool = false, hasPymalloc: Bool = true,
        extensionSuffix: String = "", platform: String, is32Bit: Bool = false,
        hasHardFloatABI: Bool = true, libc: Libc, refusedManylinux: Set<[Int]> = []
    ) {
        self.implementationName = implementationName
        self.major = major
        self.minor = minor
        self.isDebugBuild = isDebugBuild
        self.isFreeThreaded = isFreeThreaded
        self.hasPymalloc = hasPymalloc
        self.extensionSuffix = extensionSuffix
        self.platform = platform
        self.is32Bit = is32Bit
        self.hasHardFloatABI = hasHardFloatABI
        self.libc = libc
        self.refusedManylinux = refusedManylinux
    }

    /// The interpreter part of tags, such as `cp312`.
    public var interpreterTag: String { "\(shortName)\(major)\(minor)" }

    /// Rule: PEP 425, "Python Tag".
    var shortName: String {
        switch implementationName {
        case "python": "py"
        case "cpython": "cp"
        case "pypy": "pp"
        case "ironpython": "ip"
        case "jython": "jy"
        default: implementationName.lowercased()
        }
    }

    /// The interpreter's own binary interfaces, best first, without `abi3` and `none`.
    ///
    /// Rule: PEP 425, "ABI Tag"; PEP 3149; PEP 703 for `t`.
    var abis: [String] {
        guard implementationName == "cpython" else { return genericABI.map { [$0] } ?? [] }
        let isModern = (major, minor) >= (3, 8)
        let threading = isFreeThreaded && (major, minor) >= (3, 13) ? "t" : ""
        let debug = isDebugBuild ? "d" : ""
        let pymalloc = !isModern && hasPymalloc ? "m" : ""
        let plain = "cp\(major)\(minor)\(threading)"
        // Since 3.8 a debug build loads extension modules of a release build.
        return ["\(plain)\(debug)\(pymalloc)"] + (isModern && isDebugBuild ? [plain] : [])
    }

    /// The part of the suffix of extension modules that names the binary interface:
    /// `.pypy310-pp73-x86_64-linux-gnu.so` gives `pypy310_pp73`.
    private var genericABI: String? {
        let parts = extensionSuffix.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        let words = parts[1].split(separator: "-")
        func joined(_ count: Int) -> String { words.prefix(count).joined(separator: "_") }
        if parts[1].hasPrefix("cpython"), words.count > 1 { return "cp\(words[1])" }
        if parts[1].hasPrefix("cp") { return joined(1) }
        if parts[1].hasPrefix("pypy") { return joined(2) }
        if parts[1].hasPrefix("graalpy") { return joined(3) }
        return Self.normalize(String(parts[1]))
    }

    /// Rule: PEP 425, "Platform Tag".
    static func normalize(_ platform: String) -> String {
        String(platform.map { $0 == "." || $0 == "-" || $0 == " " ? "_" : $0 }).lowercased()
    }
}
