internal import SystemPackage

/// The environment of every process of a build.
///
/// It starts from the user's own, because compilers, licence servers and proxies of other kinds are
/// nobody's business but theirs; what makes two builds of the same inputs differ is replaced or
/// removed. Rules: build/README.md, "Variables".
public struct BuildVariables: Sendable, Equatable {
    public var values: [String: String]
    /// Whether the processes are to find no network but a loopback of their own, where the system
    /// allows that. Not under SAGE_SUDO: sudo has no rights in another user namespace.
    public var leavesNetwork = false

    /// What a build may reach.
    public enum Network: Sendable {
        /// None (`leavesNetwork`); and proxies point to a port of this machine where nobody listens
        /// (9, "discard"): what tries to download fails at once. SPKG_NETWORK=yes opens it.
        case cut
        /// For the few recipes that fetch while they install.
        case open
    }

    /// Seconds since 1970: 2 January 1980, 0:00 UTC, for every package.
    ///
    /// Fixed, and not the age of the newest file, because unpacking and patching touch files. The day
    /// after the first that a zip file can name, so that tools that convert to local time stay in
    /// range in every time zone. A later one from outside (a distribution that builds us) is kept.
    public static let sourceDateEpoch = 315_619_200

    /// What compilers refuse, and what no zip file can name, is no date: ours is taken.
    private static func date(_ given: String?) -> String {
        guard let given, given.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let date = Int(given), (sourceDateEpoch...253_402_300_799).contains(date)
        else { return "\(sourceDateEpoch)" }
        return given
    }

    /// - Parameters:
    ///   - inherited: the environment that the user gave.
    ///   - step: scripts get default flags where the user gives none, as recipes expect. Backends
    ///     don't: they choose their own, and `-O2 -g` would slow down both numpy and its build.
    ///   - environment: true to have the commands of `place.environment` found before all others.
    public init(
        at place: BuildPlace, inherited: [String: String], for step: BuildStep = .script,
        network: Network = .cut, usingEnvironment environment: Bool = false
    ) {
        values = inherited.filter { !ForeignVariables.contains($0.key) }
        set(CompilerFlags(inherited: inherited, local: place.local.string).variables(for: step))
        if network == .cut, inherited["SPKG_NETWORK"] != "yes" {
            cutNetwork()
            leavesNetwork = (inherited["SAGE_SUDO"] ?? "").isEmpty
        }
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
            "SOURCE_DATE_EPOCH": Self.date(inherited["SOURCE_DATE_EPOCH"]),
            // What asks git for a version must not find the repository that the build folder is in.
            "GIT_CEILING_DIRECTORIES": place.directory.removingLastComponent().string,
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
        // Tests talk to servers of their own.
        values["no_proxy"] = "localhost,127.0.0.1,::1"
        values["NO_PROXY"] = values["no_proxy"]
    }
}

/// Without repeats; the first stays.
func unique(_ words: [String]) -> [String] {
    var seen = Set<String>()
    return words.filter { seen.insert($0).inserted }
}
