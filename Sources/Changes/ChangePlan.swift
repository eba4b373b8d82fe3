public import SystemPackage

/// What a change will do to the tree, or did.
public struct ChangePlan: Sendable, Equatable {
    let steps: [Step]
    /// Files that nobody owned and that are replaced; relative to the tree's root, as all paths here.
    public let replacedUnowned: [FilePath]
    /// Files of other packages that are taken over, and whose they were.
    public let takenOver: [FilePath: [String]]
    /// Files of other packages that have the staged content already, and their modes: they stay, and
    /// belong to both.
    public let shared: [FilePath: UInt32]
    /// Staged folders whose content goes to another folder, by way of a link of the tree: `lib64` to
    /// `lib`.
    public let redirected: [FilePath: FilePath]
    let inheriting: [Inheritance]

    public var isEmpty: Bool { steps.isEmpty }

    /// Files and whole folders that come where nothing was.
    public var added: [FilePath] {
        steps.compactMap { if case .place(_, let path) = $0 { path } else { nil } }
    }

    /// Files and whole folders that take the place of others.
    public var replaced: [FilePath] {
        steps.compactMap {
            switch $0 {
            case .swap(_, let path, _), .replace(_, let path, _): path
            default: nil
            }
        }
    }

    /// Files and whole folders that leave, and for which nothing new comes.
    public var removed: [FilePath] {
        let added = Set(added)
        return steps.compactMap { $0.removes && !added.contains($0.path) ? $0.path : nil }
    }
}
