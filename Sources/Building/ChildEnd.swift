/// How a child process ended.
public enum ChildEnd: Sendable, Equatable {
    case exited(Int)
    /// Ended by this signal.
    case signalled(Int)

    public var isSuccess: Bool { self == .exited(0) }

    /// The exit status, or 128 + the signal, as a shell says it.
    public var status: Int {
        switch self {
        case .exited(let status): status
        case .signalled(let signal): 128 + signal
        }
    }
}

extension ChildEnd: CustomStringConvertible {
    /// Completes a sentence: "build_wheel …".
    public var description: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .signalled(9): "was killed by signal 9 (out of memory?)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    }
}
