/// A proxy, and the setting that names it.
struct Proxy: Sendable, Equatable {
    let address: Address
    let setting: String

    /// Libcurl takes 1080 for every proxy without a port; pip and others what the scheme stands for.
    var port: Int {
        if let port = address.hostAndPort.port { return port }
        return address.scheme.hasPrefix("socks") ? 1080 : address.defaultPort ?? 80
    }
}

/// Which proxy stands before which host.
///
/// An HTTP proxy is asked for `http:` files by their address, and for a tunnel (`CONNECT`) to all
/// others. One whose own address is `https:` is spoken to through TLS.
public struct Proxies: Sendable, Equatable {
    private enum Choice: Equatable {
        case proxy(Proxy)
        /// The setting's text is no address; it may hold a password.
        case unusable(setting: String, text: String)
    }

    private let byScheme: [String: Choice]
    private let direct: DirectHosts

    /// Reads `http_proxy`, `https_proxy`, `ftp_proxy`, `all_proxy` and `no_proxy`, each also in upper
    /// case.
    public init(environment: [String: String]) {
        func value(_ name: String) -> (setting: String, text: String)? {
            for name in [name, name.uppercased()] {
                if let text = environment[name] { return text.isEmpty ? nil : (name, text) }
            }
            return nil
        }
        var byScheme: [String: Choice] = [:]
        for scheme in ["http", "https", "ftp"] {
            guard let found = value("\(scheme)_proxy") ?? value("all_proxy") else { continue }
            byScheme[scheme] = Self.choice(found.text, setting: found.setting)
        }
        self.byScheme = byScheme
        direct = DirectHosts(value("no_proxy")?.text ?? "")
    }

    /// One proxy for all hosts.
    init(forAll text: String, setting: String) {
        let choice = Self.choice(text, setting: setting)
        byScheme = ["http": choice, "https": choice]
        direct = DirectHosts("")
    }

    /// Nil: connect to the host itself.
    func proxy(for address: Address) throws(SourceFailure) -> Proxy? {
        guard let choice = byScheme[address.scheme], !direct.contains(address) else { return nil }
        switch choice {
        case .proxy(let proxy): return proxy
        case .unusable(let setting, let text):
            throw SourceFailure(
                .badSetting(
                    setting, "'\(withoutCredentials(address: text))' is not an address of a proxy"))
        }
    }

    private static func choice(_ text: String, setting: String) -> Choice {
        let known = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
        let address = text.contains("://") ? Address(text) : Address("http://\(text)")
        guard let address, known.contains(address.scheme) else {
            return .unusable(setting: setting, text: text)
        }
        return .proxy(Proxy(address: address, setting: setting))
    }
}
