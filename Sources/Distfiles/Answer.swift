/// What is asked of a server.
struct Request {
    var address: Address
    /// The `Accept` header; nil for anything.
    var accept: String?
    /// The first byte that is wanted; 0 asks for the whole file.
    var offset = 0
    /// Whether the body's `Content-Encoding` is undone as it comes.
    var decodes = false

    init(_ address: Address) { self.address = address }
}

/// What a server answered, without the body.
struct Answer {
    /// Which address gave it, after all redirects.
    let address: Address
    /// For FTP without a proxy, where answers have none, 200.
    let status: Int
    let fields: [(name: String, value: String)]

    /// The first header of a name, which is given in lower case.
    subscript(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// Where it leads to, if it is a redirect.
    var location: String? {
        [301, 302, 303, 307, 308].contains(status) ? self["location"] : nil
    }

    /// Where the body starts in the whole file (RFC 9110, 14.4).
    var rangeStart: Int? {
        guard let value = self["content-range"], value.lowercased().hasPrefix("bytes ") else {
            return nil
        }
        return Int(value.dropFirst(6).drop { $0 == " " }.prefix { $0.isWholeNumber })
    }

    /// Bytes of the body as it is sent; nil if that isn't said.
    var length: Int? { self["content-length"].flatMap { Int($0) } }

    /// How the body is encoded; nil when it is sent as it is.
    var encoding: String? {
        let value = self["content-encoding"]?.lowercased()
        return value == "identity" || value?.isEmpty == true ? nil : value
    }

    /// Whether a broken connection looks like the end of the body.
    var endIsUncertain: Bool {
        status != 204 && length == nil
            && self["transfer-encoding"]?.lowercased().contains("chunked") != true
    }
}
