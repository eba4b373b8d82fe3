internal import Requirements

/// What the file name of a Python archive means, however it is spelled.
///
/// Recipes and indexes spell differently: `markupsafe-1.1.1.tar.gz` and `MarkupSafe-1.1.1.tar.gz`,
/// `my_tool-1.0` and `my-tool-1.0.0`. Whether it is the right file, the checksum says.
/// Rules: PEP 503 for names, PEP 440 for versions.
public struct ArchiveName: Hashable, Sendable {
    /// PEP 503.
    public let project: String
    private let version: Version
    /// `.tar.gz`; of a wheel its tags, too.
    private let ending: String

    private static let endings = [".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip"]

    /// - Returns: nil for names that are not made of a project and a version.
    public init?(_ file: String) {
        if let wheel = try? WheelFilename(file) {
            project = wheel.name.normalized
            version = wheel.version
            ending = String(file.dropFirst(wheel.stem.count))
            return
        }
        guard let ending = Self.endings.first(where: { file.hasSuffix($0) }) else { return nil }
        let stem = file.dropLast(ending.count)
        guard let dash = stem.lastIndex(of: "-"),
            let name = try? DistributionName(String(stem[..<dash])),
            let version = try? Version(String(stem[stem.index(after: dash)...]))
        else { return nil }
        project = name.normalized
        self.version = version
        self.ending = ending
    }
}
