import Platform
public import SystemPackage

/// A real web server over a folder on a free port of this machine, for real clients.
public struct WebServer {
    /// Without a slash at the end.
    public let url: String
    private let log: FilePath

    /// What was asked for so far, in order: `"GET PATH HTTP/1.1"` and what the server says of it.
    public func requests() throws -> [String] {
        try (readTextIfPresent(log) ?? "").split(separator: "\n")
            .filter { $0.contains("\"GET ") }.map { String($0) }
    }

    /// `python3 -m http.server`.
    public static func python<Result>(
        over folder: FilePath, _ body: (WebServer) throws -> Result
    ) throws -> Result {
        let log = FilePath(folder.string + ".requests")
        let child = try LinkedChild([
            "bash", "-c",
            """
            python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 2>"$2" </dev/null &
            read -r
            kill $!
            wait
            """, "server", folder.string, log.string,
        ])
        defer { withExtendedLifetime(child) {} }
        let words = child.firstLine.split(separator: " ")
        guard let place = words.firstIndex(of: "port"), words.count > place + 1 else {
            throw Errno.brokenPipe
        }
        return try body(WebServer(url: "http://127.0.0.1:\(words[place + 1])", log: log))
    }

    /// Debian puts it where not everybody's PATH leads.
    public static var hasNginx: Bool {
        let path = "\(inherited("PATH") ?? ""):/usr/sbin"
        return (try? run(["nginx", "-v"], environment: ["PATH": path]))?.status == 0
    }

    /// nginx with a configuration and a prefix of its own, which hands out JSON to who asks for it.
    public static func nginx<Result>(
        over folder: FilePath, _ body: (WebServer) throws -> Result
    ) throws -> Result {
        let prefix = FilePath(folder.string + ".nginx")
        try makeDirectories(prefix)
        try writeFile(prefix.appending("template"), configuration(folder, prefix).utf8)
        // A port that is free now may be taken a moment later: then nginx says so, and another is
        // tried. nginx listens when its first process ends.
        let child = try LinkedChild([
            "bash", "-c",
            """
            PATH=$PATH:/usr/sbin
            cd "$1"
            for try in 1 2 3 4 5; do
                port=$(python3 -c 'import socket
            s = socket.socket()
            s.bind(("127.0.0.1", 0))
            print(s.getsockname()[1])')
                sed "s/PORT/$port/" template > nginx.conf
                if nginx -e "$1/errors" -p "$1" -c "$1/nginx.conf" >/dev/null; then
                    echo "$port"
                    read -r
                    kill "$(cat pid)"
                    exit
                fi
            done
            """, "server", prefix.string,
        ])
        defer { withExtendedLifetime(child) {} }
        guard let port = Int(child.firstLine) else { throw Errno.brokenPipe }
        return try body(
            WebServer(
                url: "http://127.0.0.1:\(port)", log: prefix.appending("requests")))
    }

    private static func configuration(_ folder: FilePath, _ prefix: FilePath) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "    \($0)_temp_path \"\(prefix)/\($0)\";"
        }
        return """
            daemon on;
            master_process off;
            pid "\(prefix)/pid";
            events {}
            http {
            \(temporary.joined(separator: "\n"))
                log_format plain '"$request" $sent_http_content_type';
                access_log "\(prefix)/requests" plain;
                map $http_accept $page {
                    default index.html;
                    "~application/vnd\\.pypi\\.simple\\.v1\\+json" index.json;
                }
                types {
                    text/html html;
                    application/vnd.pypi.simple.v1+json json;
                }
                server {
                    listen 127.0.0.1:PORT;
                    root "\(folder)";
                    index $page;
                }
            }

            """
    }
}
