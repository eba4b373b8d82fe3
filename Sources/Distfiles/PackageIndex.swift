internal import Platform
internal import Requirements
internal import SystemPackage

/// A Python package index with a simple repository interface (PEP 503, PEP 691).
///
/// Addresses may hold a user and password; they are sent and never printed.
public struct PackageIndex: Sendable, Equatable {
    /// Where each project has a folder: the main index first, then the extra ones.
    public var addresses: [Address]
    /// Folders of this machine that hold files, pages that link to some, or single files.
    public var findLinks: [Address]
    /// What is meant as one of those and is neither a URL nor there on this machine; without
    /// passwords.
    public var unusable: [String]

    public init(addresses: [Address], findLinks: [Address] = [], unusable: [String] = []) {
        self.addresses = addresses
        self.findLinks = findLinks
        self.unusable = unusable
    }

    /// Where a file may be listed, in the order in which to ask.
    func sources(for distfile: Distfile) -> [Source] {
        let project = DistributionName.normalize(distfile.distribution ?? distfile.package)
        let links = findLinks.map { link in
            let label = "find-links \(link.file?.string ?? link.description)"
            return link.lastName == distfile.name.string
                ? Source.linked(link, label: label) : .listing(link, label: label)
        }
        let pages = addresses.map {
            let page = $0.appending(project, asFolder: true)
            return Source.listing(
                page, label: "package index \(page.file?.string ?? page.description)")
        }
        return links + pages + unusable.map { .unusable($0) }
    }

    /// Where the file of a distribution is, by the page or folder at `address`.
    ///
    /// A listed file with the right sha256 is taken whatever it is called; else the one with the
    /// same name, unless the index says that its checksum is another.
    /// - Throws: `SourceFailure`.
    static func find(_ distfile: Distfile, at address: Address, on network: Network) throws
        -> Address
    {
        if let folder = address.file, (try? targetStatus(folder))?.kind == .directory {
            let file = folder.appending(distfile.name)
            if (try? targetStatus(file))?.kind == .file { return Address(file: file) }
            // A folder of files needs no page.
            if (try? targetStatus(folder.appending("index.html"))) == nil {
                throw SourceFailure(.notListed)
            }
        }
        let page = try network.page(address, accept: IndexPage.accepted)
        let files = try IndexPage(page).files
        if let sum = distfile.sha256, let same = files.first(where: { $0.sha256 == sum }) {
            return same.address
        }
        guard let named = files.first(where: { $0.name == distfile.name.string }) else {
            throw SourceFailure(.notListed)
        }
        if distfile.sha256 != nil, let other = named.sha256 {
            throw SourceFailure(.listedDifferently(other))
        }
        return named.address
    }
}
