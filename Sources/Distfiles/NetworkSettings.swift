public import SystemPackage

/// How the network may be used. Nothing here is read from the process: callers hand it down.
public struct NetworkSettings: Sendable {
    /// Off: only files of this machine are used; what would have been asked is listed in the error.
    public var isAllowed = true
    public var proxies: Proxies
    /// PEM file of certificates to trust instead of the system's.
    public var trustRoots: FilePath?
    /// How long a connection may take to be made. No second try: the next source is asked.
    public var connectTimeout: Duration = .seconds(10)
    /// How long a connection may say nothing.
    public var idleTimeout: Duration = .seconds(60)
    /// How often one source is asked before the next one: again after a server's error, a timeout,
    /// or a connection that broke.
    public var triesPerSource = 4
    /// The wait before the second try; it doubles with each try.
    public var firstDelay: Duration = .milliseconds(500)

    /// Takes proxies and trust roots from the variables that pip and curl know.
    public init(environment: [String: String] = [:]) {
        proxies = Proxies(environment: environment)
        let variables = ["PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]
        let named = variables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        trustRoots = named.map { FilePath($0) }
    }
}

/// Which proxy stands before which host.
///
/// An HTTP proxy is asked for a tunnel (`CONNECT`), for `http:` as well: proxies that refuse tunnels
/// to port 80 can only be used for `https:`.
public struct Proxies: Sendable, Equatable {
    private let byScheme: [String: Address]
    private let directHosts: [Substring]

    /// Reads `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, each also in upper case.
    public init(environment: [String: String]) {
        func value(_ name: String) -> String? {
            let value = environment[name] ?? environment[name.uppercased()]
            return value?.isEmpty == false ? value : nil
        }
        var byScheme: [String: Address] = [:]
        for scheme in ["http", "https"] {
            guard let text = value("\(scheme)_proxy") ?? value("all_proxy") else { continue }
            byScheme[scheme] = Address(text) ?? Address("http://\(text)")
        }
        self.byScheme = byScheme
        directHosts = (value("no_proxy") ?? "").split { $0 == "," || $0.isWhitespace }.map {
            $0.hasPrefix(".") ? $0.dropFirst() : $0[...]
        }
    }

    /// Nil: connect to the host itself.
    func proxy(for address: Address) -> Address? {
        let host = address.hostAndPort.host
        let isDirect = directHosts.contains {
            $0 == "*" || $0 == host || host.hasSuffix(".\($0)") || $0 == address.host
        }
        return isDirect ? nil : byScheme[address.scheme]
    }
}

extension Address {
    /// An IPv6 host comes without its brackets.
    var hostAndPort: (host: String, port: Int?) {
        let end = host.lastIndex(of: "]").map { host.index(after: $0) } ?? host.startIndex
        let colon = host[end...].firstIndex(of: ":") ?? host.endIndex
        var name = host[..<colon]
        if name.hasPrefix("[") { name = name.dropFirst().dropLast() }
        return (String(name), Int(host[colon...].dropFirst()))
    }
}
