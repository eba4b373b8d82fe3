/// Clauses that a version must satisfy all at once; without any, every version does.
///
/// Rule: PEP 440, "Version specifiers": a comma is a logical "and".
public struct SpecifierSet: Sendable {
    /// In the order in which they were written.
    public let specifiers: [Specifier]

    public init(_ specifiers: [Specifier] = []) {
        self.specifiers = specifiers
    }

    /// - Parameter text: clauses between commas; empty ones are skipped.
    /// - Throws: `RequirementError.invalidSpecifier`, `.versionNumberTooLarge`.
    public init(_ text: String) throws(RequirementError) {
        var specifiers: [Specifier] = []
        for part in text.split(separator: ",") {
            let clause = trimmed(part)
            if !clause.isEmpty { specifiers.append(try Specifier(String(clause))) }
        }
        self.specifiers = specifiers
    }

    public var isEmpty: Bool { specifiers.isEmpty }

    /// Whether one of the clauses names a pre-release.
    public var mentionsPrerelease: Bool { specifiers.contains { $0.mentionsPrerelease } }

    /// Whether the version satisfies every clause.
    ///
    /// - Parameter allowingPrereleases: with false, no pre-release is contained. The default
    ///   answers for a candidate that has no rival: PEP 440, "Handling of pre-releases", accepts
    ///   a pre-release where nothing else satisfies. Use `filter` to choose among several.
    public func contains(_ version: Version, allowingPrereleases: Bool = true) -> Bool {
        if !allowingPrereleases && version.isPrerelease { return false }
        return specifiers.allSatisfy { $0.matches(version) }
    }

    /// The same for a text, which need not be a version: `===` compares it letter by letter,
    /// ignoring case.
    ///
    /// Rule: PEP 440, "Arbitrary equality".
    public func contains(text: String, allowingPrereleases: Bool = true) -> Bool {
        let version = try? Version(text)
        if !allowingPrereleases && version?.isPrerelease == true { return false }
        return specifiers.allSatisfy { specifier in
            guard specifier.operator == .arbitrary else {
                return version.map(specifier.matches) ?? false
            }
            return text.lowercased() == specifier.versionText.lowercased()
        }
    }

    /// The versions that satisfy every clause, in their order.
    ///
    /// - Parameter allowingPrereleases: nil follows PEP 440, "Handling of pre-releases":
    ///   pre-releases only if a clause names one or nothing else is left.
    public func filter(
        _ versions: some Sequence<Version>, allowingPrereleases: Bool? = nil
    ) -> [Version] {
        let matching = versions.filter { contains($0) }
        let allowed = allowingPrereleases ?? (mentionsPrerelease ? true : nil)
        if allowed == true { return matching }
        let final = matching.filter { !$0.isPrerelease }
        return final.isEmpty && allowed == nil ? matching : final
    }

    /// The clauses of both.
    public func intersection(_ other: SpecifierSet) -> SpecifierSet {
        SpecifierSet(specifiers + other.specifiers)
    }
}

extension SpecifierSet: Hashable, CustomStringConvertible {
    /// Order and repetition of clauses do not matter.
    public static func == (left: SpecifierSet, right: SpecifierSet) -> Bool {
        Set(left.specifiers) == Set(right.specifiers)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(Set(specifiers))
    }

    /// Sorted, between commas, each clause once.
    public var description: String {
        var seen: Set<Specifier> = []
        return specifiers.map { ($0, $0.description) }
            .sorted { $0.1 < $1.1 }
            .filter { seen.insert($0.0).inserted }
            .map(\.1)
            .joined(separator: ",")
    }
}
