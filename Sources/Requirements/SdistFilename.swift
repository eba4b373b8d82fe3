/// The name of a source archive, taken apart.
///
/// Rule: PEP 625, and what older archives are called: a name may have dashes, the version has none.
public struct SdistFilename: Hashable, Sendable {
    public enum Format: String, Hashable, Sendable, CaseIterable {
        case tarGzip = ".tar.gz"
        case zip = ".zip"
    }

    /// The whole name.
    public let raw: String
    public let name: DistributionName
    public let version: Version
    public let format: Format

    /// - Parameter raw: the name without any folder.
    /// - Throws: `RequirementError.invalidSdistFilename`.
    public init(_ raw: String) throws(RequirementError) {
        func problem(_ problem: RequirementError.FilenameProblem) -> RequirementError {
            .invalidSdistFilename(raw, problem: problem)
        }
        guard let format = Format.allCases.first(where: { raw.hasSuffix($0.rawValue) }) else {
            throw problem(.suffix)
        }
        let stem = raw.dropLast(format.rawValue.count)
        guard let dash = stem.lastIndex(of: "-") else { throw problem(.numberOfParts) }
        guard let name = try? DistributionName(String(stem[..<dash])) else { throw problem(.name) }
        let text = stem[stem.index(after: dash)...]
        guard !text.utf8.contains(where: { $0.isSpace || $0 >= 0x80 }),
            let version = try? Version(String(text))
        else { throw problem(.version) }
        self.raw = raw
        self.name = name
        self.version = version
        self.format = format
    }
}

extension SdistFilename: CustomStringConvertible {
    public var description: String { raw }
}
