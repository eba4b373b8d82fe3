public import Platform
public import SystemPackage

/// One installed file or link, as a record remembers it.
public struct ManifestEntry: Sendable, Equatable {
    /// Relative to the tree's root.
    public var path: String
    /// Permission bits, octal: `755`. Nil for links.
    public var mode: String?
    /// Bytes; nil for links.
    public var size: Int?
    /// Of the content, hexadecimal; nil for links.
    public var sha256: String?
    /// The text of a link.
    public var link: String?
    var others: [String: JSONValue] = [:]

    /// Reads a file or link; its content is hashed.
    ///
    /// - Parameter path: as it is to be remembered.
    /// - Returns: nil for folders.
    /// - Throws: `PlatformError.wrongKind` for sockets, devices and pipes.
    public init?(_ path: FilePath, reading name: FilePath.Component, in folder: Directory)
        throws(PlatformError)
    {
        self.path = path.string
        guard let status = try folder.status(name) else { return nil }
        switch status.kind {
        case .directory: return nil
        case .link: link = try folder.linkText(name).string
        case .file:
            mode = String(status.mode, radix: 8)
            size = status.size
            sha256 = try Digest(ofFile: folder.file(name, .read)).hex
        default:
            throw .wrongKind(
                path: folder.path.appending(name), wanted: "a file, directory or link",
                found: status.kind)
        }
    }
}

extension ManifestEntry: Codable {
    enum CodingKeys: String, CodingKey { case path, mode, size, sha256, link }

    public init(from decoder: any Decoder) throws {
        let entry = try decoder.container(keyedBy: CodingKeys.self)
        path = try entry.decode(String.self, forKey: .path)
        mode = try entry.decodeIfPresent(String.self, forKey: .mode)
        size = try entry.decodeIfPresent(Int.self, forKey: .size)
        sha256 = try entry.decodeIfPresent(String.self, forKey: .sha256)
        link = try entry.decodeIfPresent(String.self, forKey: .link)
        others = try decoder.others(than: CodingKeys.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var entry = encoder.container(keyedBy: CodingKeys.self)
        try entry.encode(path, forKey: .path)
        try entry.encodeIfPresent(mode, forKey: .mode)
        try entry.encodeIfPresent(size, forKey: .size)
        try entry.encodeIfPresent(sha256, forKey: .sha256)
        try entry.encodeIfPresent(link, forKey: .link)
        try encoder.encode(others: others)
    }
}
