internal import Glibc
internal import Platform
public import SystemPackage

/// An HTTP server on this machine: a process of its own, that ends with the test.
///
/// It serves the files of a folder, with ranges. Components with `=` in a request's path are no
/// folders but tell it to misbehave:
///
///     /drop=1000/NAME      the first answer stops after 1000 bytes, and breaks off at `go()`
///     /fail=2/NAME         the first 2 answers are status 500
///     /status=404/NAME     all answers are this status
///     /plain=1/NAME        ranges are ignored
///     /to=PORT/NAME        a redirect to /NAME on another port of this machine
///     /loop=1/NAME         a redirect to itself
///     /stop=1000/NAME      stops after 1000 bytes and goes on at `go()`
///     /auth=user:pass/NAME 401 without this user and password
///     /after=9/fail=1/NAME failures say Retry-After: 9
///     /as=203/NAME         a success with this status
///     /gzip=1/NAME         compressed, and says so
///     /says=gzip/NAME      as it is, but says that it is compressed
///     /more=9/NAME         says that it is 9 bytes longer, and ends the connection
///     /open=1/NAME         without a length: it ends with the connection
///     /chunked=1/NAME      in chunks, without a length
///     /into=ftp/NAME       a redirect to a URL of this scheme
///
/// `open` and `chunked` with `drop` end the connection at once, without waiting.
///
/// As a proxy it leads every tunnel to itself, and serves `http:` addresses by their path.
///
/// A folder is answered with its `index.json` if the client accepts JSON and there is one, else with
/// its `index.html`.
public struct LoopbackServer: Sendable {
    public let port: Int
    private let log: FilePath
    private let line: CInt
    private let isSecure: Bool

    public var url: String {
        isSecure ? "https://localhost:\(port)" : "http://127.0.0.1:\(port)"
    }

    /// Lets answers go on that were told to stop.
    public func go() { write(line, "g", 1) }

    /// Each request so far: `PATH range=… accept=… proxy=… auth=…`, the last two with what stands in
    /// `Proxy-Authorization` and `Authorization`.
    public func requests() throws -> [String] {
        try (readTextIfPresent(log) ?? "").split(separator: "\n").map { String($0) }
    }

    /// Runs `body` with a server over `folder`; its log is written beside it.
    ///
    /// With a certificate, a PEM file that holds its key as well, it speaks HTTPS as `localhost`.
    public static func serve<Result>(
        _ folder: FilePath, certificate: FilePath? = nil,
        _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let log = FilePath(folder.string + ".requests")
        let child = try LinkedChild([
            "python3", "-c", script, folder.string, log.string, certificate?.string ?? "",
        ])
        defer { withExtendedLifetime(child) {} }
        guard let port = Int(child.firstLine) else { throw Errno.brokenPipe }
        return try await body(
            LoopbackServer(
                port: port, log: log, line: child.line, isSecure: certificate != nil))
    }
}

private let script = """
    import base64, collections, gzip, http.server, os, ssl, sys, threading, urllib.parse
    root, log, certificate = sys.argv[1:]
    lock, go, seen = threading.Lock(), threading.Event(), collections.Counter()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status, body=b"", headers={}, sent=None, more=0):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + more))
            self.end_headers()
            self.wfile.write(body if sent is None else body[:sent])
            self.wfile.flush()

        def note(self):
            head = self.headers
            with lock:
                with open(log, "a") as file:
                    print(self.path, "range=" + head.get("Range", ""),
                          "accept=" + head.get("Accept", "").replace(" ", ""),
                          "proxy=" + head.get("Proxy-Authorization", "").replace(" ", ""),
                          "auth=" + head.get("Authorization", ""), file=file)
                seen[self.path] += 1
                return seen[self.path]

        def do_CONNECT(self):
            self.note()
            self.send_response(200)
            self.end_headers()

        def do_GET(self):
            head, first = self.headers, self.note()
            parts = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).split("/")
            told = dict(part.split("=", 1) for part in parts if "=" in part)
            name = "/".join(part for part in parts if part and "=" not in part)
            if "auth" in told:
                wanted = "Basic " + base64.b64encode(told["auth"].encode()).decode()
                if head.get("Authorization") != wanted:
                    return self.answer(401)
            if "status" in told:
                return self.answer(int(told["status"]))
            if first <= int(told.get("fail", 0)):
                return self.answer(
                    500, headers={"Retry-After": told["after"]} if "after" in told else {})
            if "into" in told:
                place = "%s://127.0.0.1/%s" % (told["into"], urllib.parse.quote(name))
                return self.answer(302, headers={"Location": place})
            if "loop" in told:
                return self.answer(302, headers={"Location": self.path})
            if "to" in told:
                place = "http://127.0.0.1:%s/%s" % (told["to"], urllib.parse.quote(name))
                return self.answer(302, headers={"Location": place})
            path, kind = os.path.join(root, name), "application/octet-stream"
            if os.path.isdir(path):
                page = os.path.join(path, "index.json")
                if "json" in head.get("Accept", "") and os.path.exists(page):
                    path, kind = page, "application/vnd.pypi.simple.v1+json"
                else:
                    path, kind = os.path.join(path, "index.html"), "text/html"
            if not os.path.isfile(path):
                return self.answer(404)
            with open(path, "rb") as file:
                body = file.read()
            status, headers = int(told.get("as", 200)), {"Content-Type": kind}
            if "gzip" in told:
                body, told["says"] = gzip.compress(body), "gzip"
            if "says" in told:
                headers["Content-Encoding"] = told["says"]
            if "Range" in head and "plain" not in told:
                start = int(head["Range"][6:].split("-")[0])
                if start >= len(body):
                    return self.answer(416)
                headers["Content-Range"] = "bytes %d-%d/%d" % (start, len(body) - 1, len(body))
                status, body = 206, body[start:]
            if "open" in told or "chunked" in told:
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.send_header("Connection", "close")
                self.close_connection = True
                isShort = "drop" in told and first == 1
                body = body[:int(told["drop"])] if isShort else body
                if "chunked" in told:
                    self.send_header("Transfer-Encoding", "chunked")
                    body = b"%x\\r\\n%s\\r\\n" % (len(body), body) + (b"" if isShort else b"0\\r\\n\\r\\n")
                self.end_headers()
                return self.wfile.write(body)
            if "more" in told:
                self.answer(status, body, headers, more=int(told["more"]))
                self.close_connection = True
                return
            if "drop" in told and first == 1:
                self.answer(status, body, headers, int(told["drop"]))
                go.wait()
                self.close_connection = True
                return
            if "stop" in told:
                count = int(told["stop"])
                self.answer(status, body, headers, count)
                go.wait()
                return self.wfile.write(body[count:])
            self.answer(status, body, headers)

        def log_message(self, *_):
            pass

        def handle(self):
            try:
                super().handle()
            except (OSError, ValueError):
                pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while sys.stdin.buffer.raw.read(1):
        go.set()
    os._exit(0)
    """
