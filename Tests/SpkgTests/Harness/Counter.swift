import Synchronization

/// How often what was seen, counted by several workers.
final class Counter: Sendable, CustomStringConvertible {
    private let counts = Mutex<[String: Int]>([:])

    func count(_ what: String) { counts.withLock { $0[what, default: 0] += 1 } }

    subscript(what: String) -> Int { counts.withLock { $0[what] ?? 0 } }

    var description: String {
        counts.withLock { counts in
            counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                .joined(separator: ", ")
        }
    }
}
