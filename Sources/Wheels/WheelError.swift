public import Locks
public import Platform
public import Requirements
public import SystemPackage

/// Every way in which a wheel is refused or can't be read.
public enum WheelError: Error, Equatable {
    case platform(PlatformError)
    case badFilename(wheel: FilePath, RequirementError)
    /// `entry` is nil where the archive as a whole is meant.
    case zip(wheel: FilePath, entry: String?, rule: ZipRule)
    case wheel(wheel: FilePath, entry: String?, rule: WheelRule)
    case record(wheel: FilePath, RecordProblem)
    /// Two wheels of one change; `entry` is relative to the tree's root.
    case pair(FilePath, FilePath, entry: String?, rule: PairRule)
    /// None of the tags is one of the interpreter's; `fitting` are examples of those that are.
    case unsupportedTags(wheel: FilePath, tags: [Tag], interpreter: String, fitting: [Tag])
    case requiresPython(wheel: FilePath, needed: SpecifierSet, found: Version)
    /// The prefix is no text in UTF-8, so no script could name its interpreter.
    case unusablePrefix(FilePath)
    /// A file of an installed distribution that can't be understood.
    case unreadableDistribution(path: FilePath, reason: String)
    /// A folder that should be a repository has nothing to list.
    case noWheels(folder: FilePath)
    /// On many file systems, and for many servers, these are one file.
    case namesDifferInCase([FilePath])
    /// Something in `simple/` that no repository has; it is not ours to remove.
    case strangerInRepository(FilePath)
    /// The repository's lock can't be had.
    case locked(LockError)
    /// Each wheel of a folder that can't be listed.
    case several([WheelError])
}

extension WheelError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .platform(let error):
            return "\(error)"
        case .badFilename(let wheel, let error):
            return "\(wheel): \(error)"
        case .zip(let wheel, let entry, let rule):
            return Self.refusal(of: wheel, entry, rule.rawValue)
        case .wheel(let wheel, let entry, let rule):
            return Self.refusal(of: wheel, entry, rule.rawValue)
        case .record(let wheel, let problem):
            return Self.refusal(of: wheel, problem.entry, problem.rule.rawValue) + """
                ; if you trust it, allow it a bad RECORD: wheel install --allow-bad-record, or a file \
                allow-bad-record in its recipe
                """
        case .pair(let one, let other, let entry, let rule):
            let place = entry.map { " (\(visible($0)))" } ?? ""
            return """
                \(one) and \(other) can't be installed together: \(rule.rawValue)\(place)
                leave one of them out
                """
        case .unsupportedTags(let wheel, let tags, let interpreter, let fitting):
            let list = tags.prefix(4).map(\.description).joined(separator: " ")
            let examples = fitting.map(\.description).joined(separator: " or ")
            return """
                \(wheel) is not for this tree's interpreter: it is for \(list), not \(interpreter)
                build it again, or get a wheel for that interpreter: \(examples)
                """
        case .requiresPython(let wheel, let needed, let found):
            return """
                \(wheel) needs Python \(needed), but the tree has \(found)
                take a version of the package that supports this Python
                """
        case .unusablePrefix(let prefix):
            return "the path \(prefix) is not UTF-8, which Python scripts must be; move the tree"
        case .unreadableDistribution(let path, let reason):
            return """
                \(path) can't be read: \(reason)
                remove the folder and install the package again
                """
        case .noWheels(let folder):
            return "\(folder) has no wheels (*.whl) to make a repository of"
        case .namesDifferInCase(let paths):
            let list = paths.map(\.string).joined(separator: " and ")
            return "\(list) differ only in case, so some systems see one file; remove one of them"
        case .strangerInRepository(let path):
            return """
                \(path) is no page of a repository, and making the pages anew would remove it
                move it away and try again
                """
        case .locked(let error):
            return "\(error)"
        case .several(let errors):
            return errors.map(\.description).joined(separator: "\n")
        }
    }

    private static func refusal(of wheel: FilePath, _ entry: String?, _ sentence: String) -> String
    {
        let place = entry.map { " (\(visible($0)))" } ?? ""
        return "\(wheel) is refused: \(sentence)\(place)\nbuild or fetch the wheel again"
    }
}

/// Quoted, so that an entry's name can't forge lines or colours of a message.
func visible(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars.prefix(300) {
        let isPlain =
            scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80...0x9F).contains(scalar.value)
            && scalar.properties.generalCategory != .format
            && scalar.properties.generalCategory != .lineSeparator
            && scalar.properties.generalCategory != .paragraphSeparator
        result += isPlain ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }
    return result + "'"
}

/// What a wheel's user should know, though it is installed.
public enum WheelWarning: Sendable, Hashable {
    /// RECORD was not right; the installed one is made anew.
    case badRecord([RecordProblem])
    /// `Wheel-Version: 1.x` with a greater x than this program knows.
    case newerMinorVersion(String)
    /// Requires-Python is no specifier, so it was not checked.
    case unreadableRequiresPython(String)
    /// METADATA of this wheel is in another encoding than UTF-8.
    case metadataNotUTF8(wheel: String)
}

extension WheelWarning: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badRecord(let problems):
            let list = problems.prefix(3).map { problem in
                problem.rule.rawValue + (problem.entry.map { " (\(visible($0)))" } ?? "")
            }.joined(separator: "; ")
            let more = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
            return "RECORD was regenerated: \(list)\(more)"
        case .newerMinorVersion(let version):
            return "the wheel follows format \(version), newer than 1.0"
        case .unreadableRequiresPython(let text):
            return "Requires-Python was not checked: \(visible(text)) is not a version specifier"
        case .metadataNotUTF8(let wheel):
            return "METADATA of \(wheel) is not UTF-8; what isn't is read as \u{FFFD}"
        }
    }
}
