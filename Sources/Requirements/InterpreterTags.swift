/// The tags that an interpreter supports, best first.
///
/// The list has about a thousand tags, but only two short lists are stored: the pairs of
/// interpreter and binary interface, and the platforms. A tag's place is computed from both.
///
/// Rule: PEP 425, "Use"; PEP 384 and 803 for the stable binary interfaces. The order is the one of
/// `packaging.tags.sys_tags()`, which pip uses.
public struct InterpreterTags: Sendable {
    /// One interpreter and binary interface, on every platform or on the platform `any`.
    private struct Row: Sendable {
        let interpreter: String
        let abi: String
        let isForAnyPlatform: Bool
        /// Place of its first tag.
        let start: Int
    }

    private struct Key: Hashable {
        let interpreter: String
        let abi: String
    }

    /// Best first, without `any`.
    public let platforms: [String]
    private let rows: [Row]
    private let rowsOnPlatforms: [Key: Int]
    private let rowsOnAny: [Key: Int]
    private let platformPlaces: [String: Int]
    public let endIndex: Int

    public init(_ facts: InterpreterFacts) {
        platforms = facts.platformTags
        platformPlaces = Dictionary(
            zip(platforms, platforms.indices), uniquingKeysWith: { first, _ in first })
        var rows: [Row] = []
        var onPlatforms: [Key: Int] = [:]
        var onAny: [Key: Int] = [:]
        var count = 0
        for (interpreter, abi, isForAny) in Self.pairs(facts) {
            let key = Key(interpreter: interpreter, abi: abi)
            if isForAny {
                onAny[key] = onAny[key] ?? count
            } else {
                onPlatforms[key] = onPlatforms[key] ?? count
            }
            rows.append(
                Row(interpreter: interpreter, abi: abi, isForAnyPlatform: isForAny, start: count))
            count += isForAny ? 1 : platforms.count
        }
        self.rows = rows
        rowsOnPlatforms = onPlatforms
        rowsOnAny = onAny
        endIndex = count
    }

    /// The tag's place in the list; nil if the interpreter does not support it.
    public func rank(of tag: Tag) -> Int? {
        let key = Key(interpreter: tag.interpreter, abi: tag.abi)
        if tag.platform == "any" { return rowsOnAny[key] }
        guard let place = platformPlaces[tag.platform], let start = rowsOnPlatforms[key] else {
            return nil
        }
        return start + place
    }

    /// The best place of a wheel's tags; nil if the interpreter supports none of them.
    ///
    /// Of several wheels of one version, the one with the least rank is to be taken.
    public func bestRank(of tags: some Sequence<Tag>) -> Int? {
        tags.lazy.compactMap(rank).min()
    }

    /// Whether the interpreter can run a wheel that has these tags.
    public func supports(_ tags: some Sequence<Tag>) -> Bool {
        tags.contains { rank(of: $0) != nil }
    }

    private static func pairs(_ facts: InterpreterFacts) -> [(String, String, Bool)] {
        let own = facts.interpreterTag
        var pairs = facts.abis.map { (own, $0, false) }
        if facts.implementationName == "cpython" {
            let version = (facts.major, facts.minor)
            let hasStableABI = version >= (3, 2)
            let stable = facts.isFreeThreaded && version >= (3, 13) ? "abi3t" : "abi3"
            if hasStableABI { pairs.append((own, stable, false)) }
            pairs.append((own, "none", false))
            if hasStableABI {
                for minor in stride(from: facts.minor - 1, through: 2, by: -1) {
                    pairs.append(("cp\(facts.major)\(minor)", stable, false))
                }
            }
        } else if !facts.abis.contains("none") {
            pairs.append((own, "none", false))
        }
        let generic =
            ["py\(facts.major)\(facts.minor)", "py\(facts.major)"]
            + stride(from: facts.minor - 1, through: 0, by: -1).map { "py\(facts.major)\($0)" }
        pairs += generic.map { ($0, "none", false) }
        switch facts.shortName {
        case "cp": pairs.append((own, "none", true))
        case "pp": pairs.append(("pp3", "none", true))
        default: break
        }
        return pairs + generic.map { ($0, "none", true) }
    }
}

extension InterpreterTags: RandomAccessCollection {
    public var startIndex: Int { 0 }

    public subscript(position: Int) -> Tag {
        precondition(position >= 0 && position < endIndex, "no tag at \(position)")
        var (low, high) = (0, rows.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if rows[middle].start <= position { low = middle } else { high = middle - 1 }
        }
        let row = rows[low]
        let platform = row.isForAnyPlatform ? "any" : platforms[position - row.start]
        return Tag(lowercased: row.interpreter, row.abi, platform)
    }
}
