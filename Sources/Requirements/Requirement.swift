/// What a distribution asks of another one, such as `numpy[test]>=1.2; python_version<"3.12"`.
///
/// Rule: PEP 508, as the dependency specifiers specification refines it.
public struct Requirement: Hashable, Sendable {
    public let name: DistributionName
    /// Each once, sorted by normalized name.
    public let extras: [DistributionName]
    /// Empty where a `url` is given.
    public let specifiers: SpecifierSet
    /// The text after `@`: a URL, or the path of a file. It is not checked.
    public let url: String?
    public let marker: Marker?

    /// - Parameter text: one requirement; a specifier list in parentheses, the form of PEP 345,
    ///   is accepted.
    /// - Throws: `RequirementError.invalidRequirement`, `.invalidSpecifier`, `.nestingTooDeep`,
    ///   `.versionNumberTooLarge`.
    public init(_ text: String) throws(RequirementError) {
        var parser = RequirementParser(text)
        do throws(SyntaxProblem) {
            try parser.parse()
        } catch {
            throw error.isTooDeep
                ? .nestingTooDeep(text)
                : .invalidRequirement(text, offset: error.offset, expected: error.expected)
        }
        self.init(
            name: parser.name!, extras: parser.extras,
            specifiers: try SpecifierSet(parser.specifiers), url: parser.url,
            marker: parser.marker)
    }

    public init(
        name: DistributionName, extras: [DistributionName] = [],
        specifiers: SpecifierSet = SpecifierSet(), url: String? = nil, marker: Marker? = nil
    ) {
        self.name = name
        self.extras = Set(extras).sorted()
        self.specifiers = specifiers
        self.url = url
        self.marker = marker
    }

    /// Whether the marker lets the requirement count.
    ///
    /// - Parameter extras: the extras that are asked of the distribution that has this requirement.
    /// - Throws: `RequirementError.undefinedComparison`, `.unknownMarkerVariable`.
    public func applies(
        in environment: MarkerEnvironment, extras: some Collection<DistributionName> = []
    ) throws(RequirementError) -> Bool {
        try marker?.evaluate(in: environment, extras: extras) ?? true
    }
}

extension Requirement: CustomStringConvertible {
    public var description: String {
        var text = name.raw
        if !extras.isEmpty { text += "[\(extras.map(\.raw).joined(separator: ","))]" }
        text += specifiers.description
        if let url { text += " @ \(url)" }
        // Without the space, the semicolon would belong to the URL.
        if let marker { text += url == nil ? "; \(marker)" : " ; \(marker)" }
        return text
    }
}
