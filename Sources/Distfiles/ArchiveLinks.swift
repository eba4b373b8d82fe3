internal import SystemPackage

/// The symbolic links of an archive, by their place in it.
///
/// What a link leads to can only be said once all others are known: of `a -> .` and `b -> a/..`
/// each looks harmless alone.
///
/// An absolute link is made and left alone: old sources have some, to `/usr/share/automake/…`, and
/// nothing is ever written through a link. A relative one means a file of the archive, or nothing.
struct ArchiveLinks {
    private var texts: [[FilePath.Component]: FilePath] = [:]

    mutating func add(_ place: [FilePath.Component], to text: FilePath) { texts[place] = text }

    /// The place is a second name of what is at another.
    mutating func add(_ place: [FilePath.Component], sameAs other: [FilePath.Component]) {
        texts[place] = texts[other]
    }

    /// The place is taken by something else now.
    mutating func forget(_ place: [FilePath.Component]) { texts[place] = nil }

    /// A relative link that leads above the first `depth` components of its own place, if there is
    /// one.
    func leadingOutside(depth: Int) -> (place: [FilePath.Component], text: FilePath)? {
        texts.lazy.map { (place: $0.key, text: $0.value) }
            .sorted { FilePath(root: nil, $0.place).string < FilePath(root: nil, $1.place).string }
            .first { leadsOutside($0.place, depth: depth) }
    }

    private func leadsOutside(_ place: [FilePath.Component], depth: Int) -> Bool {
        var here = place.dropLast()
        var ahead = [place.last!]
        var followed = 0
        while let step = ahead.popLast() {
            switch step.kind {
            case .currentDirectory: continue
            case .parentDirectory:
                if here.count <= depth { return true }
                here.removeLast()
            case .regular:
                here.append(step)
                guard let text = texts[Array(here)] else { continue }
                if text.isAbsolute { return false }
                followed += 1
                // The kernel gives up here as well, with ELOOP.
                if followed > 40 { return false }
                here.removeLast()
                ahead.append(contentsOf: text.components.reversed())
            }
        }
        return false
    }
}
