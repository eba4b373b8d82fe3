internal import CCurl
internal import SystemPackage

/// How a server is reached: through which proxy, and whose certificates count.
struct Route {
    let proxy: Proxy?
    private let roots: (file: SettingFile, isDirectory: Bool)?
    private let clientCertificate: SettingFile?
    private let isUnverified: Bool

    /// - Throws: `SourceFailure` when a setting or a file that it names is of no use.
    init(to address: Address, _ settings: NetworkSettings) throws(SourceFailure) {
        proxy = try settings.proxies.proxy(for: address)
        isUnverified = settings.isUnverified(address)
        let isSecure = address.scheme == "https"
        if let file = settings.trustRoots, isSecure || proxy?.address.scheme == "https" {
            roots = (file, try file.checked())
        } else {
            roots = nil
        }
        clientCertificate = isSecure ? settings.clientCertificate : nil
        _ = try clientCertificate?.checked()
    }

    func apply(to transfer: UnsafeMutableRawPointer) {
        func set(_ option: CURLoption, _ value: String?) {
            _ = spkg_curl_set_text(transfer, option, value)
        }
        func set(_ option: CURLoption, _ value: Int) {
            _ = spkg_curl_set_number(transfer, option, value)
        }
        // Empty texts keep libcurl from reading variables of the process.
        set(CURLOPT_NOPROXY, "")
        if let proxy {
            let host = proxy.address.hostAndPort.host
            let name = host.contains(":") ? "[\(host)]" : host
            set(CURLOPT_PROXY, "\(proxy.address.scheme)://\(name):\(proxy.port)")
            if let credentials = proxy.address.credentials {
                set(CURLOPT_PROXYUSERNAME, credentials.user)
                set(CURLOPT_PROXYPASSWORD, credentials.password)
            }
        } else {
            set(CURLOPT_PROXY, "")
        }
        if let roots {
            let path = roots.file.path.string
            for (file, directory) in [
                (CURLOPT_CAINFO, CURLOPT_CAPATH), (CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH),
            ] {
                // The other one would add the system's certificates.
                set(file, roots.isDirectory ? nil : path)
                set(directory, roots.isDirectory ? path : nil)
            }
        }
        if let clientCertificate {
            set(CURLOPT_SSLCERT, clientCertificate.path.string)
            set(CURLOPT_SSLKEY, clientCertificate.path.string)
        }
        if isUnverified {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }
}
