/// A version of a distribution.
///
/// Every spelling that PEP 440 allows is read; `description` is the one normal form. Equality,
/// order and hash ignore trailing zeros of the release, so `1.0` equals `1.0.0`.
/// Rule: PEP 440, "Public version identifiers", "Local version identifiers" and
/// "Appendix B: Parsing version strings with regular expressions".
public struct Version: Sendable {
    /// 0 unless the version starts with `N!`.
    public internal(set) var epoch: Int
    /// At least one number, trailing zeros kept.
    public internal(set) var release: [Int]
    public internal(set) var pre: PreRelease?
    /// The number of a post-release; `1.0-1` is `1.0.post1`.
    public internal(set) var post: Int?
    public internal(set) var dev: Int?
    var localSegments: [LocalSegment]

    public struct PreRelease: Hashable, Comparable, Sendable, CustomStringConvertible {
        public enum Phase: UInt8, Hashable, Sendable {
            case alpha, beta, candidate
        }
        public let phase: Phase
        public let number: Int

        public static func < (left: PreRelease, right: PreRelease) -> Bool {
            (left.phase.rawValue, left.number) < (right.phase.rawValue, right.number)
        }

        public var description: String {
            switch phase {
            case .alpha: "a\(number)"
            case .beta: "b\(number)"
            case .candidate: "rc\(number)"
            }
        }
    }

    /// - Parameter text: white space at both ends is ignored.
    /// - Throws: `RequirementError.invalidVersion`, `.versionNumberTooLarge`.
    public init(_ text: String) throws(RequirementError) {
        switch VersionParser.parse(whole: text) {
        case .parsed(let version): self = version
        case .invalid: throw .invalidVersion(text)
        case .numberTooLarge: throw .versionNumberTooLarge(text)
        }
    }

    init(epoch: Int = 0, release: [Int]) {
        self.epoch = epoch
        self.release = release
        self.localSegments = []
    }

    /// The normalized text after `+`.
    public var local: String? {
        localSegments.isEmpty
            ? nil : localSegments.map(\.description).joined(separator: ".")
    }

    public var isPrerelease: Bool { pre != nil || dev != nil }
    public var isPostrelease: Bool { post != nil }
    public var isDevelopmentRelease: Bool { dev != nil }

    /// The version without its local part.
    public var publicVersion: Version {
        if localSegments.isEmpty { return self }
        var version = self
        version.localSegments = []
        return version
    }

    /// Epoch and release only.
    public var baseVersion: Version { Version(epoch: epoch, release: release) }

    /// The normal form without trailing zeros of the release, such as `1` for `1.0.0`.
    ///
    /// Equal versions have equal canonical texts.
    public var canonical: String {
        text(of: release[..<max(1, significantReleaseCount)])
    }

    /// How many numbers of the release are left when trailing zeros are dropped.
    var significantReleaseCount: Int {
        var count = release.count
        while count > 0, release[count - 1] == 0 { count -= 1 }
        return count
    }

    private func text(of release: ArraySlice<Int>) -> String {
        var text = epoch == 0 ? "" : "\(epoch)!"
        var isFirst = true
        for number in release {
            if !isFirst { text += "." }
            isFirst = false
            text += String(number)
        }
        if let pre { text += pre.description }
        if let post { text += ".post\(post)" }
        if let dev { text += ".dev\(dev)" }
        if let local { text += "+\(local)" }
        return text
    }
}

extension Version: CustomStringConvertible {
    /// The normal form: PEP 440, "Normalization".
    public var description: String { text(of: release[...]) }
}
