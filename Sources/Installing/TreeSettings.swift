public import SystemPackage

/// How a tree is worked on; of `Settings`, what is needed where there is no source distribution.
public struct TreeSettings: Sendable {
    /// What can be asked anew at the price of time: `XDG_CACHE_HOME/spkg`, `~/.cache/spkg`.
    public let cache: FilePath?
    /// SPKG_DURABLE, default yes: what was installed survives a power cut.
    public let isDurable: Bool
    /// SPKG_LOCK_TIMEOUT, seconds: how long to wait for a lock; nil: as long as it takes.
    public let lockTimeout: Duration?
    /// Of this process, as children get it.
    public let environment: [String: String]

    public init(environment: [String: String]) {
        func folder(_ name: String) -> FilePath? {
            environment[name].flatMap { $0.isEmpty ? nil : FilePath($0) }
        }
        cache = (folder("XDG_CACHE_HOME") ?? folder("HOME")?.appending(".cache"))?.appending("spkg")
        isDurable = environment["SPKG_DURABLE"] != "no"
        lockTimeout = environment["SPKG_LOCK_TIMEOUT"].flatMap { Double($0) }.map { .seconds($0) }
        self.environment = environment
    }
}
