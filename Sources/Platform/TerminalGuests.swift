internal import Synchronization

/// Children that have our terminal and may ask there, as sudo does for a password: while one runs,
/// nothing that changes may be drawn over its question.
public enum TerminalGuests {
    private static let state = Mutex<(count: Int, arrival: (@Sendable () -> Void)?)>((0, nil))

    public static var areThere: Bool { state.withLock { $0.count > 0 } }

    /// What is done before such a child is started: to clear what is drawn.
    public static func onArrival(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.arrival = body }
    }

    /// To be called before the child is started.
    public static func arrive() {
        let arrival = state.withLock { state in
            state.count += 1
            return state.arrival
        }
        arrival?()
    }

    public static func leave() { state.withLock { $0.count -= 1 } }
}
