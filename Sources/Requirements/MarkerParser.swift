/// Reads a marker by recursive descent: PEP 508, "Complete Grammar".
struct MarkerParser {
    var scanner: Scanner
    private var depth = 0

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    /// `and` binds closer than `or`.
    mutating func expression() throws(SyntaxProblem) -> MarkerExpression {
        var alternatives: [[MarkerExpression]] = [[try atom()]]
        while true {
            if scanner.skipWord("and") {
                alternatives[alternatives.count - 1].append(try atom())
            } else if scanner.skipWord("or") {
                alternatives.append([try atom()])
            } else {
                break
            }
        }
        return .any(ofAll: alternatives)
    }

    private mutating func atom() throws(SyntaxProblem) -> MarkerExpression {
        scanner.skipBlanks()
        defer { scanner.skipBlanks() }
        guard scanner.skip("(") else { return .comparison(try comparison()) }
        depth += 1
        defer { depth -= 1 }
        // Metadata is untrusted: it must not be able to exhaust the stack.
        guard depth <= 100 else {
            throw SyntaxProblem(offset: scanner.position, expected: .end, isTooDeep: true)
        }
        let inner = try expression()
        scanner.skipBlanks()
        guard scanner.skip(")") else { throw scanner.problem(.closingParenthesis) }
        return inner
    }

    private mutating func comparison() throws(SyntaxProblem) -> MarkerComparison {
        let left = try operand()
        scanner.skipBlanks()
        let name = try comparisonOperator()
        scanner.skipBlanks()
        return MarkerComparison(left: left, operator: name, right: try operand())
    }

    private mutating func operand() throws(SyntaxProblem) -> MarkerComparison.Operand {
        let quote = scanner.next
        if quote == .ascii("'") || quote == .ascii("\"") { return .literal(try string(quote)) }
        for (name, operand) in Self.names where scanner.skipWord(name) { return operand }
        throw scanner.problem(.markerValue)
    }

    /// A quoted string has no escapes: PEP 508 lists its characters, and `\` is none of them.
    private mutating func string(_ quote: UInt8) throws(SyntaxProblem) -> String {
        let start = scanner.position
        scanner.position += 1
        while scanner.next != quote {
            guard scanner.position < scanner.bytes.count, scanner.next != .ascii("\\"),
                scanner.next != .ascii("\n"), scanner.next != .ascii("\r")
            else {
                scanner.position = start
                throw scanner.problem(.markerValue)
            }
            scanner.position += 1
        }
        let text = String(
            decoding: scanner.bytes[(start + 1)..<scanner.position], as: UTF8.self)
        scanner.position += 1
        return text
    }

    private mutating func comparisonOperator()
        throws(SyntaxProblem) -> MarkerComparison.Operator
    {
        if scanner.skipWord("in") { return .within }
        if scanner.skipWord("not") {
            guard scanner.skipBlanks(), scanner.skipWord("in") else {
                throw scanner.problem(.markerOperator)
            }
            return .notWithin
        }
        for name in Self.symbols {
            let bytes = name.rawValue.utf8
            guard scanner.bytes[scanner.position...].starts(with: bytes) else { continue }
            scanner.position += bytes.count
            return name
        }
        throw scanner.problem(.markerOperator)
    }

    // Longer operators first.
    private static let symbols: [MarkerComparison.Operator] = [
        .arbitrary, .equal, .compatible, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater,
    ]

    /// PEP 508's names, and the spellings of PEP 345 with dots that old metadata still has.
    private static let names: [(StaticString, MarkerComparison.Operand)] = [
        ("python_version", .variable(.pythonVersion)),
        ("python_full_version", .variable(.pythonFullVersion)),
        ("extra", .variable(.extra)),
        ("sys_platform", .variable(.sysPlatform)),
        ("sys.platform", .variable(.sysPlatform)),
        ("os_name", .variable(.osName)),
        ("os.name", .variable(.osName)),
        ("platform_system", .variable(.platformSystem)),
        ("platform_machine", .variable(.platformMachine)),
        ("platform.machine", .variable(.platformMachine)),
        ("platform_python_implementation", .variable(.platformPythonImplementation)),
        ("platform.python_implementation", .variable(.platformPythonImplementation)),
        ("python_implementation", .variable(.platformPythonImplementation)),
        ("platform_release", .variable(.platformRelease)),
        ("platform_version", .variable(.platformVersion)),
        ("platform.version", .variable(.platformVersion)),
        ("implementation_name", .variable(.implementationName)),
        ("implementation_version", .variable(.implementationVersion)),
        ("extras", .lockFileVariable("extras")),
        ("dependency_groups", .lockFileVariable("dependency_groups")),
    ]
}
