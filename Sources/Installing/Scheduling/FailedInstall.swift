/// Packages that could not be installed, and what that means for the others.
///
/// All are named `NAME-VERSION`.
public struct FailedInstall: Error {
    public let failures: [(package: String, error: any Error)]
    /// What was left out because it needs one that failed.
    public let skipped: [(package: String, because: String)]
    /// What was left out because the first failure ends an install.
    public let notBegun: [String]
    /// What was installed before and meanwhile; it stays.
    public let installed: [String]

    /// Whether the error alone says all.
    var isOnlyOne: Bool {
        failures.count == 1 && skipped.isEmpty && notBegun.isEmpty && installed.isEmpty
    }
}

extension FailedInstall: CustomStringConvertible {
    public var description: String {
        var parts = failures.map { "\($0.error)" }
        if failures.count > 1 {
            parts.insert(
                "\(failures.count) packages failed: "
                    + failures.map(\.package).joined(separator: ", "), at: 0)
        }
        for (package, _) in failures {
            let left = skipped.filter { $0.because == package }.map(\.package)
            if !left.isEmpty {
                parts.append("skipped, because of \(package): \(left.joined(separator: ", "))")
            }
        }
        if !notBegun.isEmpty {
            parts.append(
                "not begun: \(notBegun.joined(separator: ", ")); to go on after a failure: "
                    + "spkg install --keep-going")
        }
        if !installed.isEmpty {
            parts.append("installed, and stays so: \(installed.joined(separator: ", "))")
        }
        return parts.joined(separator: "\n")
    }
}
