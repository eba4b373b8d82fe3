public import Platform
public import SystemPackage

/// A source archive that a recipe asks for.
public struct Distfile: Sendable, Hashable {
    /// What it is called in `upstream/`.
    public let name: FilePath.Component
    /// The recipe's name; mirrors may sort their files by it.
    public let package: String
    public let sha256: Digest?
    /// Lower case, 40 hexadecimal digits.
    public let sha1: String?
    /// Where the authors publish it; not necessarily a URL that can be read.
    public let upstreamURL: String?
    /// The distribution's name on a Python package index; nil for what is on none.
    public let distribution: String?

    /// - Throws: `unsafeName` when `name` is not a plain file name, `noChecksum` when there is
    ///   neither sum: nothing could tell whether the right file came.
    public init(
        name: String, package: String, sha256: Digest?, sha1: String? = nil,
        upstreamURL: String? = nil, distribution: String? = nil
    ) throws(DistfileError) {
        guard let component = FilePath.Component(name), component.kind == .regular,
            component.string == name
        else { throw .unsafeName(name, package: package) }
        if sha256 == nil && sha1 == nil { throw .noChecksum(name: name, package: package) }
        self.name = component
        self.package = package
        self.sha256 = sha256
        self.sha1 = sha1?.lowercased()
        self.upstreamURL = upstreamURL
        self.distribution = distribution
    }
}
