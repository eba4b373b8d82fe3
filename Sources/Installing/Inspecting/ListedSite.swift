internal import Wheels

/// A `site-packages`, listed once for all records.
struct ListedSite {
    let site: SitePackages
    /// Sorted.
    let distributions: [InstalledDistribution]
    let byName: [String: [InstalledDistribution]]

    init(_ site: SitePackages) throws {
        self.site = site
        distributions = try site.distributions()
        byName = Dictionary(grouping: distributions, by: \.normalizedName)
    }
}
