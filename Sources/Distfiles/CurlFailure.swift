internal import CCurl
internal import Glibc

/// What libcurl says of a transfer that failed.
struct CurlFailure {
    let code: CURLcode
    /// One line, often with the name of a library's function in it.
    let message: String
    /// Of the system call that failed; 0 if none did.
    let systemError: CInt
    /// What a proxy answered when it was asked for a tunnel; 0 if none was asked.
    let tunnelStatus: Int
    let proxy: Proxy?
    /// Whether the certificate that was refused is the proxy's.
    let isOfProxy: Bool
    /// The `Content-Encoding` or else the `Transfer-Encoding` of the answer.
    let encoding: String?

    init(
        code: CURLcode, message: String, _ transfer: UnsafeMutableRawPointer, _ route: Route,
        encoding: String?
    ) {
        self.code = code
        self.message = message.isEmpty ? String(cString: spkg_curl_phrase(code)) : message
        systemError = CInt(truncatingIfNeeded: spkg_curl_number(transfer, CURLINFO_OS_ERRNO))
        tunnelStatus = spkg_curl_number(transfer, CURLINFO_HTTP_CONNECTCODE)
        proxy = route.proxy
        isOfProxy =
            proxy?.address.scheme == "https"
            && (spkg_curl_number(transfer, CURLINFO_PROXY_SSL_VERIFYRESULT) != 0
                || tunnelStatus == 0)
        self.encoding = encoding
    }
}

extension SourceFailure {
    /// What a failed transfer means, and whether it may pass.
    init(_ failure: CurlFailure, at address: Address, _ settings: NetworkSettings) {
        let proxy = failure.proxy.map { "proxy \($0.address.origin) (\($0.setting))" }
        func broken(_ text: String) -> SourceFailure {
            SourceFailure(.connection(text), isPassing: true)
        }
        if let proxy, failure.tunnelStatus != 0, failure.tunnelStatus / 100 != 2 {
            let status = failure.tunnelStatus
            let hint = status == 407 ? ": it wants a user and a password in its address" : ""
            self.init(
                .connection("\(proxy) answered with HTTP status \(status)\(hint)"),
                isPassing: status >= 500)
            return
        }
        switch failure.code {
        case CURLE_COULDNT_RESOLVE_HOST:
            self.init(.connection("no host \(address.hostAndPort.host) is known"))
        case CURLE_COULDNT_RESOLVE_PROXY:
            self.init(.connection("\(proxy ?? "proxy"): no such host is known"))
        case CURLE_COULDNT_CONNECT:
            let lasting = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EACCES, EPERM, 0]
            let error = failure.systemError
            let text =
                error == 0 ? failure.plain : String(cString: strerror(error)).lowercased()
            self.init(
                .connection(proxy.map { "\($0): \(text)" } ?? text),
                isPassing: !lasting.contains(error))
        case CURLE_OPERATION_TIMEDOUT:
            self.init(proxy.map { .connection("\($0) did not answer in time") } ?? .timedOut)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CONNECT_ERROR:
            self = Self.insecure(failure, at: address, settings)
        case CURLE_BAD_CONTENT_ENCODING:
            self.init(.undecodable(failure.encoding ?? "unknown"))
        case CURLE_READ_ERROR where settings.netrc != nil:
            self.init(.badSetting("\(settings.netrc!)", "it is not in the form of a netrc file"))
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            let isUnknown = failure.message.contains("HTTP/0.9")
            self.init(
                isUnknown
                    ? .connection("the answer is not HTTP") : .notFetchable("\(address)"),
                isPassing: isUnknown)
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_FTP_COULDNT_RETR_FILE,
            CURLE_REMOTE_ACCESS_DENIED, CURLE_LOGIN_DENIED:
            self.init(.connection(failure.plain))
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            self = broken("the connection broke")
        case CURLE_WEIRD_SERVER_REPLY:
            self = broken("the answer broke off or is not HTTP")
        default:
            self.init(.connection(proxy.map { "\($0): \(failure.plain)" } ?? failure.plain))
        }
    }

    /// TLS: who could not be spoken to, why, and which setting mends it.
    private static func insecure(
        _ failure: CurlFailure, at address: Address, _ settings: NetworkSettings
    ) -> SourceFailure {
        let host = address.host
        let peer =
            failure.isOfProxy
            ? failure.proxy.map { "proxy \($0.address.host) (\($0.setting))" } ?? host : host
        func named(_ file: SettingFile) -> String { "\(file.path) (\(file.setting))" }
        switch failure.code {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            let trusted = settings.trustRoots.map { "those of \(named($0))" } ?? "the system's"
            return SourceFailure(
                .connection(
                    "no secure connection: the certificate of \(peer) is not accepted: "
                        + "\(failure.plain); trusted certificates are \(trusted); "
                        + "\(settings.trustSettings) can name others"))
        case CURLE_SSL_CACERT_BADFILE:
            let file =
                settings.trustRoots.map { "\(named($0)) holds no certificates in PEM form" }
                ?? "the system's certificates can't be read; install ca-certificates, or name a "
                + "file of certificates in \(settings.trustSettings)"
            return SourceFailure(.connection("no secure connection: \(file)"))
        case CURLE_SSL_CERTPROBLEM:
            let file = settings.clientCertificate.map(named) ?? "the client's certificate"
            return SourceFailure(
                .connection("no secure connection: \(file) holds no certificate with its key"))
        default:
            let isBroken = [ECONNRESET, EPIPE].contains(failure.systemError)
            return SourceFailure(
                .connection("no secure connection to \(peer): \(failure.plain)"),
                isPassing: isBroken)
        }
    }
}

extension CurlFailure {
    /// The message without the names of libraries and their functions: what follows the last of
    /// `error:0A00010B:SSL routines::wrong version number`.
    fileprivate var plain: String {
        var text = message[...]
        for prefix in ["SSL certificate problem: ", "SSL: "] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        if let sign = text.ranges(of: "::").last { text = text[sign.upperBound...] }
        if text.contains("SSL_connect"), let colon = text.ranges(of: ": ").last {
            text = text[colon.upperBound...]
        }
        let plain = withoutCredentials(String(text))
        return plain.prefix(1).lowercased() + plain.dropFirst()
    }
}
