indirect enum MarkerExpression: Hashable, Sendable {
    case comparison(MarkerComparison)
    case all([MarkerExpression])
    case any([MarkerExpression])

    func evaluate(in environment: MarkerEnvironment) throws(RequirementError) -> Bool {
        switch self {
        case .comparison(let comparison):
            return try comparison.evaluate(in: environment)
        case .all(let parts):
            var result = true
            for part in parts where try !part.evaluate(in: environment) { result = false }
            return result
        case .any(let parts):
            var result = false
            for part in parts where try part.evaluate(in: environment) { result = true }
            return result
        }
    }
}

extension MarkerExpression {
    /// Parentheses that change nothing leave no trace, so equal conditions are equal values.
    static func any(ofAll alternatives: [[MarkerExpression]]) -> MarkerExpression {
        let parts = alternatives.flatMap { group -> [MarkerExpression] in
            let flat = group.flatMap { part -> [MarkerExpression] in
                if case .all(let inner) = part { return inner }
                return [part]
            }
            if flat.count > 1 { return [.all(flat)] }
            if case .any(let inner) = flat[0] { return inner }
            return flat
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }
}

extension MarkerExpression: CustomStringConvertible {
    var description: String {
        switch self {
        case .comparison(let comparison):
            return comparison.description
        case .all(let parts):
            return parts.map { part -> String in
                if case .any = part { return "(\(part))" }
                return part.description
            }.joined(separator: " and ")
        case .any(let parts):
            return parts.map(\.description).joined(separator: " or ")
        }
    }
}

struct MarkerComparison: Hashable, Sendable {
    enum Operand: Hashable, Sendable {
        case variable(MarkerVariable)
        /// `extras` and `dependency_groups`, sets that only lock files know: PEP 751.
        case lockFileVariable(String)
        case literal(String)

        /// The text between quotes, or the name.
        var spelling: String {
            switch self {
            case .variable(let variable): variable.rawValue
            case .lockFileVariable(let name): name
            case .literal(let text): text
            }
        }
    }

    enum Operator: String, Hashable, Sendable {
        case lessOrEqual = "<="
        case less = "<"
        case notEqual = "!="
        case equal = "=="
        case greaterOrEqual = ">="
        case greater = ">"
        case compatible = "~="
        case arbitrary = "==="
        case within = "in"
        case notWithin = "not in"
    }

    let left: Operand
    let `operator`: Operator
    let right: Operand
    /// The right side as a clause, where it is the same in every environment.
    private let specifier: Specifier?

    init(left: Operand, operator name: Operator, right: Operand) {
        var (left, right) = (left, right)
        // PEP 685: extras are compared in their normalized form.
        if left == .variable(.extra) {
            right = .literal(DistributionName.normalize(right.spelling))
        } else if right == .variable(.extra) {
            left = .literal(DistributionName.normalize(left.spelling))
        } else if case .variable = left {
            // Between two variables nothing sensible can be meant; `packaging` takes the name of
            // the second one for a literal.
            right = .literal(right.spelling)
        }
        self.left = left
        self.operator = name
        self.right = right
        if case .variable(let variable) = left, variable.isVersion, case .literal(let text) = right
        {
            specifier = Self.specifier(name, text)
        } else {
            specifier = nil
        }
    }

    func evaluate(in environment: MarkerEnvironment) throws(RequirementError) -> Bool {
        switch (left, right) {
        case (.variable(let variable), .literal(let value)):
            return try compare(
                environment[variable], value, as: variable, specifier: specifier)
        case (.literal(let value), .variable(let variable)):
            let other = environment[variable]
            return try compare(
                value, other, as: variable,
                specifier: variable.isVersion ? Self.specifier(self.operator, other) : nil)
        case (.lockFileVariable(let name), _), (_, .lockFileVariable(let name)):
            throw .unknownMarkerVariable(name)
        case (_, _):
            throw .unknownMarkerVariable(right.spelling)
        }
    }

    /// Rule: dependency specifiers specification, "Environment Markers": as versions if the
    /// variable is one and the right side makes a valid specifier, else as strings; order among
    /// strings is not defined beyond equality.
    private func compare(
        _ left: String, _ right: String, as variable: MarkerVariable, specifier: Specifier?
    ) throws(RequirementError) -> Bool {
        if let specifier {
            return SpecifierSet([specifier]).contains(text: left)
        }
        switch self.operator {
        case .within: return Self.contains(right, left)
        case .notWithin: return !Self.contains(right, left)
        case .equal, .lessOrEqual, .greaterOrEqual: return left == right
        case .notEqual: return left != right
        case .less, .greater: return false
        case .compatible, .arbitrary:
            throw .undefinedComparison(
                left: left, operator: self.operator.rawValue, right: right)
        }
    }

    private static func specifier(_ name: Operator, _ text: String) -> Specifier? {
        switch name {
        case .within, .notWithin: nil
        default: try? Specifier(name.rawValue + text)
        }
    }

    /// Whether the bytes of `part` occur in `whole`; nothing occurs in everything.
    private static func contains(_ whole: String, _ part: String) -> Bool {
        let (whole, part) = (Array(whole.utf8), Array(part.utf8))
        guard part.count <= whole.count else { return false }
        return (0...(whole.count - part.count)).contains { start in
            whole[start..<(start + part.count)].elementsEqual(part)
        }
    }
}

extension MarkerComparison: CustomStringConvertible {
    var description: String { "\(left) \(self.operator.rawValue) \(right)" }
}

extension MarkerComparison.Operand: CustomStringConvertible {
    var description: String {
        guard case .literal(let text) = self else { return spelling }
        return text.utf8.contains(.ascii("\"")) ? "'\(text)'" : "\"\(text)\""
    }
}
