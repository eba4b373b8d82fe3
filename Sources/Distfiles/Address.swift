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
    /// is no scheme, or no host where one is needed.
    public init?(_ text: some StringProtocol) {
        let parts = Parts(Self.encoded(text))
        guard let scheme = parts.scheme, let authority = parts.authority else { return nil }
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
        if host.isEmpty && self.scheme != "file" { return nil }
    }

    private init(_ base: Address, path: String, query: String?, fragment: String?) {
        scheme = base.scheme
        host = base.host
        credentials = base.credentials
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
        guard credentials == nil, scheme == page.scheme, host == page.host else { return self }
        return Address(page, path: path, query: query, fragment: fragment)
    }

    /// What an HTTP client is asked for: no credentials, no fragment.
    var requestText: String {
        "\(scheme)://\(host)\(path.isEmpty ? "/" : path)\(query.map { "?\($0)" } ?? "")"
    }

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
        "\(scheme)://\(host)\(path)\(query == nil ? "" : "?…")"
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
