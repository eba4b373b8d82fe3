internal import Synchronization

/// Packages that a run builds again and hasn't installed yet: until then, files that move from them to
/// another package are in that one's way, and may be taken over.
final class OutdatedPackages: Sendable {
    private let names: Mutex<Set<String>>

    init(_ names: Set<String>) { self.names = Mutex(names) }

    func others(than package: String) -> Set<String> {
        names.withLock { $0.subtracting([package]) }
    }

    func remove(_ package: String) { names.withLock { _ = $0.remove(package) } }
}
