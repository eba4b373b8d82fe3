extension Specifier {
    /// Whether the version satisfies the clause, pre-release or not.
    public func matches(_ candidate: Version) -> Bool {
        guard let version else {
            return candidate.description.lowercased() == versionText.lowercased()
        }
        switch self.operator {
        case .arbitrary:
            return false
        case .equal:
            return isPrefix ? candidate.starts(with: version) : equals(candidate, version)
        case .notEqual:
            return isPrefix ? !candidate.starts(with: version) : !equals(candidate, version)
        case .lessOrEqual:
            return candidate.comparePublic(to: version) <= 0
        case .greaterOrEqual:
            return candidate.comparePublic(to: version) >= 0
        case .compatible:
            // ~=2.2.1 means >=2.2.1, ==2.2.*
            let prefix = Version(epoch: version.epoch, release: version.release.dropLast())
            return candidate.comparePublic(to: version) >= 0 && candidate.starts(with: prefix)
        case .less:
            return isLess(candidate, version)
        case .greater:
            return isGreater(candidate, version)
        }
    }

    /// Rule: PEP 440, "Version matching": a local part counts only if the clause has one.
    private func equals(_ candidate: Version, _ version: Version) -> Bool {
        candidate.comparePublic(to: version) == 0
            && (version.localSegments.isEmpty || candidate.localSegments == version.localSegments)
    }

    /// Rule: PEP 440, "Exclusive ordered comparison": `<V` leaves out the pre-releases of V,
    /// unless V is one.
    private func isLess(_ candidate: Version, _ version: Version) -> Bool {
        guard candidate.comparePublic(to: version) < 0 else { return false }
        guard candidate.isPrerelease, !version.isPrerelease else { return true }
        var earliest = version
        earliest.dev = 0
        return candidate.comparePublic(to: earliest) < 0
    }

    /// Rule: PEP 440, "Exclusive ordered comparison": `>V` leaves out the post-releases of V,
    /// unless V is one, and the local versions of V.
    private func isGreater(_ candidate: Version, _ version: Version) -> Bool {
        guard candidate.comparePublic(to: version) > 0 else { return false }
        guard candidate.isPostrelease, !version.isPostrelease else { return true }
        var base = candidate
        base.post = nil
        base.dev = nil
        return base.comparePublic(to: version) != 0
    }
}

extension Version {
    /// Rule: PEP 440, "Version matching", prefix form: the release is padded with zeros, and
    /// suffixes are ignored.
    fileprivate func starts(with prefix: Version) -> Bool {
        guard epoch == prefix.epoch else { return false }
        for (index, number) in prefix.release.enumerated() {
            guard number == (index < release.count ? release[index] : 0) else { return false }
        }
        return true
    }
}
