internal import CCurl
internal import Glibc
internal import SystemPackage

/// One request to one server and its answer.
struct Transfer {
    let curl: Curl
    let settings: NetworkSettings
    let request: Request

    /// Asks, and hands on the body of a successful answer as it comes. The bodies of others, and of
    /// redirects, are left out.
    ///
    /// - Parameter take: called at least once if the answer is a success.
    /// - Throws: `SourceFailure`, `CancellationError`, or what `take` throws.
    func run(_ take: (Answer, UnsafeRawBufferPointer) throws -> Void) throws -> Answer {
        try withoutActuallyEscaping(take) { take in
            let incoming = Incoming(request.address, take)
            let route = try Route(to: request.address, settings)
            let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
            message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
            defer { message.deallocate() }
            let headers = try headers()
            defer { spkg_curl_free(headers) }

            spkg_curl_reset(curl.transfer)
            set(CURLOPT_NOSIGNAL, 1)
            set(CURLOPT_URL, url)
            set(CURLOPT_USERAGENT, "spkg")
            // spkg_curl_set_pointer also takes what isn't `void *` in C.
            set(CURLOPT_HTTPHEADER, headers.map { UnsafeMutableRawPointer($0) })
            set(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(message))
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
            set(CURLOPT_PATH_AS_IS, 1)
            set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
            set(CURLOPT_BUFFERSIZE, 128 << 10)
            let connecting = settings.connectTimeout / .milliseconds(1)
            set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(connecting)))
            if request.offset > 0 { set(CURLOPT_RANGE, "\(request.offset)-") }
            // All encodings that this libcurl knows.
            if request.decodes { set(CURLOPT_ACCEPT_ENCODING, "") }
            setUser()
            route.apply(to: curl.transfer)
            let context = Unmanaged.passUnretained(incoming).toOpaque()
            set(CURLOPT_HEADERDATA, context)
            set(CURLOPT_WRITEDATA, context)
            _ = spkg_curl_set_function(curl.transfer, CURLOPT_HEADERFUNCTION) {
                Incoming.of($3).head($0, $1 * $2)
            }
            _ = spkg_curl_set_function(curl.transfer, CURLOPT_WRITEFUNCTION) {
                Incoming.of($3).body($0, $1 * $2)
            }

            let code = try curl.run {
                settings.idleTimeout - (ContinuousClock.now - incoming.lastSign)
            }
            if let error = incoming.error { throw error }
            if code != CURLE_OK, !incoming.hasEnough {
                throw SourceFailure(
                    CurlFailure(
                        code: code, message: String(cString: message), curl.transfer, route,
                        encoding: incoming.answer.encoding ?? incoming.answer["transfer-encoding"]),
                    at: request.address, settings)
            }
            try incoming.end()
            return incoming.answer
        }
    }

    /// With a user whose password is unknown: libcurl looks for it in the netrc file only if the
    /// user is a part of the URL.
    private var url: String {
        let known = request.address.credentials
        return request.address.requestText(user: known?.password == "" ? known?.user : nil)
    }

    private func setUser() {
        if let known = request.address.credentials, !known.password.isEmpty {
            set(CURLOPT_USERNAME, known.user)
            set(CURLOPT_PASSWORD, known.password)
        } else if let netrc = settings.netrc {
            set(CURLOPT_NETRC, Int(CURL_NETRC_OPTIONAL.rawValue))
            set(CURLOPT_NETRC_FILE, netrc.string)
        }
    }

    private func headers() throws(SourceFailure) -> UnsafeMutablePointer<curl_slist>? {
        var lines: [String] = []
        if let accept = request.accept { lines.append("Accept: \(accept)") }
        // Files are wanted as they are: a compressed one would be compressed once more.
        if !request.decodes { lines.append("Accept-Encoding: identity") }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = spkg_curl_append(list, line) }
        return list
    }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = spkg_curl_set_number(curl.transfer, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        _ = spkg_curl_set_text(curl.transfer, option, value)
    }

    private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
        _ = spkg_curl_set_pointer(curl.transfer, option, value)
    }
}

/// An answer as it comes, line by line and block by block.
private final class Incoming {
    private let address: Address
    private let take: (Answer, UnsafeRawBufferPointer) throws -> Void
    private var status = 0
    private var fields: [(name: String, value: String)] = []
    private var hasBegun = false
    private var leftOut = 0
    /// When the server last sent something.
    private(set) var lastSign = ContinuousClock.now
    private(set) var error: (any Error)?
    /// Whether the transfer was ended because the rest of its body is of no interest.
    private(set) var hasEnough = false

    init(_ address: Address, _ take: @escaping (Answer, UnsafeRawBufferPointer) throws -> Void) {
        self.address = address
        self.take = take
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> Incoming {
        Unmanaged<Incoming>.fromOpaque(context!).takeUnretainedValue()
    }

    var answer: Answer {
        // Only a proxy has headers for a file of an FTP server.
        let isPlain = status == 0 && address.scheme == "ftp"
        return Answer(address: address, status: isPlain ? 200 : status, fields: fields)
    }

    /// One line of the head, with its line end. A status line begins the next answer: a server may
    /// send provisional ones first (RFC 9110, 15.2).
    func head(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        lastSign = .now
        let line = String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            let words = line.split(separator: " ", maxSplits: 2)
            status = words.count > 1 ? Int(words[1].prefix { $0.isWholeNumber }) ?? 0 : 0
            fields = []
        } else if status != 0, let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[line.index(after: colon)...]
            let end = value.lastIndex { !$0.isWhitespace }
            fields.append(
                (
                    line[..<colon].lowercased(),
                    end.map { String(value[...$0].drop(while: \.isWhitespace)) } ?? ""
                ))
        }
        return count
    }

    /// Returns less than `count` to end the transfer.
    func body(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        lastSign = .now
        guard answer.isSuccess else {
            // A short page is read to its end, so that the connection can be used again.
            leftOut += count
            hasEnough = leftOut > 1 << 20
            return hasEnough ? 0 : count
        }
        hasBegun = true
        do { try take(answer, UnsafeRawBufferPointer(start: bytes, count: count)) } catch {
            self.error = error
            return 0
        }
        return count
    }

    /// The transfer has ended well; perhaps without a body.
    func end() throws {
        if !hasBegun, answer.isSuccess {
            try take(answer, UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}
