internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import SystemPackage

/// The HTTP clients of one fetch: one for direct connections, one for each proxy.
actor Network {
    nonisolated let settings: NetworkSettings
    private var clients: [Address?: HTTPClient] = [:]

    private init(_ settings: NetworkSettings) { self.settings = settings }

    /// Hands a network to `body` and closes its connections afterwards.
    static func open<Value: Sendable>(
        _ settings: NetworkSettings, _ body: (Network) async throws -> Value
    ) async throws -> Value {
        let network = Network(settings)
        do {
            let value = try await body(network)
            await network.close()
            return value
        } catch {
            await network.close()
            throw error
        }
    }

    private func close() async {
        for client in clients.values { try? await client.shutdown() }
        clients = [:]
    }

    /// Asks for an address and follows redirects, ten at most.
    ///
    /// - Returns: the last answer, its body unread, and the address that gave it.
    /// - Throws: `Attempt.Reason` wrapped in `SourceFailure`, or what the connection throws.
    nonisolated func get(_ first: Address, headers: [(String, String)] = []) async throws -> (
        response: HTTPClientResponse, address: Address
    ) {
        var address = first
        for _ in 0...10 {
            guard ["http", "https"].contains(address.scheme) else {
                throw SourceFailure(.notFetchable("\(address)"))
            }
            var request = HTTPClientRequest(url: address.requestText)
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            request.headers.add(name: "User-Agent", value: "spkg")
            if let credentials = address.credentials {
                request.headers.add(name: "Authorization", value: credentials.basic)
            }
            let client = try await client(for: address)
            let response = try await client.execute(request, deadline: .distantFuture)
            guard [301, 302, 303, 307, 308].contains(response.status.code),
                let location = response.headers.first(name: "Location")
            else { return (response, address) }
            guard let next = address.resolving(location) else {
                throw SourceFailure(.notFetchable("the redirect's target"))
            }
            address = next
        }
        throw SourceFailure(.tooManyRedirects)
    }

    private func client(for address: Address) throws -> HTTPClient {
        let proxy = settings.proxies.proxy(for: address)
        if let client = clients[proxy] { return client }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .init(settings.connectTimeout)
        configuration.timeout.read = .init(settings.idleTimeout)
        configuration.httpVersion = .http1Only
        // Otherwise a refused connection is tried again and again until the connect timeout.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let roots = settings.trustRoots {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(roots.string)
            configuration.tlsConfiguration = tls
        }
        configuration.proxy = proxy.map(Self.proxy)
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: configuration)
        clients[proxy] = client
        return client
    }

    private static func proxy(_ address: Address) -> HTTPClient.Configuration.Proxy {
        let (host, port) = address.hostAndPort
        if address.scheme.hasPrefix("socks") { return .socksServer(host: host, port: port ?? 1080) }
        let authorization = address.credentials.map {
            HTTPClient.Authorization.basic(username: $0.user, password: $0.password)
        }
        return .server(
            host: host, port: port ?? (address.scheme == "https" ? 443 : 80),
            authorization: authorization)
    }
}
