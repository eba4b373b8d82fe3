/// A part of a local version, between separators.
enum LocalSegment: Hashable, Sendable, CustomStringConvertible {
    case number(Numeral)
    /// Lower case.
    case text(String)

    var description: String {
        switch self {
        case .number(let number): number.digits
        case .text(let text): text
        }
    }
}

extension LocalSegment: Comparable {
    /// Rule: PEP 440, "Local version identifiers": text before numbers, numbers by value.
    static func < (left: LocalSegment, right: LocalSegment) -> Bool {
        switch (left, right) {
        case (.number(let a), .number(let b)): a < b
        case (.text(let a), .text(let b)): a < b
        case (.text, .number): true
        case (.number, .text): false
        }
    }
}

/// Rule: PEP 440, "Summary of permitted suffixes and relative ordering".
extension Version: Comparable, Hashable {
    public static func == (left: Version, right: Version) -> Bool {
        left.comparePublic(to: right) == 0 && left.localSegments == right.localSegments
    }

    public static func < (left: Version, right: Version) -> Bool {
        let order = left.comparePublic(to: right)
        if order != 0 { return order < 0 }
        return left.localSegments.lexicographicallyPrecedes(right.localSegments)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(epoch)
        for number in release[..<significantReleaseCount] { hasher.combine(number) }
        hasher.combine(pre)
        hasher.combine(post)
        hasher.combine(dev)
        hasher.combine(localSegments)
    }

    /// Negative, zero or positive, as this version without its local part comes before, with or
    /// after the other one without its own.
    func comparePublic(to other: Version) -> Int {
        if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
        let order = compareRelease(to: other)
        if order != 0 { return order }
        // A development release of a final version comes before its pre-releases, and the absence
        // of a suffix sorts after pre and dev, but before post.
        let (phase, otherPhase) = (phaseRank, other.phaseRank)
        if phase != otherPhase { return phase < otherPhase ? -1 : 1 }
        if let a = pre?.number, let b = other.pre?.number, a != b { return a < b ? -1 : 1 }
        let (a, b) = (post ?? -1, other.post ?? -1)
        if a != b { return a < b ? -1 : 1 }
        let (c, d) = (dev ?? Int.max, other.dev ?? Int.max)
        if c != d { return c < d ? -1 : 1 }
        return (dev == nil ? 1 : 0) - (other.dev == nil ? 1 : 0)
    }

    private func compareRelease(to other: Version) -> Int {
        let (count, otherCount) = (release.count, other.release.count)
        for index in 0..<max(count, otherCount) {
            let a = index < count ? release[index] : 0
            let b = index < otherCount ? other.release[index] : 0
            if a != b { return a < b ? -1 : 1 }
        }
        return 0
    }

    private var phaseRank: Int {
        if let pre { return Int(pre.phase.rawValue) }
        return post == nil && dev != nil ? -1 : 3
    }
}
