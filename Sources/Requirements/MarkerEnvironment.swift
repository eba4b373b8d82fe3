/// What a marker can ask for.
///
/// Rule: PEP 508, "Environment Markers".
public enum MarkerVariable: String, Hashable, Sendable, CaseIterable {
    case osName = "os_name"
    case sysPlatform = "sys_platform"
    case platformMachine = "platform_machine"
    case platformPythonImplementation = "platform_python_implementation"
    case platformRelease = "platform_release"
    case platformSystem = "platform_system"
    case platformVersion = "platform_version"
    case pythonVersion = "python_version"
    case pythonFullVersion = "python_full_version"
    case implementationName = "implementation_name"
    case implementationVersion = "implementation_version"
    case extra = "extra"

    /// Variables whose values are compared as versions: the table of "Environment Markers" in the
    /// dependency specifiers specification gives them the type Version.
    var isVersion: Bool {
        switch self {
        case .platformRelease, .pythonVersion, .pythonFullVersion, .implementationVersion: true
        default: false
        }
    }
}

/// The interpreter and the machine that markers are evaluated for.
///
/// Each value is what Python's own expression gives; PEP 508 lists them.
public struct MarkerEnvironment: Hashable, Sendable {
    /// `os.name`
    public var osName: String
    /// `sys.platform`
    public var sysPlatform: String
    /// `platform.machine()`
    public var platformMachine: String
    /// `platform.python_implementation()`
    public var platformPythonImplementation: String
    /// `platform.release()`
    public var platformRelease: String
    /// `platform.system()`
    public var platformSystem: String
    /// `platform.version()`
    public var platformVersion: String
    /// `'.'.join(platform.python_version_tuple()[:2])`
    public var pythonVersion: String
    /// `platform.python_version()`; builds between releases end in `+`
    public var pythonFullVersion: String
    /// `sys.implementation.name`
    public var implementationName: String
    /// `sys.implementation.version` in the form `3.13.0a2`
    public var implementationVersion: String
    /// The extra that is asked for; empty for none.
    public var extra: String

    public init(
        osName: String, sysPlatform: String, platformMachine: String,
        platformPythonImplementation: String, platformRelease: String, platformSystem: String,
        platformVersion: String, pythonVersion: String, pythonFullVersion: String,
        implementationName: String, implementationVersion: String, extra: String = ""
    ) {
        self.osName = osName
        self.sysPlatform = sysPlatform
        self.platformMachine = platformMachine
        self.platformPythonImplementation = platformPythonImplementation
        self.platformRelease = platformRelease
        self.platformSystem = platformSystem
        self.platformVersion = platformVersion
        self.pythonVersion = pythonVersion
        self.pythonFullVersion = pythonFullVersion
        self.implementationName = implementationName
        self.implementationVersion = implementationVersion
        self.extra = extra
    }

    /// The value that a marker sees.
    ///
    /// An extra is normalized (PEP 685), and the full version of a build between releases is made
    /// a version by naming its local part.
    public subscript(variable: MarkerVariable) -> String {
        switch variable {
        case .osName: osName
        case .sysPlatform: sysPlatform
        case .platformMachine: platformMachine
        case .platformPythonImplementation: platformPythonImplementation
        case .platformRelease: platformRelease
        case .platformSystem: platformSystem
        case .platformVersion: platformVersion
        case .pythonVersion: pythonVersion
        case .pythonFullVersion:
            pythonFullVersion.hasSuffix("+") ? pythonFullVersion + "local" : pythonFullVersion
        case .implementationName: implementationName
        case .implementationVersion: implementationVersion
        case .extra: DistributionName.normalize(extra)
        }
    }

    func with(extra: String) -> MarkerEnvironment {
        var copy = self
        copy.extra = extra
        return copy
    }
}
