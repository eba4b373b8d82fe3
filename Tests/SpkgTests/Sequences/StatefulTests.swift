import Support
import Testing

/// Everything that changes a tree, in random order, kills and full disks among it. After each step the
/// tree is what the steps make of it, and all commands agree about it.
///
/// By default each layout is tried with the sequences of two seeds, each printed. Odd seeds are played by
/// whoever runs the tests; even ones, where that is root and SPKG_TEST_USER is set, by that user.
///
///     SPKG_TEST_SECONDS=900 swift test --filter StatefulTests    each layout so long, other sequences each time
///     SPKG_TEST_SEED=17 swift test --filter StatefulTests        one sequence again, in both layouts
///     SPKG_TEST_SEED=17 SPKG_TEST_SECONDS=900 …                  from that one on
///
/// A failure names its seed and the steps so far. They are the same each time; only what a fault meets
/// while several threads unpack a wheel may be another call.
@Suite struct StatefulTests {
    private static let seconds = Int(inherited("SPKG_TEST_SECONDS") ?? "")
    private static let seed = UInt64(inherited("SPKG_TEST_SEED") ?? "")

    @Test(arguments: StatefulWorld.Layout.allCases)
    func `a tree is what was done to it, whatever that was`(layout: StatefulWorld.Layout) throws {
        var seeds: [UInt64] = Self.seed.map { [$0] } ?? [1, 2]
        let end = Self.seconds.map { ContinuousClock.now + .seconds($0) }
        var random = SeededGenerator(seed: seeds[0])
        var steps = 0
        while !seeds.isEmpty {
            let seed = seeds.removeFirst()
            let user = seed % 2 == 0 ? sudoUser : nil
            let title = "SPKG_TEST_SEED=\(seed), \(layout), \(user ?? "oneself")"
            let (done, failure) = try Self.play(layout, of: user, seed: seed)
            steps += done
            print("\(title): \(done) steps, \(steps) in all")
            if let failure {
                Issue.record("\(title):\n\(failure)")
                return
            }
            if let end, ContinuousClock.now < end { seeds = [random.next()] }
        }
    }

    /// - Returns: how many steps were made, and what was wrong after the last.
    private static func play(_ layout: StatefulWorld.Layout, of user: String?, seed: UInt64)
        throws -> (steps: Int, failure: String?)
    {
        var result: (steps: Int, failure: String?) = (0, nil)
        try Distribution.run { distribution in
            var world = try StatefulWorld(layout, of: user, in: distribution, seed: seed)
            do {
                for _ in 0..<25 { try world.step() }
                try world.removeAll()
            } catch {
                result.failure =
                    world.history.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
                    + "\n\(error)"
            }
            result.steps = world.history.count
        }
        return result
    }
}
