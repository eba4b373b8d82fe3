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
    var stale: ChecksumDifference?
    func present() throws(DistfileError) -> VerifiedDistfile? {
        do { return try verifyIfPresent(distfile, in: sources.folder) } catch {
            guard case .checksumDiffers(_, let difference) = error else { throw error }
            stale = difference
            return nil
        }
    }
    if let found = try present() { return found }

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
        var part = try await PartFile.open(for: distfile, in: sources.folder) {
            report(.waiting(for: $0))
        }
        if let found = try present() {
            part.remove()
            return found
        }
        let fetching = Fetching(distfile: distfile, sources: sources, report: report)
        let failures = try await fetching.run(usable, into: &part)
        if let failures {
            attempts = failures + attempts
        } else {
            return VerifiedDistfile(
                path: sources.folder.appending(distfile.name), size: part.size)
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

    /// Asks one source after the other.
    ///
    /// - Returns: nil when the file is in its place, else each failure.
    func run(_ usable: [Source], into part: inout PartFile) async throws -> [Attempt]? {
        // Two clean-ups, as `defer` may not touch a noncopyable parameter across a suspension.
        do {
            if part.size > 0, try part.moveIfComplete() == nil { return nil }
            let failures = try await Network.open(sources.network) { network in
                try await ask(usable, on: network, into: &part)
            }
            if failures != nil { part.removeIfEmpty() }
            return failures
        } catch {
            part.removeIfEmpty()
            throw error
        }
    }

    private func ask(_ usable: [Source], on network: Network, into part: inout PartFile)
        async throws -> [Attempt]?
    {
        var attempts: [Attempt] = []
        var waiting = usable[...]
        while let source = waiting.popFirst() {
            report(.asking(source: source.label))
            do {
                switch source {
                case .unreadable(let text, _): throw SourceFailure(.notFetchable("'\(text)'"))
                case .mirrorList(let address, _):
                    let page = try await network.page(address)
                    waiting =
                        Mirrors.listed(on: page.text, for: distfile.package)
                        .map { .mirror($0.appending(distfile.name.string)) } + waiting
                case .index:
                    let index = try await index()
                    try await bring(index.find(distfile, on: network), on: network, into: &part)
                    return nil
                case .file(let address, _):
                    try await bring(address, on: network, into: &part)
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

    private func index() async throws -> PackageIndex {
        switch sources.index {
        case .none: throw SourceFailure(.noIndex("no package index is given"))
        case .fixed(let index): return index
        case .configured(let environment, let interpreters):
            do {
                return try configuredIndex(
                    environment: environment, interpreters: interpreters)
            } catch { throw SourceFailure(.noIndex("\(error)")) }
        }
    }
}
