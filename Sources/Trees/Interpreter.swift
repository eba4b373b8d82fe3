internal import FoundationEssentials
internal import Platform
public import SystemPackage

/// A Python interpreter, as it describes itself.
///
/// Python is asked once; the answer is kept in a file of the user's cache folder, named by the real
/// path, size and time of the program, so that an upgraded Python is asked anew.
public struct Interpreter: Sendable, Codable, Hashable {
    /// The real program: links, pyenv shims and virtual environments looked through.
    public let executable: String
    /// `sys.version_info[:3]`.
    public let version: [Int]
    /// `sys.implementation.name`, `sys.implementation.cache_tag`.
    public let implementation: String
    public let cacheTag: String?
    /// `EXT_SUFFIX`, as in `.cpython-311-x86_64-linux-gnu.so`; names the ABI.
    public let extensionSuffix: String
    /// `sys.abiflags`, and whether the build is free-threaded.
    public let abiFlags: String
    public let isFreeThreaded: Bool
    /// `sysconfig.get_platform()`, as in `linux-x86_64`.
    public let platform: String
    /// glibc's version, as in `2.36`; nil under another C library.
    public let glibc: String?
    /// musl's version.
    public let musl: String?
    public let is32Bit: Bool
    /// The variables of environment markers (PEP 508).
    public let markers: [String: String]

    /// `3.11`
    public var majorMinor: String { "\(version[0]).\(version[1])" }

    /// Where a virtual environment of this interpreter keeps modules, relative to its root.
    public var sitePackages: FilePath {
        implementation == "pypy"
            ? FilePath("lib/pypy\(majorMinor)/site-packages")
            : FilePath("lib/python\(majorMinor)\(isFreeThreaded ? "t" : "")/site-packages")
    }

    /// Where a virtual environment keeps C headers of packages, as pip does.
    public var headers: FilePath { FilePath("include/site/python\(majorMinor)") }
}

extension Interpreter {
    /// Asks a program what it is: a path, or a name on this process's PATH.
    ///
    /// - Parameter cache: the user's cache folder; nil to keep nothing. A cache that can't be
    ///   written costs time, nothing else.
    public init(
        asking program: String, environment: [String: String], cache: FilePath?
    ) throws(TreeError) {
        let key = Self.cacheKey(of: program)
        if let key, let cache, let known = Self.read(cache.appending(key)) {
            self = known
            return
        }
        self = try Self.ask(program, environment)
        if let key, let cache, let json = try? JSONEncoder().encode(self) {
            try? makeDirectories(cache)
            try? writeFile(cache.appending(key), json)
        }
    }

    private static func ask(_ program: String, _ environment: [String: String])
        throws(TreeError) -> Interpreter
    {
        let said: ChildOutput
        do {
            said = try run([program, "-I", "-B", "-c", question], environment: environment)
        } catch {
            throw .noInterpreter(program: program, reason: "\(error)")
        }
        guard said.status == 0 else {
            throw .noInterpreter(program: program, reason: said.stderr)
        }
        do {
            return try JSONDecoder().decode(Interpreter.self, from: Data(said.stdout.utf8))
        } catch {
            throw .noInterpreter(program: program, reason: "its answer is not understood: \(error)")
        }
    }

    private static func read(_ path: FilePath) -> Interpreter? {
        guard let bytes = try? readFile(path) else { return nil }
        return try? JSONDecoder().decode(Interpreter.self, from: Data(bytes))
    }

    /// Whether a variable makes any Python describe another one than itself, even with `-I`:
    /// `_PYTHON_SYSCONFIGDATA_NAME` and its like, which an active conda compiler or a cross build
    /// leaves in the environment (conda/conda#6836).
    public static func isOverride(_ variable: String) -> Bool {
        variable.hasPrefix("_PYTHON_") || variable.hasPrefix("_CONDA_PYTHON_")
            || variable == "__PYVENV_LAUNCHER__"
    }

    /// Nil for a name that must be looked up, and for a shim: a script decides anew each time what
    /// it starts.
    private static func cacheKey(of program: String) -> String? {
        guard program.contains("/"), let real = try? realPath(FilePath(program)),
            let status = try? Platform.status(real), status.size > 0
        else { return nil }
        let key = "\(real) \(status.size) \(status.modified.seconds) \(status.modified.nanoseconds)"
        guard let file = try? File(reading: real), (try? file.isScript()) == false else {
            return nil
        }
        return "interpreter-1-\(Digest(of: key.utf8).hex.prefix(32)).json"
    }

    /// Must run on every Python from 3.8 on, isolated from the environment.
    private static let question = """
        import json, os, platform, struct, sys, sysconfig
        libc, libc_version = platform.libc_ver()
        try:
            glibc = os.confstr("CS_GNU_LIBC_VERSION").split()[1]
        except (AttributeError, ValueError, OSError, IndexError):
            glibc = libc_version if libc == "glibc" else None
        v = sys.version_info
        impl = sys.implementation
        iv = impl.version
        full = "%d.%d.%d" % iv[:3]
        if iv.releaselevel != "final":
            full += iv.releaselevel[0] + str(iv.serial)
        print(json.dumps(dict(
            executable=os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
            version=list(v[:3]), implementation=impl.name, cacheTag=impl.cache_tag,
            extensionSuffix=sysconfig.get_config_var("EXT_SUFFIX") or "",
            abiFlags=getattr(sys, "abiflags", ""),
            isFreeThreaded=bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
            platform=sysconfig.get_platform(), glibc=glibc,
            musl=libc_version if libc == "musl" else None,
            is32Bit=struct.calcsize("P") == 4,
            markers=dict(
                os_name=os.name, sys_platform=sys.platform, platform_machine=platform.machine(),
                platform_python_implementation=platform.python_implementation(),
                platform_release=platform.release(), platform_system=platform.system(),
                platform_version=platform.version(), python_version="%d.%d" % v[:2],
                python_full_version=platform.python_version(),
                implementation_name=impl.name, implementation_version=full))))
        """
}

extension File {
    fileprivate borrowing func isScript() throws(PlatformError) -> Bool {
        let start = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
        defer { start.deallocate() }
        return try read(into: start) == 2 && start[0] == UInt8(ascii: "#")
            && start[1] == UInt8(ascii: "!")
    }
}
