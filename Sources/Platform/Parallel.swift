internal import Dispatch
internal import Glibc
internal import Synchronization

/// How many threads can run at once.
public let processors = max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))

/// Does pieces of work on every core, the dearest first.
///
/// - Parameters:
///   - costs: of each piece, in any unit; their order is the pieces'.
///   - makeWorker: called once on each thread; what it gives is called with the pieces' indices.
/// - Throws: the error of the piece that comes first among those that failed. After an error no
///   new piece is begun.
public func inParallel<Failure: Error>(
    costs: [Int],
    _ makeWorker: @Sendable () -> (Int) throws(Failure) -> Void
) throws(Failure) {
    let order = costs.indices.sorted { (costs[$0], $1) > (costs[$1], $0) }
    let next = Atomic(0)
    let failure = Mutex<(piece: Int, error: Failure)?>(nil)
    @Sendable func work(_: Int) {
        let worker = makeWorker()
        while case let place = next.wrappingAdd(1, ordering: .relaxed).oldValue,
            place < order.count, failure.withLock({ $0 == nil })
        {
            let piece = order[place]
            do throws(Failure) { try worker(piece) } catch {
                failure.withLock { known in
                    if known.map({ piece < $0.piece }) ?? true { known = (piece, error) }
                }
            }
        }
    }
    let threads = min(order.count, processors)
    if threads > 1 {
        DispatchQueue.concurrentPerform(iterations: threads, execute: work)
    } else if threads == 1 {
        work(0)
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
}

/// What `body` makes of each element, in their order, on every core.
///
/// - Throws: the error of the first element that fails.
public func mapInParallel<Element: Sendable, Value: Sendable, Failure: Error>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) throws(Failure) -> Value
) throws(Failure) -> [Value] {
    // Of equal cost, they are begun in their order, so none before one that failed is left out.
    try mapInParallel(costs: elements.map { _ in 1 }) { index throws(Failure) in
        try body(elements[index])
    }
}

/// What pieces of work give that are done on every core, in the pieces' order.
public func mapInParallel<Value: Sendable, Failure: Error>(
    costs: [Int], _ body: @escaping @Sendable (Int) throws(Failure) -> Value
) throws(Failure) -> [Value] {
    let values = Mutex<[Value?]>(Array(repeating: nil, count: costs.count))
    try inParallel(costs: costs) {
        { piece throws(Failure) in
            let value = try body(piece)
            values.withLock { $0[piece] = value }
        }
    }
    return values.withLock { $0.map { $0! } }
}

/// What `body` makes of each element, in their order. Each core takes a run of them: for so little work
/// an element that handing it over would cost as much.
public func mapRunsInParallel<Element: Sendable, Value: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) -> Value
) -> [Value] {
    let share = max(64, (elements.count + processors - 1) / processors)
    let runs = stride(from: 0, to: elements.count, by: share).map {
        elements[$0..<min($0 + share, elements.count)]
    }
    return mapInParallel(runs) { $0.map(body) }.flatMap { $0 }
}
