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
        // The recipe's name for the project need not be the archive's.
        var projects = [DistributionName.normalize(distfile.distribution ?? distfile.package)]
        if let named = ArchiveName(distfile.name.string)?.project, !projects.contains(named) {
            projects.append(named)
        }
        let links = findLinks.map { link in
            let label = "find-links \(link.file?.string ?? link.description)"
            return link.lastName == distfile.name.string
                ? Source.linked(link, label: label) : .listing(link, label: label)
        }
        let pages = projects.flatMap { project in
            addresses.map {
                let page = $0.appending(project, asFolder: true)
                return Source.listing(
                    page, label: "package index \(page.file?.string ?? page.description)")
            }
        }
        return links + pages + unusable.map { .unusable($0) }
    }

    /// Where the file of a distribution is, by the page or folder at `address`.
    ///
    /// A listed file with the right sha256 is taken whatever it is called; else the one with the
    /// same name, or with another spelling of it, unless the index says that its checksum is another.
    /// - Throws: `SourceFailure`.
    static func find(_ distfile: Distfile, at address: Address, on network: Network) throws
        -> Listed
    {
        let meaning = ArchiveName(distfile.name.string)
        if let folder = address.file, (try? targetStatus(folder))?.kind == .directory {
            let names = (try? Directory(opening: folder).names()) ?? []
            if let name = Self.match(distfile, meaning, among: names, name: \.self),
                let file = FilePath.Component(name).map({ folder.appending($0) }),
                (try? targetStatus(file))?.kind == .file
            {
                return Listed(address: Address(file: file), sha256: nil)
            }
            // A folder of files needs no page.
            if (try? targetStatus(folder.appending("index.html"))) == nil {
                throw SourceFailure(.notListed)
            }
        }
        let page = try network.page(address, accept: IndexPage.accepted)
        let files = try IndexPage(page).files
        if let sum = distfile.sha256, let same = files.first(where: { $0.sha256 == sum }) {
            return Listed(address: same.address, sha256: nil)
        }
        guard let named = Self.match(distfile, meaning, among: files, name: \.name) else {
            throw SourceFailure(.notListed)
        }
        if distfile.sha256 != nil, let other = named.sha256 {
            throw SourceFailure(.listedDifferently(other))
        }
        return Listed(address: named.address, sha256: named.sha256)
    }

    /// Where a file is, and the checksum that the index gives for it, if the recipe has none of that
    /// kind.
    struct Listed {
        let address: Address
        let sha256: Digest?
    }

    /// The file of just that name, else one whose name means the same.
    private static func match<File>(
        _ distfile: Distfile, _ meaning: ArchiveName?, among files: [File],
        name: (File) -> String
    ) -> File? {
        files.first { name($0) == distfile.name.string }
            ?? meaning.flatMap { meaning in files.first { ArchiveName(name($0)) == meaning } }
    }
}
