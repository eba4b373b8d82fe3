public import Requirements
public import Trees

/// The interpreter that a wheel must fit: its tags and its version.
public struct WheelTarget: Sendable {
    public let tags: InterpreterTags
    public let python: Version
    /// Such as `cpython 3.11.2 on linux-x86_64`, for messages.
    let name: String

    /// The best tag of all, and the best one that any platform fits; for messages.
    var examples: [Tag] {
        [tags.first, tags.first { $0.platform == "any" && $0.interpreter.hasPrefix("py") }]
            .compactMap { $0 }
    }

    /// - Throws: `RequirementError.invalidVersion` for an interpreter that gives none.
    public init(_ interpreter: Interpreter) throws(RequirementError) {
        tags = InterpreterTags(InterpreterFacts(interpreter))
        let number = interpreter.version.map(String.init).joined(separator: ".")
        // As for pip, a release candidate of 3.14 is 3.14.
        python = try Version(number)
        name = "\(interpreter.implementation) \(number) on \(interpreter.platform)"
    }
}

extension InterpreterFacts {
    /// What an interpreter said about itself.
    public init(_ interpreter: Interpreter) {
        func numbers(_ text: String?) -> (Int, Int)? {
            let parts = text?.split(separator: ".").compactMap { Int($0) } ?? []
            return parts.count < 2 ? nil : (parts[0], parts[1])
        }
        var libc = Libc.unknown
        if let (major, minor) = numbers(interpreter.glibc) {
            libc = .glibc(major: major, minor: minor)
        } else if let (major, minor) = numbers(interpreter.musl) {
            libc = .musl(major: major, minor: minor)
        }
        self.init(
            implementationName: interpreter.implementation, major: interpreter.version[0],
            minor: interpreter.version[1], isDebugBuild: interpreter.abiFlags.contains("d"),
            isFreeThreaded: interpreter.isFreeThreaded,
            extensionSuffix: interpreter.extensionSuffix, platform: interpreter.platform,
            is32Bit: interpreter.is32Bit, libc: libc)
    }
}
