internal import SystemPackage

/// How servers are asked while one file is fetched. Belongs to one thread.
struct Network {
    private(set) var settings: NetworkSettings
    /// Told before each pause after which a source is asked again.
    var again: (Attempt.Reason, Duration) -> Void = { _, _ in }
    private let curl: LazyCurl

    init(_ settings: NetworkSettings, _ cancellation: Cancellation) {
        self.settings = settings
        curl = LazyCurl(cancellation)
    }

    /// The same connections with other settings.
    func with(_ settings: NetworkSettings) -> Network {
        var network = self
        network.settings = settings
        return network
    }

    /// Asks for an address and follows redirects, ten at most.
    ///
    /// Users and passwords go only to the server that they are for: not to another one after a
    /// redirect.
    ///
    /// - Parameter take: gets the body of a successful answer as it comes; called at least once.
    /// - Returns: the last answer.
    /// - Throws: `SourceFailure`, `CancellationError`, `DistfileError.noCurl`, or what `take` throws.
    func get(
        _ request: Request, _ take: (Answer, UnsafeRawBufferPointer) throws -> Void
    ) throws -> Answer {
        var request = request
        // Only a recipe names an FTP server: a redirect must not lead to one, nor to a file.
        var schemes = ["http", "https", "ftp"]
        for _ in 0...10 {
            guard schemes.contains(request.address.scheme) else {
                throw SourceFailure(.notFetchable("\(request.address)"))
            }
            let transfer = Transfer(curl: try curl.get(), settings: settings, request: request)
            let answer = try transfer.run(take)
            guard let location = answer.location else { return answer }
            guard let next = request.address.resolving(location) else {
                throw SourceFailure(
                    .notFetchable("redirect to '\(withoutCredentials(address: location))'"))
            }
            request.address = next
            schemes = ["http", "https"]
        }
        throw SourceFailure(.tooManyRedirects)
    }

    /// Repeats `body` after a failure that may pass, with growing pauses: at least as long as the
    /// server wants, but not longer than `longestDelay`.
    func patiently<Value>(_ body: () throws -> Value) throws -> Value {
        var delay = settings.firstDelay
        var tries = settings.triesPerSource
        while true {
            do { return try body() } catch let failure as SourceFailure {
                tries -= 1
                guard failure.isPassing, tries > 0 else { throw failure }
                let pause = max(delay, failure.wait ?? .zero)
                guard pause <= max(delay, settings.longestDelay) else {
                    throw SourceFailure(.askedToWait(failure.reason, pause))
                }
                again(failure.reason, pause)
                try curl.pause(pause)
                delay *= 2
            }
        }
    }
}

/// Libcurl, loaded when the first server is asked.
private final class LazyCurl {
    private let cancellation: Cancellation
    private var curl: Curl?

    init(_ cancellation: Cancellation) { self.cancellation = cancellation }

    func get() throws(DistfileError) -> Curl {
        if let curl { return curl }
        let made = try Curl(cancellation)
        curl = made
        return made
    }

    func pause(_ duration: Duration) throws { try get().pause(duration) }
}
