public import SystemPackage

/// A URL, absolute. Rule: RFC 3986.
///
/// Its description never shows what may be secret: user and password are left out, and a query is
/// shown as `?…` (signed links carry their key there).
public struct Address: Sendable, Hashable {
    /// Lower case, without the colon.
    public let scheme: String
    /// Host and port, as written; empty for `file:///…`.
    let host: String
    let credentials: Credentials?
    /// Percent-encoded; empty or starting with a slash.
    let path: String
    let query: String?
    let fragment: String?

    struct Credentials: Sendable, Hashable {
        let user: String
        let password: String
    }

    /// Reads an absolute URL; characters that must be percent-encoded are encoded. Nil when there
    /// is no scheme, or no host where one is needed, or a port that isn't a number.
    public init?(_ text: some StringProtocol) {
        let parts = Parts(Self.encoded(text))
        guard let scheme = parts.scheme else { return nil }
        // `file:/path` is the same as `file:///path` (RFC 8089).
        let isPath = scheme.lowercased() == "file" && parts.path.hasPrefix("/")
        guard let authority = parts.authority ?? (isPath ? "" : nil) else { return nil }
        self.init(scheme: scheme, authority: authority, parts: parts)
    }

    /// The address of a file on this machine.
    public init(file: FilePath) {
        scheme = "file"
        host = ""
        credentials = nil
        path = Self.encoded(file.string.replacing("%", with: "%25"), alsoQuerySigns: true)
        query = nil
        fragment = nil
    }

    private init?(scheme: Substring, authority: Substring, parts: Parts) {
        self.scheme = scheme.lowercased()
        let at = authority.lastIndex(of: "@")
        host = String(at.map { authority[authority.index(after: $0)...] } ?? authority)
        credentials = at.map { Credentials(authority[..<$0]) }
        path = Self.withoutDots(parts.path)
        query = parts.query.map { String($0) }
        fragment = parts.fragment.map { String($0) }
        if self.scheme != "file", !Self.isHost(host) { return nil }
    }

    /// `name`, `name:80` or `[::1]:80`. What can't be one may be the beginning of a password.
    private static func isHost(_ text: String) -> Bool {
        let end = text.lastIndex(of: "]").map { text.index(after: $0) } ?? text.startIndex
        let colon = text[end...].firstIndex(of: ":") ?? text.endIndex
        let port = text[colon...].dropFirst()
        if !port.isEmpty, !port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return false }
        if !port.isEmpty, UInt16(port) == nil { return false }
        let name = text[..<colon]
        if name.hasPrefix("[") { return HostNumber(name)?.bytes.count == 16 }
        return !name.isEmpty && !name.contains { ":[]".contains($0) }
    }

    private init(_ base: Address, path: String, query: String?, fragment: String?) {
        self.init(
            scheme: base.scheme, host: base.host, credentials: base.credentials, path: path,
            query: query, fragment: fragment)
    }

    private init(
        scheme: String, host: String, credentials: Credentials?, path: String, query: String?,
        fragment: String?
    ) {
        self.scheme = scheme
        self.host = host
        self.credentials = credentials
        self.path = path
        self.query = query
        self.fragment = fragment
    }

    /// What `reference` means on a page that was found here (RFC 3986, 5.2.2).
    ///
    /// On the same host, the user and password of this page hold for the other address as well.
    func resolving(_ reference: some StringProtocol) -> Address? {
        let parts = Parts(Self.encoded(reference))
        if parts.scheme != nil || parts.authority != nil {
            guard let authority = parts.authority else { return nil }
            let found = Address(
                scheme: parts.scheme ?? scheme[...], authority: authority, parts: parts)
            return found?.trusting(self)
        }
        let fragment = parts.fragment.map { String($0) }
        if parts.path.isEmpty {
            return Address(
                self, path: path, query: parts.query.map { String($0) } ?? query,
                fragment: fragment)
        }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        let joined = parts.path.hasPrefix("/") ? parts.path : folder + parts.path
        return Address(
            self, path: Self.withoutDots(joined), query: parts.query.map { String($0) },
            fragment: fragment)
    }

    /// This address with one name more at the end of its path.
    func appending(_ name: String, asFolder: Bool = false) -> Address {
        let encoded = Self.encoded(name.replacing("%", with: "%25"), alsoQuerySigns: true)
        let slash = path.hasSuffix("/") ? "" : "/"
        return Address(
            self, path: path + slash + encoded + (asFolder ? "/" : ""), query: nil, fragment: nil)
    }

    private func trusting(_ page: Address) -> Address {
        guard credentials == nil, let known = page.credentials, isTrusted(by: page) else {
            return self
        }
        return Address(
            scheme: scheme, host: host, credentials: known, path: path, query: query,
            fragment: fragment)
    }

    /// Whether this is the server of the other address: the same host and port, or the same host
    /// with `https` instead of `http`.
    private func isTrusted(by page: Address) -> Bool {
        let (here, there) = (hostAndPort, page.hostAndPort)
        guard here.host.lowercased() == there.host.lowercased() else { return false }
        let ports = (here.port ?? defaultPort, there.port ?? page.defaultPort)
        return scheme == page.scheme && ports.0 == ports.1
            || scheme == "https" && page.scheme == "http" && ports == (443, 80)
    }

    /// The port of a server without one in its address.
    var defaultPort: Int? { ["http": 80, "https": 443, "ftp": 21][scheme] }

    /// An IPv6 host comes without its brackets.
    var hostAndPort: (host: String, port: Int?) {
        let parts = Distfiles.hostAndPort(host[...])
        return (String(parts.host), parts.port)
    }

    /// What a server is asked for: no credentials, no fragment.
    var requestText: String { requestText(user: nil) }

    /// The same with a user, whose password a netrc file may have.
    func requestText(user: String?) -> String {
        let user = user.map { Self.encoded($0, keepingOnly: Self.isUnreserved) + "@" } ?? ""
        let path = path.isEmpty ? "/" : path
        return "\(scheme)://\(user)\(host)\(path)\(query.map { "?\($0)" } ?? "")"
    }

    /// Scheme, host and port.
    var origin: String { "\(scheme)://\(host)" }

    /// The last component of the path, decoded; nil when the path ends in a slash.
    var lastName: String? {
        guard let last = path.split(separator: "/", omittingEmptySubsequences: false).last,
            !last.isEmpty
        else { return nil }
        return Self.decoded(last)
    }

    /// Where a `file:` address leads on this machine; nil for other schemes and hosts.
    public var file: FilePath? {
        guard scheme == "file", host.isEmpty || host == "localhost" else { return nil }
        return FilePath(Self.decoded(path[...]))
    }
}

extension Address: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        // The end of a password with a slash in it looks like a path: https://me:12/34@host/.
        let isOdd = credentials == nil && host.contains(":") && path.contains("@")
        let place = isOdd ? path[path.lastIndex(of: "@")!...].dropFirst() : "\(host)\(path)"
        return "\(scheme)://\(place)\(query == nil ? "" : "?…")"
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
