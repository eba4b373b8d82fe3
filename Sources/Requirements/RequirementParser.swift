/// Reads a requirement from left to right: PEP 508, "Complete Grammar".
struct RequirementParser {
    private var scanner: Scanner
    private(set) var name: DistributionName?
    private(set) var extras: [DistributionName] = []
    /// Clauses between commas, syntactically sound.
    private(set) var specifiers = ""
    private(set) var url: String?
    private(set) var marker: Marker?

    init(_ text: String) {
        scanner = Scanner(text)
    }

    /// Once it returns, `name` is set.
    mutating func parse() throws(SyntaxProblem) {
        scanner.skipBlanks()
        name = try scanner.name(.name)
        scanner.skipBlanks()
        if scanner.skip("[") { try parseExtras() }
        scanner.skipBlanks()
        if scanner.skip("@") {
            try parseURL()
        } else {
            try parseSpecifiers()
        }
        guard scanner.isAtEnd else { throw scanner.problem(.end) }
    }

    private mutating func parseExtras() throws(SyntaxProblem) {
        scanner.skipBlanks()
        if scanner.skip("]") { return }
        while true {
            extras.append(try scanner.name(.extra))
            scanner.skipBlanks()
            if scanner.skip("]") { return }
            guard scanner.skip(",") else { throw scanner.problem(.commaOrClosingBracket) }
            scanner.skipBlanks()
        }
    }

    private mutating func parseURL() throws(SyntaxProblem) {
        scanner.skipBlanks()
        let start = scanner.position
        while scanner.position < scanner.bytes.count, !scanner.next.isBlank, !scanner.isAtEnd {
            scanner.position += 1
        }
        guard scanner.position > start else { throw scanner.problem(.url) }
        url = scanner.text(from: start)
        scanner.skipBlanks()
        if !scanner.isAtEnd { try parseMarker(else: .semicolon) }
    }

    private mutating func parseSpecifiers() throws(SyntaxProblem) {
        let isParenthesised = scanner.skip("(")
        scanner.skipBlanks()
        let start = scanner.position
        while try skipSpecifier() {
            scanner.skipBlanks()
            guard scanner.skip(",") else { break }
            scanner.skipBlanks()
        }
        specifiers = scanner.text(from: start)
        scanner.skipBlanks()
        if isParenthesised {
            guard scanner.skip(")") else { throw scanner.problem(.closingParenthesis) }
            scanner.skipBlanks()
        }
        if !scanner.isAtEnd { try parseMarker(else: .specifierOrMarker) }
    }

    private mutating func parseMarker(else expected: RequirementError.Expected)
        throws(SyntaxProblem)
    {
        guard scanner.skip(";") else { throw scanner.problem(expected) }
        var parser = MarkerParser(scanner)
        marker = Marker(try parser.expression())
        scanner.position = parser.scanner.position
        scanner.skipBlanks()
    }

    /// Goes past one operator and its version.
    ///
    /// - Returns: false where no operator stands.
    private mutating func skipSpecifier() throws(SyntaxProblem) -> Bool {
        let here = scanner.bytes[scanner.position...]
        guard
            let name = Specifier.Operator.byLength.first(where: {
                here.starts(with: $0.rawValue.utf8)
            })
        else { return false }
        let start = scanner.position
        scanner.position += name.rawValue.utf8.count
        while scanner.next.isSpace { scanner.position += 1 }
        if name == .arbitrary {
            while scanner.position < scanner.bytes.count, !scanner.next.isSpace,
                scanner.next != .ascii(";"), scanner.next != .ascii(")")
            {
                scanner.position += 1
            }
            return true
        }
        let position = scanner.position
        let end = scanner.bytes.withUnsafeBufferPointer {
            Self.endOfVersion(in: $0, from: position, after: name)
        }
        guard let end else {
            scanner.position = start
            throw scanner.problem(.specifier)
        }
        scanner.position = end
        return true
    }

    private static func endOfVersion(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, after name: Specifier.Operator
    ) -> Int? {
        var parser = VersionParser(bytes, at: start)
        let isExact = name == .equal || name == .notEqual
        guard parser.releasePart() != nil else { return nil }
        if isExact, bytes[parser.position...].starts(with: ".*".utf8) { return parser.position + 2 }
        parser.position = start
        _ = parser.version()
        return parser.position
    }
}
