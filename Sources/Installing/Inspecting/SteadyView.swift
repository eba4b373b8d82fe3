internal import Locks
internal import Platform
internal import Trees

/// Looks at trees that other commands may be changing: what they are just exchanging must not pass for
/// damage.
///
/// Looking takes no lock as long as all is fine, so it disturbs nobody. What fails, or isn't fine, is
/// looked at again while the pip locks are shared: then no change is in between. Where a lock can't be
/// had (somebody else's tree; a change that takes long) the first answer stands.
///
/// - Parameter look: called once or twice.
func lookSteadily<Answer>(
    at trees: [Tree], _ settings: TreeSettings, isFine: (Answer) -> Bool = { _ in true },
    _ look: () throws -> Answer
) throws -> Answer {
    let first = Result { try look() }
    if case .success(let answer) = first, isFine(answer) { return answer }
    return try withSharedLocks(of: trees[...], settings, look) ?? first.get()
}

/// - Returns: nil if a lock isn't there or can't be had.
private func withSharedLocks<Answer>(
    of trees: ArraySlice<Tree>, _ settings: TreeSettings, _ look: () throws -> Answer
) throws -> Answer? {
    guard let tree = trees.first else { return try look() }
    // Without the file nobody has ever changed this tree; a look must not make it.
    guard try status(tree.pipLock) != nil,
        let lock = try? Lock(tree.pipLock)
            .take(.shared, timeout: settings.lockTimeout ?? .seconds(10), announce: { _ in })
    else { return nil }
    let answer = try withSharedLocks(of: trees.dropFirst(), settings, look)
    _ = consume lock
    return answer
}
