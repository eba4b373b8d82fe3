internal import Platform
internal import SystemPackage

/// What is used of pip's configuration: where packages are, and how servers are reached for them.
/// build/README.md has the table.
public struct PipSettings: Sendable {
    public let index: PackageIndex
    /// Whether pre-releases are as good as others: `pre`.
    public var allowsPrereleases: Bool { answer.pre ?? false }
    private let answer: Answer

    /// pip's options by what they come to.
    struct Answer: Decodable {
        var index: String?
        var extra: [String] = []
        var links: [String] = []
        var isOff = false
        var cert: String?
        var clientCert: String?
        var trustedHosts: [String] = []
        var proxy: String?
        var timeout: Double?
        var retries: Int?
        var pre: Bool?
    }

    init(_ answer: Answer, home: String?) {
        self.answer = answer
        var unusable: [String] = []
        func addresses(_ texts: [String]) -> [Address] {
            texts.compactMap { text in
                if let address = location(text) { return address }
                unusable.append(withoutCredentials(address: text))
                return nil
            }
        }
        let indexes = answer.isOff ? [] : [answer.index].compactMap { $0 } + answer.extra
        let links = answer.links.map { expandingHome($0, home) }
        let found = (addresses(indexes), addresses(links))
        index = PackageIndex(addresses: found.0, findLinks: found.1, unusable: unusable)
    }

    /// What variables say; nil without `PIP_INDEX_URL`.
    init?(variables: [String: String]) {
        func value(_ name: String) -> String? {
            variables["PIP_\(name)"].flatMap { $0.isEmpty ? nil : $0 }
        }
        func words(_ name: String) -> [String] {
            (value(name) ?? "").split(whereSeparator: \.isWhitespace).map { String($0) }
        }
        guard let index = value("INDEX_URL") else { return nil }
        let home = variables["HOME"]
        let truths: [String?] = ["1", "y", "yes", "t", "true", "on"]
        let isOff = truths.contains(value("NO_INDEX")?.lowercased())
        self.init(
            Answer(
                index: index, extra: words("EXTRA_INDEX_URL"), links: words("FIND_LINKS"),
                isOff: isOff, cert: value("CERT").map { expandingHome($0, home) },
                clientCert: value("CLIENT_CERT").map { expandingHome($0, home) },
                trustedHosts: words("TRUSTED_HOST"), proxy: value("PROXY"),
                timeout: value("TIMEOUT").flatMap { Double($0) },
                retries: value("RETRIES").flatMap { Int($0) },
                pre: truths.contains(value("PRE")?.lowercased())), home: home)
    }

    /// How the index, and the files that it lists, are reached.
    public func network(over settings: NetworkSettings) -> NetworkSettings {
        var settings = settings
        settings.trustSettings = "pip's cert, or SSL_CERT_FILE,"
        if let cert = answer.cert, !cert.isEmpty {
            settings.trustRoots = SettingFile(path: FilePath(cert), setting: "pip's cert")
        }
        if let cert = answer.clientCert, !cert.isEmpty {
            settings.clientCertificate = SettingFile(
                path: FilePath(cert), setting: "pip's client-cert")
        }
        settings.unverifiedHosts += answer.trustedHosts
        if let proxy = answer.proxy, !proxy.isEmpty {
            settings.proxies = Proxies(forAll: proxy, setting: "pip's proxy")
        }
        if let timeout = answer.timeout, timeout > 0 {
            settings.connectTimeout = .seconds(timeout)
            settings.idleTimeout = .seconds(timeout)
        }
        if let retries = answer.retries { settings.triesPerSource = max(0, retries) + 1 }
        return settings
    }
}

/// What is meant by an index or a link: a file or directory that is there, or an absolute one, or a
/// URL.
private func location(_ text: String) -> Address? {
    if text.hasPrefix("/") { return Address(file: FilePath(text)) }
    if let path = try? realPath(FilePath(text)) { return Address(file: path) }
    return Address(text)
}

/// `~/…` below the home directory of the environment.
func expandingHome(_ text: String, _ home: String?) -> String {
    guard let home, text == "~" || text.hasPrefix("~/") else { return text }
    return home + text.dropFirst()
}
