/// Every way in which a name, version, requirement, tag, file name or metadata is refused.
///
/// Offsets count UTF-8 bytes from the start of the text that the case carries.
public enum RequirementError: Error, Hashable, Sendable {
    case invalidName(String)
    case invalidVersion(String)
    /// A number of the version doesn't fit 63 bits; no release tool makes such versions.
    case versionNumberTooLarge(String)
    case invalidSpecifier(String)
    case invalidMarker(String, offset: Int, expected: Expected)
    case invalidRequirement(String, offset: Int, expected: Expected)
    /// The operator has no meaning for this variable, as in `sys_platform ~= "linux"`.
    case undefinedComparison(left: String, operator: String, right: String)
    /// A comparison of two quoted strings, or of a variable that only lock files have.
    case unknownMarkerVariable(String)
    case invalidTag(String)
    case invalidWheelFilename(String, problem: FilenameProblem)
    case invalidSdistFilename(String, problem: FilenameProblem)
    /// Lines count from 1.
    case malformedHeader(line: Int, text: String)
    case missingHeader(String)
    case repeatedHeader(String)
    indirect case invalidHeader(String, value: String, cause: RequirementError)
    /// More parentheses inside each other than any real marker has.
    case nestingTooDeep(String)
}

extension RequirementError {
    /// What a parser wanted to see where it stopped.
    public enum Expected: String, Hashable, Sendable {
        case name = "a distribution name"
        case extra = "the name of an extra"
        case commaOrClosingBracket = "',' or ']' in the list of extras"
        case closingParenthesis = "')'"
        case specifier = "a version specifier"
        case specifierOrMarker = "',' and a specifier, ';' and a marker, or the end"
        case url = "an address after '@'"
        case semicolon = "';' (with white space before it) or the end"
        case markerValue = "a marker variable or a quoted string"
        case markerOperator = "one of <= < != == >= > ~= === in 'not in'"
        case end = "'and', 'or' or the end"
    }

    /// Which part of an archive's file name broke its rule.
    public enum FilenameProblem: String, Hashable, Sendable {
        case suffix = "the suffix is wrong"
        case numberOfParts = "the number of parts between dashes is wrong"
        case name = "the name part is not an escaped distribution name"
        case version = "the version part is not a version"
        case build = "the build part does not start with a digit"
        case laterStandard =
            "a part follows the platform, as in wheels of a later standard than this program knows"
        case tags = "the compatibility tags are malformed"
    }
}

extension RequirementError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidName(let name):
            return "\(quoted(name)) is not a distribution name: "
                + "use ASCII letters, digits, '.', '-' and '_', with a letter or digit at both ends"
        case .invalidVersion(let text):
            return "\(quoted(text)) is not a version: write it as PEP 440 has it, such as 1.2.post1"
        case .versionNumberTooLarge(let text):
            return "version \(quoted(text)) has a number beyond 63 bits: shorten it"
        case .invalidSpecifier(let text):
            return "\(quoted(text)) is not a version specifier: "
                + "write an operator and a version, such as >=1.2 or ==1.*"
        case .invalidMarker(let text, let offset, let expected):
            return "marker \(quoted(text)): expected \(expected.rawValue) at byte \(offset)"
        case .invalidRequirement(let text, let offset, let expected):
            return "requirement \(quoted(text)): expected \(expected.rawValue) at byte \(offset)"
        case .undefinedComparison(let left, let name, let right):
            return "marker compares \(quoted(left)) with \(quoted(right)) by '\(name)', "
                + "which has a meaning only between versions"
        case .unknownMarkerVariable(let name):
            return "marker compares \(quoted(name)), which is not a variable of the environment"
        case .invalidTag(let text):
            return "\(quoted(text)) is not a compatibility tag: it needs three parts, "
                + "such as py3-none-any"
        case .invalidWheelFilename(let file, let problem):
            let advice =
                problem == .laterStandard
                ? "take the wheel without it"
                : "it must read NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl"
            return "wheel file name \(quoted(file)): \(problem.rawValue); \(advice)"
        case .invalidSdistFilename(let file, let problem):
            return "source archive file name \(quoted(file)): \(problem.rawValue); "
                + "it must read NAME-VERSION.tar.gz or NAME-VERSION.zip"
        case .malformedHeader(let line, let text):
            return "metadata line \(line) is neither a header nor the continuation of one: "
                + quoted(text)
        case .missingHeader(let name):
            return "metadata has no \(name) header"
        case .repeatedHeader(let name):
            return "metadata has more than one \(name) header"
        case .invalidHeader(let name, let value, let cause):
            return "metadata header \(name) has the bad value \(quoted(value)): \(cause)"
        case .nestingTooDeep(let text):
            return "marker \(quoted(text)) has too many nested parentheses: write it flatter"
        }
    }
}

/// The text in quotes, with control characters made visible, so that a message stays one line.
private func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
        if scalar.value < 0x20 || scalar.value == 0x7F {
            result += scalar.escaped(asASCII: true)
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return result + "'"
}
