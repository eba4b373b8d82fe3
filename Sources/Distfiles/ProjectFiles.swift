internal import Platform
public import Requirements
internal import SystemPackage

/// A file that a package index lists for a project.
public struct ProjectFile: Sendable, Equatable {
    public let name: String
    /// Withdrawn by who uploaded it (PEP 592).
    public let isYanked: Bool
    /// As the index says it (PEP 503).
    public let requiresPython: String?
    /// ISO 8601, UTC (PEP 700); nil where the index doesn't say.
    public let uploadTime: String?
}

/// An index that can't be asked for a project.
public struct IndexFailure: Error, Sendable, CustomStringConvertible {
    public let project: String
    public let attempt: Attempt

    public var description: String { "\(project): \(attempt)" }
}

extension PackageIndex {
    /// Everything that is listed for a project: by each index, which need not know it, and by all links.
    ///
    /// - Throws: `IndexFailure` for the first place that can't be asked; `CancellationError`.
    public func files(of project: DistributionName, over settings: NetworkSettings) async throws
        -> [ProjectFile]
    {
        if let first = unusable.first { throw failure(project, first, .neitherURLNorPath(first)) }
        if addresses.isEmpty, findLinks.isEmpty {
            throw failure(
                project, "package index",
                .noIndex("pip is configured to no-index, and to no find-links"))
        }
        return try await onOwnThread { cancellation in
            let network = Network(settings, cancellation)
            var files: [ProjectFile] = []
            for link in findLinks { files += try self.files(at: link, of: project, network) }
            for index in addresses {
                let page = index.appending(project.normalized, asFolder: true)
                do { files += try self.files(at: page, of: project, network) } catch let failure
                    as IndexFailure
                {
                    // An index that doesn't have it is no failure, nor is a folder without it.
                    switch failure.attempt.reason {
                    case .status(404), .notFound: continue
                    default: throw failure
                    }
                }
            }
            return files
        }
    }

    private func files(
        at address: Address, of project: DistributionName, _ network: Network
    ) throws -> [ProjectFile] {
        if let folder = address.file, (try? targetStatus(folder))?.kind == .directory,
            (try? targetStatus(folder.appending("index.html"))) == nil
        {
            return try Directory(opening: folder).names().map {
                ProjectFile(name: $0, isYanked: false, requiresPython: nil, uploadTime: nil)
            }
        }
        // A link may name a file itself.
        if let name = address.lastName, name.hasSuffix(".whl") || name.hasSuffix(".tar.gz") {
            return [ProjectFile(name: name, isYanked: false, requiresPython: nil, uploadTime: nil)]
        }
        do {
            let page = try network.page(address, accept: IndexPage.accepted)
            return try IndexPage(page).files.map {
                ProjectFile(
                    name: $0.name, isYanked: $0.isYanked, requiresPython: $0.requiresPython,
                    uploadTime: $0.uploadTime)
            }
        } catch let failure as SourceFailure {
            throw self.failure(
                project, "package index \(address.file?.string ?? address.description)",
                failure.reason)
        }
    }

    private func failure(
        _ project: DistributionName, _ source: String, _ reason: Attempt.Reason
    ) -> IndexFailure {
        IndexFailure(project: project.raw, attempt: Attempt(source: source, reason: reason))
    }
}
