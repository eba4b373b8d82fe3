internal import Dispatch
internal import Platform
internal import Synchronization

/// Does pieces of work on every core, the dearest first.
///
/// - Parameters:
///   - costs: of each piece, in any unit; their order is the pieces'.
///   - makeWorker: called once on each thread; what it gives is called with the pieces' indices.
/// - Throws: the error of the piece that comes first among those that failed. After an error no
///   new piece is begun.
func inParallel(
    costs: [Int],
    _ makeWorker: @Sendable () -> (Int) throws(WheelError) -> Void
) throws(WheelError) {
    let order = costs.indices.sorted { (costs[$0], $1) > (costs[$1], $0) }
    let next = Atomic(0)
    let failure = Mutex<(piece: Int, error: WheelError)?>(nil)
    @Sendable func work(_: Int) {
        let worker = makeWorker()
        while case let place = next.wrappingAdd(1, ordering: .relaxed).oldValue,
            place < order.count, failure.withLock({ $0 == nil })
        {
            let piece = order[place]
            do throws(WheelError) { try worker(piece) } catch {
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
