/// What a caller may want otherwise than usual.
public struct InstallOptions: Sendable {
    /// Whether what a package needs is brought first. Make does that itself.
    public var bringsDependencies = true
    /// Whether files of the installed version stay that the new one hasn't.
    public var keepsExisting = false
    /// Whether requested packages are built and installed again though nothing has changed.
    public var isForced = false
    /// Whether experimental packages are built at all (build/recipes.md, 15).
    public var allowsExperimental = false
    /// Whether the build directory stays after success.
    public var keepsBuild = false
    /// Whether files of other packages are taken over.
    public var overwrites = false
    /// Whether what needs nothing that failed is still built after a failure.
    public var keepsGoing = false
    /// How many packages are built at once at most; nil: as many as there are job tokens.
    public var jobs: Int?
    /// Packages whose files may be taken over, because they are built again in the same run.
    var yielding: OutdatedPackages?
    public var extent = Extent.everything

    public enum Extent: Sendable {
        case everything
        /// Build and stage, and leave that in the build directory.
        case build
        /// Install what such a build left.
        case installBuilt
    }

    public init() {}

    func isForced(_ isRequested: Bool) -> Bool { isForced && isRequested }

    /// - Parameter package: that is installed with these options.
    func takeover(by package: String) -> Takeover {
        Takeover(
            isUnlimited: overwrites, packages: yielding?.others(than: package) ?? [],
            advice: "to take over files of other packages: spkg install --overwrite \(package)")
    }
}
