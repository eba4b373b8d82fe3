/// A condition on the environment, the part of a requirement after `;`.
///
/// Rule: PEP 508, "Environment Markers", as the dependency specifiers specification refines it.
public struct Marker: Hashable, Sendable {
    let expression: MarkerExpression

    /// - Throws: `RequirementError.invalidMarker`, `.nestingTooDeep`.
    public init(_ text: String) throws(RequirementError) {
        var parser = MarkerParser(Scanner(text))
        do throws(SyntaxProblem) {
            expression = try parser.expression()
            parser.scanner.skipBlanks()
            guard parser.scanner.isAtEnd else { throw parser.scanner.problem(.end) }
        } catch {
            throw error.isTooDeep
                ? .nestingTooDeep(text)
                : .invalidMarker(text, offset: error.offset, expected: error.expected)
        }
    }

    init(_ expression: MarkerExpression) {
        self.expression = expression
    }

    /// Whether the condition holds.
    ///
    /// Every comparison is looked at, so an error does not depend on what stands beside it.
    /// - Throws: `RequirementError.undefinedComparison`, `.unknownMarkerVariable`.
    public func evaluate(in environment: MarkerEnvironment) throws(RequirementError) -> Bool {
        try expression.evaluate(in: environment)
    }

    /// Whether the condition holds for one of the extras, or for none if none is given.
    public func evaluate(
        in environment: MarkerEnvironment, extras: some Collection<DistributionName>
    ) throws(RequirementError) -> Bool {
        if extras.isEmpty { return try evaluate(in: environment.with(extra: "")) }
        for extra in extras where try evaluate(in: environment.with(extra: extra.normalized)) {
            return true
        }
        return false
    }
}

extension Marker: CustomStringConvertible {
    /// Variables by their present names, values in double quotes, parentheses where they matter.
    public var description: String { expression.description }
}
