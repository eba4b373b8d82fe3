import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// Builds find a loopback of their own, and nothing else.
@Suite struct BuildNetworkTests {
    /// Prints how it goes to reach a server outside, a name, and a server of one's own.
    private static func tries(_ port: UInt16) -> String {
        """
        import socket
        def attempt(address):
            try:
                socket.create_connection(address, 5).close()
                return "reached"
            except OSError:
                return "refused"
        own = socket.create_server(("127.0.0.1", 0))
        print(attempt(("127.0.0.1", \(port))), attempt(("localhost.example.org", 80)), attempt(own.getsockname()))
        """
    }

    private func said(_ body: (Distribution) throws -> String) throws -> String {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                #expect(bind(listener, pointer, size) == 0 && listen(listener, 1) == 0)
                getsockname(listener, pointer, &size)
            }
        }
        var text = ""
        try Distribution.run { distribution in
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share"
                    python3 src/tries.py > "$SAGE_DESTDIR_LOCAL/share/said"
                    make -f src/makefile

                    """
                ],
                source: [
                    "tries.py": Self.tries(UInt16(bigEndian: address.sin_port)),
                    // Two jobs that wait for each other: the tokens come through.
                    "makefile": """
                    all: one two
                    one:
                    \t@mkfifo meet; timeout 30 sh -c 'echo met > meet'
                    two:
                    \t@while [ ! -p meet ]; do sleep 0.01; done; timeout 30 cat meet

                    """,
                ])
            text = try body(distribution)
        }
        return text
    }

    @Test(.enabled(if: Namespaces.areAllowed))
    func `a build reaches no server outside, and one of its own`() throws {
        let text = try said { distribution in
            try distribution.install("pico", environment: ["SPKG_JOBS": "2"])
            return try distribution.local.text("share/said")
        }
        #expect(text == "refused refused reached\n")
    }

    @Test(.enabled(if: Namespaces.areAllowed && geteuid() == 0))
    func `an ordinary user's build has no more, and writes files of that user`() throws {
        let text = try said { distribution in
            let said = try distribution.bash(
                """
                chmod 755 .; chown -R 12345:12345 .
                setpriv --reuid 12345 --regid 12345 --clear-groups "$SPKG" install pico
                stat -c %u:%g local/share/said
                """, ["SPKG_JOBS": "2"])
            #expect(said.stdout == "12345:12345\n", "\(said)")
            return try distribution.local.text("share/said")
        }
        #expect(text == "refused refused reached\n")
    }

    @Test func `who allows it lets builds see the network`() throws {
        let text = try said { distribution in
            try distribution.install(
                "pico", environment: ["SPKG_NETWORK": "yes", "SPKG_JOBS": "2"])
            return try distribution.local.text("share/said")
        }
        #expect(text == "reached refused reached\n")
    }

    @Test(.enabled(if: Namespaces.areAllowed && geteuid() == 0))
    func `where the system forbids it that is said once, and the build goes on`() throws {
        _ = try said { distribution in
            try distribution.add("ham", "1.0", dependencies: "pico")
            let said = try distribution.bash(
                """
                setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$SPKG" install ham
                """, ["SPKG_JOBS": "2"])
            #expect(said.status == 0, "\(said)")
            #expect(
                said.stderr.split(separator: "\n").count {
                    $0.contains("warning: the system allows no network namespace")
                } == 1, "\(said.stderr)")
            return ""
        }
    }
}

/// Whether this system lets us make network namespaces.
private enum Namespaces {
    static let areAllowed =
        (try? Platform.run(
            ["unshare"] + (geteuid() == 0 ? ["-n"] : ["-r", "-n"]) + ["true"],
            environment: ["PATH": "/usr/bin:/bin"]))?.status == 0
}
