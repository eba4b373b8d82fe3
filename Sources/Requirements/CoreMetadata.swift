/// What a distribution says about itself, as far as installing it needs to know.
///
/// Rule: core metadata specification (PEP 241, 314, 345, 566, 643).
public struct CoreMetadata: Hashable, Sendable {
    /// `Metadata-Version`, such as `2.1`; not compared with anything.
    public let metadataVersion: String
    public let name: DistributionName
    public let version: Version
    /// One line; empty if there is none.
    public let summary: String
    public let requiresPython: SpecifierSet?
    public let requiresDist: [Requirement]
    public let providesExtra: [DistributionName]

    /// - Parameter bytes: a whole `METADATA` or `PKG-INFO` file.
    /// - Throws: as `init(_ headers:)`; also `RequirementError.malformedHeader`.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequirementError) {
        try self.init(MetadataHeaders(bytes))
    }

    /// - Throws: `RequirementError.missingHeader` or `.repeatedHeader` for a header that must be
    ///   there exactly once; `.invalidHeader` for a value that cannot be read.
    public init(_ headers: MetadataHeaders) throws(RequirementError) {
        metadataVersion = try Self.one("Metadata-Version", in: headers)
        name = try Self.read("Name", try Self.one("Name", in: headers)) {
            text throws(RequirementError) in try DistributionName(text)
        }
        version = try Self.read("Version", try Self.one("Version", in: headers)) {
            text throws(RequirementError) in try Version(text)
        }
        summary = headers["Summary"].map { String($0.prefix { !$0.isNewline }) } ?? ""
        if let text = headers["Requires-Python"] {
            requiresPython = try Self.read("Requires-Python", text) {
                text throws(RequirementError) in try SpecifierSet(text)
            }
        } else {
            requiresPython = nil
        }
        var requirements: [Requirement] = []
        for text in headers.values(of: "Requires-Dist") {
            requirements.append(
                try Self.read("Requires-Dist", text) {
                    text throws(RequirementError) in try Requirement(text)
                })
        }
        requiresDist = requirements
        var extras: [DistributionName] = []
        for text in headers.values(of: "Provides-Extra") {
            extras.append(
                try Self.read("Provides-Extra", text) {
                    text throws(RequirementError) in try DistributionName(text)
                })
        }
        providesExtra = extras
    }

    private static func one(
        _ name: String, in headers: MetadataHeaders
    ) throws(RequirementError) -> String {
        let values = headers.values(of: name)
        guard values.count < 2 else { throw .repeatedHeader(name) }
        guard let value = values.first, !value.isEmpty else { throw .missingHeader(name) }
        return value
    }

    private static func read<Value>(
        _ name: String, _ text: String, by parse: (String) throws(RequirementError) -> Value
    ) throws(RequirementError) -> Value {
        do throws(RequirementError) {
            return try parse(text)
        } catch {
            throw .invalidHeader(name, value: text, cause: error)
        }
    }
}
