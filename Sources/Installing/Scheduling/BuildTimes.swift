internal import Glibc
internal import Platform
internal import SystemPackage

/// How long packages took to build and install, of whichever version: the last of each counts.
///
///     logs/pkgs/build-times.txt
///         numpy 2.4.6 213.520
///         mpmath 1.4.1 1.204
///
/// Not in the tree: it outlives an uninstall, and a tree may be another user's. What can't be read there
/// is as if it were not: only the order of builds depends on it.
struct BuildTimes: Sendable {
    private var known: [String: Duration] = [:]

    private static let file: FilePath.Component = "build-times.txt"
    /// Of so many bytes, lines that later ones have made useless are most.
    private static let longest = 1 << 18

    init() {}

    /// - Parameter logs: SAGE_LOGS.
    init(in logs: FilePath) {
        let text = (try? readTextIfPresent(logs.appending(Self.file))) ?? nil
        for line in (text ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let seconds = Double(words[2]), (0...1e7).contains(seconds)
            else { continue }
            known[String(words[0])] = .seconds(seconds)
        }
    }

    subscript(package: String) -> Duration? { known[package] }

    /// For packages that were never built: as long as most take.
    var usual: Duration {
        let all = known.values.sorted()
        return all.isEmpty ? .seconds(1) : all[all.count / 2]
    }

    mutating func note(_ package: String, _ took: Duration) { known[package] = took }

    /// Adds a line, in one piece: other processes write there, too.
    static func note(_ package: String, _ version: String, _ took: Duration, in logs: FilePath)
        throws(PlatformError)
    {
        try makeDirectories(logs)
        let file = try Directory(opening: logs).file(Self.file, .append(mode: 0o666))
        try file.write("\(package) \(version) \(text(took))\n".utf8)
        guard try file.status().size > longest else { return }
        let lines = BuildTimes(in: logs).known.sorted { $0.key < $1.key }
            .map { "\($0.key) - \(text($0.value))\n" }
        try writeFile(logs.appending(Self.file), lines.joined().utf8)
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let rest = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(rest)"
    }
}
