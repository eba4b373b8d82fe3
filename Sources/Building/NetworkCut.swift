internal import CPlatform
internal import Synchronization
internal import SystemPackage

/// Whether this system lets steps of builds run in a network of their own (network_namespaces(7)):
/// an ordinary user needs user namespaces for that, which some systems forbid.
public enum NetworkCut {
    private static let state = Mutex<(refusal: Errno?, isTold: Bool)>((nil, false))

    static var refusal: Errno? { state.withLock(\.refusal) }

    /// This process leaves the network, for the program that it is about to become.
    public static func leave() {
        let result = spkg_leave_network()
        if result < 0 { refuse(Errno(rawValue: -result)) }
    }

    static func refuse(_ reason: Errno) { state.withLock { $0.refusal = reason } }

    /// A sentence for the user, once for each run, after a step had to do without.
    public static func warning() -> String? {
        state.withLock { state in
            guard let refusal = state.refusal, !state.isTold else { return nil }
            state.isTold = true
            return
                "warning: the system allows no network namespace (\(refusal)); only proxies that "
                + "lead nowhere keep builds from the network"
        }
    }
}
