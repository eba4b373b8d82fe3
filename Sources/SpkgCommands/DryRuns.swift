internal import ArgumentParser
internal import Building
internal import Glibc
internal import Recipes

extension DryRun {
    /// What make, which called us, wants instead of work.
    static var wanted: DryRun? { DryRun(Here.environment) }

    /// Does what is wanted for packages that something is to be done with; on question mode that is to
    /// end with their status.
    ///
    /// - Parameter done: as in "would be installed".
    func answer(_ names: [String], _ done: String) throws {
        switch self {
        case .justPrint: for name in names { try emit("[\(name)] would be \(done)\n") }
        case .touch: break
        case .question: throw ExitCode(names.isEmpty ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }
}
