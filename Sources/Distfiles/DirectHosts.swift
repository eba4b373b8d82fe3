internal import Glibc

/// Hosts that are reached without a proxy: what `no_proxy` lists, separated by commas or blanks.
///
///     *                  every host
///     example.org        this host and all below it; .example.org means the same
///     example.org:8080   only at this port
///     10.0.0.0/8         addresses of a range, also of IPv6 (fd00::/8)
///     [::1]:8080         IPv6 with brackets or without, with brackets also a port
struct DirectHosts: Sendable, Equatable {
    private enum Entry: Equatable {
        case all
        case name(Substring, port: Int?)
        case range(HostNumber, bits: Int, port: Int?)
    }

    private let entries: [Entry]

    init(_ text: String) {
        entries = text.lowercased().split { $0 == "," || $0.isWhitespace }.compactMap {
            Self.entry($0)
        }
    }

    func contains(_ address: Address) -> Bool {
        let (host, port) = address.hostAndPort
        let name = Self.trimmed(host[...])
        let number = HostNumber(host)
        return entries.contains { entry in
            switch entry {
            case .all: true
            case .name(let wanted, let wantedPort):
                (name == wanted || number == nil && name.hasSuffix(".\(wanted)"))
                    && (wantedPort == nil || wantedPort == port ?? address.defaultPort)
            case .range(let wanted, let bits, let wantedPort):
                number?.begins(like: wanted, bits: bits) == true
                    && (wantedPort == nil || wantedPort == port ?? address.defaultPort)
            }
        }
    }

    private static func entry(_ text: Substring) -> Entry? {
        if text == "*" { return .all }
        let parts = text.split(separator: "/", maxSplits: 1)
        if let number = HostNumber(parts.first ?? "") {
            let bits = parts.count > 1 ? Int(parts[1]) : number.bytes.count * 8
            guard let bits, (0...number.bytes.count * 8).contains(bits) else { return nil }
            return .range(number, bits: bits, port: nil)
        }
        let (host, port) = hostAndPort(text)
        if let number = HostNumber(host) {
            return .range(number, bits: number.bytes.count * 8, port: port)
        }
        let name = trimmed(host)
        return name.isEmpty ? nil : .name(name, port: port)
    }

    /// Without dots at the ends, which change nothing.
    private static func trimmed(_ name: Substring) -> Substring {
        var name = name.drop { $0 == "." }
        while name.last == "." { name.removeLast() }
        return name
    }
}

/// An IP address as bytes: 4 or 16 of them.
struct HostNumber: Sendable, Equatable {
    let bytes: [UInt8]

    init?(_ text: some StringProtocol) {
        var text = String(text)
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            if inet_pton(family, text, &bytes) == 1 {
                self.bytes = bytes
                return
            }
        }
        return nil
    }

    func begins(like other: HostNumber, bits: Int) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return (bytes[bit / 8] ^ other.bytes[bit / 8]) & mask == 0
        }
    }
}

/// `host:port` taken apart. An IPv6 host comes without its brackets.
func hostAndPort(_ text: Substring) -> (host: Substring, port: Int?) {
    let end = text.lastIndex(of: "]").map { text.index(after: $0) } ?? text.startIndex
    let colon = text[end...].firstIndex(of: ":") ?? text.endIndex
    var name = text[..<colon]
    if name.hasPrefix("[") { name = name.dropFirst().dropLast() }
    return (name, Int(text[colon...].dropFirst()))
}
