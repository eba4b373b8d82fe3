import Synchronization
import Testing

@testable import Platform

@Suite struct ParallelTests {
    private struct Failed: Error, Equatable { let piece: Int }

    @Test(arguments: [0, 1, 2, 1000])
    func `every piece is done once, whatever it costs`(count: Int) throws {
        let done = Mutex<[Int]>([])
        inParallel(costs: (0..<count).map { $0 * 7919 % 13 }) {
            { piece in done.withLock { $0.append(piece) } }
        }
        #expect(done.withLock { $0.sorted() } == Array(0..<count))
    }

    @Test func `results stand in the order of what they are made of`() throws {
        let texts = (0..<500).map(String.init)
        #expect(mapInParallel(texts) { Int($0)! } == Array(0..<500))
    }

    @Test func `the first element that fails gives the error`() throws {
        for _ in 0..<50 {
            #expect(throws: Failed(piece: 3)) {
                try mapInParallel(Array(0..<200)) { number throws(Failed) in
                    if number == 3 || number == 4 || number > 100 { throw Failed(piece: number) }
                    return number
                }
            }
        }
    }

    @Test func `after an error no new piece is begun`() throws {
        let begun = Mutex(0)
        #expect(throws: Failed.self) {
            try inParallel(costs: Array(repeating: 1, count: 100_000)) {
                { piece throws(Failed) in
                    begun.withLock { $0 += 1 }
                    throw Failed(piece: piece)
                }
            }
        }
        #expect(begun.withLock { $0 } <= processors)
    }
}
