internal import Glibc
internal import Platform
public import SystemPackage
internal import Trees

/// How a tree is worked on; of `Settings`, what is needed where there is no source distribution.
public struct TreeSettings: Sendable {
    /// What can be asked anew at the price of time: `XDG_CACHE_HOME/spkg`, `~/.cache/spkg`. A relative
    /// path in these variables is to be ignored (XDG Base Directory Specification). Nil for root in
    /// the home of the user who called sudo: there nothing must become root's.
    public let cache: FilePath?
    /// SPKG_DURABLE, default yes: what was installed survives a power cut.
    public let isDurable: Bool
    /// SPKG_LOCK_TIMEOUT, seconds: how long to wait for a lock; nil: as long as it takes.
    public let lockTimeout: Duration?
    /// Of this process, as children get it: without what would make Python describe another one.
    public let environment: [String: String]

    /// The command line that this process answers, for the tree's history.
    let command: String

    /// Holds that command line, also across `$SAGE_SUDO spkg merge`. Other children don't get it.
    public static let commandVariable = "SPKG_COMMAND"

    /// - Throws: `InstallError.badSetting` for a value that means nothing.
    public init(environment: [String: String]) throws(InstallError) {
        let variables = Variables(environment: environment, workingDirectory: nil)
        func folder(_ name: String) -> FilePath? {
            variables.text(name).map { FilePath($0) }.flatMap { $0.isAbsolute ? $0 : nil }
        }
        let own = (folder("XDG_CACHE_HOME") ?? folder("HOME")?.appending(".cache"))?
            .appending("spkg")
        let isSudo = ["SUDO_UID", "SAGE_SUDO"].contains { environment[$0]?.isEmpty == false }
        cache = isSudo && geteuid() == 0 ? own.flatMap { Self.isRoots($0) ? $0 : nil } : own
        isDurable = try variables.isYes("SPKG_DURABLE", default: true)
        lockTimeout = try variables.lockTimeout("SPKG_LOCK_TIMEOUT")
        // `jobCount` reads these when the first build starts.
        try variables.count("SPKG_JOBS", from: 1)
        try variables.count("SAGE_NUM_THREADS", from: 0)
        try variables.word("SPKG_PROGRESS", of: ["auto", "plain"])
        command = environment[Self.commandVariable] ?? "spkg"
        self.environment = environment.filter {
            !Interpreter.isOverride($0.key) && $0.key != Self.commandVariable
        }
    }

    /// Seconds as a time to wait; nil if they aren't `lockTimeouts`.
    public static func lockTimeout(_ seconds: Double) -> Duration? {
        // Ten years; more than that the clock of the wait can't hold, nor anybody mean.
        seconds >= 0 && seconds <= 315_360_000 ? .seconds(seconds) : nil
    }

    /// In words.
    public static let lockTimeouts = "a number of seconds from 0 to 315360000"

    /// Whether a path, or what it would be made in, is root's.
    private static func isRoots(_ path: FilePath) -> Bool {
        var path = path
        while true {
            if let found = try? targetStatus(path) { return found.user == 0 }
            let parent = path.removingLastComponent()
            if parent == path || parent.isEmpty { return false }
            path = parent
        }
    }
}
