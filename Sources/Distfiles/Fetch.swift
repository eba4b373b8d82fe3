internal import Platform
internal import SystemPackage

/// Finds a file in `upstream/` or brings it there.
///
///     upstream/.NAME.part    while it comes; locked; kept after a failure, to be taken up again
///     upstream/NAME          appears by one rename, after its checksum was found right
///
/// A file that is there with a wrong checksum stays as it is until the right one has come.
///
/// - Parameter report: called on any thread, in order.
/// - Throws: `DistfileError`, or `CancellationError`.
public func fetch(
    _ distfile: Distfile, from sources: Sources,
    report: @escaping @Sendable (FetchEvent) -> Void = { _ in }
) async throws -> VerifiedDistfile {
    var (present, stale) = try presentFile(distfile, in: sources.folder)
    if let present { return present }

    var attempts: [Attempt] = []
    var usable: [Source] = []
    for source in Source.all(for: distfile, in: sources) {
        if sources.network.isAllowed || source.isLocal {
            usable.append(source)
        } else {
            attempts.append(Attempt(source: source.label, reason: .networkOff))
        }
    }
    if !usable.isEmpty {
        let fetching = Fetching(distfile: distfile, sources: sources, report: report)
        let outcome = try await onOwnThread { [usable] cancellation in
            try fetching.run(usable, cancellation)
        }
        switch outcome {
        case .fetched(let file): return file
        case .failed(let failures, let difference):
            attempts = failures + attempts
            stale = difference
        }
    }
    throw DistfileError.everySourceFailed(
        name: distfile.name, folder: sources.folder, attempts: attempts, stale: stale)
}

/// One file on its way through its sources.
struct Fetching: Sendable {
    let distfile: Distfile
    let sources: Sources
    let report: @Sendable (FetchEvent) -> Void

    enum Outcome: Sendable {
        case fetched(VerifiedDistfile)
        /// `stale` is what is wrong with the file that is there.
        case failed([Attempt], stale: ChecksumDifference?)
    }

    /// Asks one source after the other. Blocks.
    func run(_ usable: [Source], _ cancellation: Cancellation) throws -> Outcome {
        var part = try PartFile.open(
            for: distfile, in: sources.folder, durable: sources.isDurable, cancellation
        ) {
            report(.waiting(for: $0))
        }
        // Another process may have fetched it meanwhile.
        let (present, stale) = try presentFile(distfile, in: sources.folder)
        if let present {
            part.remove()
            return .fetched(present)
        }
        defer { part.removeIfEmpty() }
        let failures: [Attempt]?
        if part.size > 0, try part.moveIfComplete() == nil {
            failures = nil
        } else {
            failures = try ask(usable, Network(sources.network, cancellation), into: &part)
        }
        if let failures { return .failed(failures, stale: stale) }
        return .fetched(
            VerifiedDistfile(path: sources.folder.appending(distfile.name), size: part.size))
    }

    /// - Returns: nil when the file is in its place, else each failure.
    private func ask(_ usable: [Source], _ network: Network, into part: inout PartFile)
        throws -> [Attempt]?
    {
        var attempts: [Attempt] = []
        var waiting = usable[...]
        var network = network
        var indexNetwork = network
        while let source = waiting.popFirst() {
            report(.asking(source: source.label))
            network.again = { reason, pause in
                let attempt = Attempt(source: source.label, reason: reason)
                report(.askingAgain(attempt, after: pause))
            }
            indexNetwork.again = network.again
            do {
                switch source {
                case .unreadable(let text, _): throw SourceFailure(.notFetchable("'\(text)'"))
                case .unusable(let text): throw SourceFailure(.neitherURLNorPath(text))
                case .mirrorList(let address, _):
                    let page = try network.page(address)
                    waiting =
                        Mirrors.listed(on: page.text, for: distfile.package)
                        .map { .mirror($0.appending(distfile.name.string)) } + waiting
                case .index:
                    let (index, settings) = try index(network.settings)
                    indexNetwork = network.with(settings)
                    let pages = index.sources(for: distfile)
                    if pages.isEmpty {
                        throw SourceFailure(
                            .noIndex("it is configured to no-index, and to no find-links"))
                    }
                    waiting = pages + waiting
                case .listing(let address, _):
                    let found = try PackageIndex.find(distfile, at: address, on: indexNetwork)
                    // A recipe with a sha1 alone is helped by what the index says.
                    part.listedSHA256 = found.sha256
                    defer { part.listedSHA256 = nil }
                    try download(found.address, over: indexNetwork, into: &part)
                    return nil
                case .linked(let address, _):
                    try download(address, over: indexNetwork, into: &part)
                    return nil
                case .file(let address, _):
                    try download(address, over: network, into: &part)
                    return nil
                }
            } catch let failure as SourceFailure {
                let attempt = Attempt(source: source.label, reason: failure.reason)
                attempts.append(attempt)
                report(.failed(attempt))
            }
        }
        return attempts
    }

    /// The index, and how its servers are reached.
    private func index(_ network: NetworkSettings) throws(SourceFailure)
        -> (PackageIndex, NetworkSettings)
    {
        switch sources.index {
        case .none: throw SourceFailure(.noIndex("no package index is given"))
        case .fixed(let index): return (index, network)
        case .configured(let pip, let interpreters):
            do throws(DistfileError) {
                let settings = try pip.settings(asking: interpreters)
                return (settings.index, settings.network(over: network))
            } catch { throw SourceFailure(.noIndex("\(error)")) }
        }
    }
}

/// The file if it is there and right, else what is wrong with the one that is there.
private func presentFile(_ distfile: Distfile, in folder: FilePath) throws(DistfileError)
    -> (VerifiedDistfile?, stale: ChecksumDifference?)
{
    do { return (try verifyIfPresent(distfile, in: folder), nil) } catch {
        guard case .checksumDiffers(_, let difference) = error else { throw error }
        return (nil, difference)
    }
}
