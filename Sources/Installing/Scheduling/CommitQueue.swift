internal import Synchronization

/// Lets the packages that one run installs side by side change their tree one after the other: then none
/// of them waits for a lock that this very process holds.
final class CommitQueue: Sendable {
    private let turn = Mutex<Void>(())

    func inTurn(_ change: () throws -> Void) throws {
        try turn.withLock { _ in try change() }
    }
}
