internal import Subprocess
internal import SystemPackage

/// How a short-lived child ended and what it said.
struct Child {
    /// Nil: a signal ended it.
    let status: Int?
    let output: String
    let errors: String
}

/// Runs a program to its end, without input. Its output is kept: 4 MiB at most.
///
/// - Throws: `noProgram` when it can't be started, or said more than that.
func runChild(
    _ executable: Executable, _ arguments: [String], environment: [String: String],
    in folder: FilePath, mergingErrors: Bool
) async throws(DistfileError) -> Child {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment { variables[Environment.Key(rawValue: name)!] = value }
    let limit = 4 << 20
    do {
        if mergingErrors {
            let result = try await run(
                executable, arguments: Arguments(arguments), environment: .custom(variables),
                workingDirectory: folder, output: .bytes(limit: limit),
                error: .combinedWithOutput)
            return Child(
                status: result.terminationStatus.code, output: text(result.standardOutput),
                errors: "")
        }
        let result = try await run(
            executable, arguments: Arguments(arguments), environment: .custom(variables),
            workingDirectory: folder, output: .bytes(limit: limit), error: .bytes(limit: limit))
        return Child(
            status: result.terminationStatus.code, output: text(result.standardOutput),
            errors: text(result.standardError))
    } catch {
        throw .noProgram("\(executable)", reason: "\(error)")
    }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension TerminationStatus {
    fileprivate var code: Int? {
        if case .exited(let code) = self { Int(code) } else { nil }
    }
}
