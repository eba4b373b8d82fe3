internal import SystemPackage

/// The environment of every process of a build.
///
/// It starts from the user's own, because compilers, licence servers and proxies of other kinds are
/// nobody's business but theirs; what makes two builds of the same inputs differ is replaced or
/// removed. Rules: recipe-facts, section 3; design, section 7.
public struct BuildVariables: Sendable, Equatable {
    public var values: [String: String]

    /// What a build may reach.
    public enum Network: Sendable {
        /// Proxies point to a port of this machine where nobody listens (9, "discard"): what tries
        /// to download fails at once.
        case cut
        /// For the few recipes that fetch while they install.
        case open
    }

    /// Seconds since 1970: 2 January 1980, 0:00 UTC, for every package.
    ///
    /// Fixed, and not the age of the newest file, because unpacking and patching touch files. The day
    /// after the first that a zip file can name, so that tools that convert to local time stay in
    /// range in every time zone. A value from outside (a distribution that builds us) is kept.
    public static let sourceDateEpoch = 315_619_200

    /// - Parameters:
    ///   - inherited: the environment that the user gave.
    ///   - step: scripts get default flags where the user gives none, as recipes expect. Backends
    ///     don't: they choose their own, and `-O2 -g` would slow down both numpy and its build.
    ///   - environment: true to have the commands of `place.environment` found before all others.
    public init(
        at place: BuildPlace, inherited: [String: String], for step: BuildStep = .script,
        network: Network = .cut, usingEnvironment environment: Bool = false
    ) {
        values = inherited.filter { !Self.isRemoved($0.key) }
        set(CompilerFlags(inherited: inherited, local: place.local.string).variables(for: step))
        if network == .cut { cutNetwork() }
        var path = [
            "\(place.helpers)", "\(place.root)/build/bin", "\(place.venv)/bin",
            "\(place.local)/bin",
        ]
        if environment { path.insert("\(place.environment)/bin", at: 0) }
        if let own = inherited["PATH"], !own.isEmpty { path.append(own) }
        set([
            "PATH": unique(path).joined(separator: ":"),
            "SAGE_ROOT": place.root.string,
            "SPKG_LIBEXEC": place.helpers.string,
            "SAGE_LOCAL": place.local.string,
            "SAGE_VENV": place.venv.string,
            "SAGE_SHARE": place.local.appending("share").string,
            "SAGE_SRC": inherited["SAGE_SRC"] ?? place.root.appending("src").string,
            "SOURCE_DATE_EPOCH": inherited["SOURCE_DATE_EPOCH"] ?? "\(Self.sourceDateEpoch)",
            "PYTHONHASHSEED": "0",
            "PYTHONNOUSERSITE": "1",
            // Else stdout comes into the log long after the stderr that it belongs before.
            "PYTHONUNBUFFERED": "1",
            "PIP_NO_INDEX": "1",
            "PIP_NO_INPUT": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_CONFIG_FILE": "/dev/null",
            "OPENBLAS_NUM_THREADS": "1",
            // Messages in English, which `LogExcerpt` reads, and UTF-8 in files that tools read.
            "LC_ALL": "C.UTF-8",
            "TMPDIR": place.temporary.string,
        ])
        // `-j` stands in MAKEFLAGS; said again here it would make sub-makes leave the jobserver.
        if let make = values["MAKE"]?.split(separator: " ").first { values["MAKE"] = String(make) }
    }

    /// Adds variables; those of the same name are replaced.
    public mutating func set(_ more: [String: String]) {
        values.merge(more) { _, new in new }
    }

    private mutating func cutNetwork() {
        let nowhere = "http://127.0.0.1:9/"
        for name in ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy"] {
            values[name] = nowhere
            values[name.uppercased()] = nowhere
        }
        values["no_proxy"] = nil
        values["NO_PROXY"] = nil
    }

    /// Variables that would bring another Python's, installer's or shell's settings into the build;
    /// functions that bash hands down are such, too.
    ///
    /// Python's own have no underscore (`PYTHONPATH`); `PYTHON_CONFIGURE` and the like are knobs of
    /// recipes and stay.
    static func isRemoved(_ name: String) -> Bool {
        if ["PIP_", "UV_", "BASH_FUNC_"].contains(where: name.hasPrefix) { return true }
        if name.hasPrefix("PYTHON"), name.count > 6 {
            return name.dropFirst(6).allSatisfy { $0.isLetter && $0.isUppercase }
        }
        return [
            "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "MFLAGS", "GNUMAKEFLAGS",
            "R_HOME", "R_PROFILE", "__PYVENV_LAUNCHER__", "SETUPTOOLS_USE_DISTUTILS",
            "DISTUTILS_USE_SDK", "BASH_ENV", "ENV", "CDPATH", "SHELLOPTS", "BASHOPTS",
        ].contains(name)
    }
}

/// Without repeats; the first stays.
func unique(_ words: [String]) -> [String] {
    var seen = Set<String>()
    return words.filter { seen.insert($0).inserted }
}
