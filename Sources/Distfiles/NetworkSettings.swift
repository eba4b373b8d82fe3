internal import Platform
public import SystemPackage

/// How the network may be used. Nothing here is read from the process: callers hand it down.
public struct NetworkSettings: Sendable {
    /// Off: only files of this machine are used; what would have been asked is listed in the error.
    public var isAllowed = true
    public var proxies: Proxies
    /// Certificates to trust instead of the system's: a PEM file, or a directory of them as
    /// `openssl rehash` makes it.
    public var trustRoots: SettingFile?
    /// The settings that can name `trustRoots`, for messages.
    var trustSettings = "SSL_CERT_FILE"
    /// PEM file with a certificate and its key, for servers that ask for one.
    var clientCertificate: SettingFile?
    /// Hosts whose certificates aren't looked at: `host` or `host:port`.
    var unverifiedHosts: [String] = []
    /// Users and passwords of hosts; need not exist.
    var netrc: FilePath?
    /// How long a connection may take to be made. No second try: the next source is asked.
    public var connectTimeout: Duration = .seconds(10)
    /// How long a connection may say nothing.
    public var idleTimeout: Duration = .seconds(60)
    /// How often one source is asked before the next one: again after a server's error, a timeout,
    /// or a connection that broke.
    public var triesPerSource = 4
    /// The wait before the second try; it doubles with each try.
    public var firstDelay: Duration = .milliseconds(500)
    /// How long a server may ask us to wait (`Retry-After`) before it is given up.
    public var longestDelay: Duration = .seconds(60)

    /// Takes proxies, certificates and netrc from the variables that pip and curl know.
    public init(environment: [String: String] = [:]) {
        func named(_ variables: [String]) -> SettingFile? {
            let setting = variables.first { environment[$0]?.isEmpty == false }
            return setting.map {
                let text = environment[$0]!
                // pip expands its own variable, and no other program the rest.
                let path = $0 == "PIP_CERT" ? expandingHome(text, environment["HOME"]) : text
                return SettingFile(path: FilePath(path), setting: $0)
            }
        }
        proxies = Proxies(environment: environment)
        trustRoots = named([
            "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
        ])
        netrc = named(["NETRC"])?.path ?? named(["HOME"])?.path.appending(".netrc")
    }

    /// Whether the certificate of a host is to be taken whatever it is.
    func isUnverified(_ address: Address) -> Bool {
        let (host, port) = address.hostAndPort
        return unverifiedHosts.contains {
            let wanted = Distfiles.hostAndPort($0.lowercased()[...])
            return wanted.host == host.lowercased()
                && (wanted.port == nil || wanted.port == port ?? address.defaultPort)
        }
    }
}

/// A file that a setting names.
public struct SettingFile: Sendable, Equatable {
    public let path: FilePath
    /// A variable, or a key of pip's configuration.
    public let setting: String

    /// - Throws: why it can't be used, with the setting's name.
    /// - Returns: whether it is a directory.
    func checked() throws(SourceFailure) -> Bool {
        do {
            let kind = try targetStatus(path)?.kind
            if kind == .directory { return true }
            // SSL_CERT_DIR may list several.
            if kind == nil, path.string.contains(":") { return true }
            if kind == nil { throw SourceFailure(.badSetting(setting, "there is no file \(path)")) }
            _ = try File(reading: path)
            return false
        } catch let failure as SourceFailure {
            throw failure
        } catch {
            throw SourceFailure(.badSetting(setting, "\(error)"))
        }
    }
}
