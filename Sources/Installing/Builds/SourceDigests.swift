internal import Platform

/// What source files held when they were read.
struct SourceDigests {
    /// By absolute path.
    private let digests: [String: Digest]

    init(_ digests: [String: Digest]) { self.digests = digests }

    var isEmpty: Bool { digests.isEmpty }

    /// One sum of all; nil where there are no files.
    var sum: String? {
        if isEmpty { return nil }
        var hashing = Hashing()
        for (path, digest) in digests.sorted(by: { $0.key < $1.key }) {
            hashing.update("\(path.utf8.count) \(path) \(digest.hex)\n")
        }
        return hashing.digest().hex
    }

    /// A file that these have and that `later` hasn't, or with other content; files that came don't
    /// count.
    func firstChanged(in later: SourceDigests) -> String? {
        digests.filter { later.digests[$0.key] != $0.value }.keys.min()
    }
}
