internal import Platform
internal import Requirements
internal import SystemPackage

/// A Python package index with a simple repository interface (PEP 503, PEP 691).
///
/// Addresses may hold a user and password; they are sent and never printed.
public struct PackageIndex: Sendable, Equatable {
    /// Where each project has a folder: the main index first, then the extra ones.
    public var addresses: [Address]
    /// Folders of this machine that hold files, or pages that link to some.
    public var findLinks: [Address]

    public init(addresses: [Address], findLinks: [Address] = []) {
        self.addresses = addresses
        self.findLinks = findLinks
    }

    /// Where the file of a distribution is.
    ///
    /// A listed file with the right sha256 is taken whatever it is called; else the one with the
    /// same name, unless the index says that its sum is another.
    /// - Throws: `SourceFailure`.
    func find(_ distfile: Distfile, on network: Network) async throws -> Address {
        var failures: [Attempt.Reason] = []
        for link in findLinks {
            if let folder = link.file, (try? targetStatus(folder))??.kind == .directory {
                let file = folder.appending(distfile.name)
                if (try? targetStatus(file))??.kind == .file { return Address(file: file) }
                continue
            }
            do { return try await find(distfile, at: link, on: network) } catch let failure
                as SourceFailure
            { failures.append(failure.reason) }
        }
        let project = DistributionName.normalize(distfile.distribution ?? distfile.package)
        for address in addresses {
            let page = address.appending(project, asFolder: true)
            do { return try await find(distfile, at: page, on: network) } catch let failure
                as SourceFailure
            { failures.append(failure.reason) }
        }
        throw SourceFailure(failures.last { $0 != .notListed } ?? .notListed)
    }

    private func find(_ distfile: Distfile, at address: Address, on network: Network)
        async throws -> Address
    {
        let page = try await network.page(address, accept: IndexPage.accepted)
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
