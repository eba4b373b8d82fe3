public import SystemPackage

/// An FTP server on this machine, over the files of a folder, for anonymous users and passive
/// transfers. It ends with the test.
public struct FileTransferServer: Sendable {
    public let port: Int

    public static func serve<Result>(
        _ folder: FilePath, _ body: (FileTransferServer) async throws -> Result
    ) async throws -> Result {
        let child = try LinkedChild(["python3", "-c", script, folder.string])
        defer { withExtendedLifetime(child) {} }
        guard let port = Int(child.firstLine) else { throw Errno.brokenPipe }
        return try await body(FileTransferServer(port: port))
    }
}

private let script = """
    import os, socketserver, socket, sys, threading
    class Handler(socketserver.StreamRequestHandler):
        def say(self, text):
            self.wfile.write(text.encode() + b"\\r\\n")
        def handle(self):
            listener = None
            self.say("220 ready")
            for line in self.rfile:
                word, _, rest = line.decode().strip().partition(" ")
                path = os.path.join(sys.argv[1], rest.lstrip("/"))
                if word == "USER": self.say("331 password")
                elif word == "PASS": self.say("230 welcome")
                elif word == "PWD": self.say('257 "/"')
                elif word == "EPSV":
                    listener = socket.create_server(("127.0.0.1", 0))
                    self.say("229 passive (|||%d|)" % listener.getsockname()[1])
                elif word == "SIZE" and os.path.isfile(path): self.say("213 %d" % os.path.getsize(path))
                elif word == "RETR" and os.path.isfile(path):
                    self.say("150 here it is")
                    connection, _ = listener.accept()
                    connection.sendall(open(path, "rb").read())
                    connection.close()
                    self.say("226 done")
                elif word in ("SIZE", "RETR"): self.say("550 no such file")
                elif word == "QUIT": return self.say("221 bye")
                else: self.say("200 fine")
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)
    """
