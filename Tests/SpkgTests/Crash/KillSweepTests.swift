import Platform
import Support
import SystemPackage
import Testing

/// SIGKILL before and after every single call that changes something on disk, and at random
/// moments: the next command finds the tree exactly old, or makes it exactly new.
///
/// SPKG_TEST_SWEEPS=all tries every call, also those before the lock that are alike.
/// SPKG_TEST_KILLS is the number of random moments.
@Suite struct KillSweepTests {
    private static let rounds = Int(inherited("SPKG_TEST_KILLS") ?? "") ?? 20

    @Test(arguments: Scenario.all)
    func `killed at any call`(scenario: Scenario) async throws {
        let endings = Counter()
        let dice = SeededGenerator(for: "kills, \(scenario)")
        try await FaultHarness.sweep(
            scenario,
            choosing: { workshop in
                var dice = dice
                return workshop.numbers(&dice).flatMap {
                    [Fault(.killBefore, at: $0), Fault(.killAfter, at: $0)]
                }
            },
            playing: { workshop, fault in
                let (said, calls) = try workshop.run(fault)
                #expect(said.status == 137 || calls.count < fault.call, "\(fault): \(said)")
                let isNew = try workshop.expectOldOrNew(
                    after: "\(fault), \(calls.last.map { "\($0)" } ?? "")")
                try workshop.expectHistory(isNew: isNew, after: "\(fault)")
                endings.count(isNew ? "new" : "old")
            })
        print("\(scenario): \(endings)")
        #expect(endings["new"] > 0)
        #expect(endings["old"] > 0 || scenario.description.hasPrefix("reinstall"))
    }

    @Test func `killed, and killed again while it recovers`() async throws {
        let dice = SeededGenerator(for: "second kills")
        try await FaultHarness.sweep(
            .upgrade,
            choosing: { workshop in
                var dice = dice
                return (0..<max(4, Self.rounds / 4)).map { _ in
                    Fault(.killBefore, at: dice.number(workshop.lockedCalls))
                }
            },
            playing: { workshop, fault in
                _ = try workshop.run(fault)
                // Each kill one call further on, until recovery gets through.
                let log = workshop.distribution.root.appending("recover.log")
                var call = 1
                while true {
                    let said = try workshop.distribution.said(
                        [Distribution.program.string, "recover"],
                        Fault.environment(
                            Fault(.killBefore, at: call), in: Distribution.program, log: log))
                    if said.status == 0 { break }
                    #expect(said.status == 137, "\(said)")
                    call += FaultHarness.isThorough ? 1 : 5
                }
                try workshop.expectOldOrNew(after: "\(fault), then kills of recover up to \(call)")
            })
    }

    @Test func `2,000 files, killed at random moments`() async throws {
        let dice = SeededGenerator(for: "kill moments of a large wheel")
        let endings = Counter()
        try await FaultHarness.sweep(
            Self.large,
            choosing: { workshop in
                var dice = dice
                // Half of them anywhere; half in what is done under the lock, which is short.
                return (0..<Self.rounds).map { round in
                    let range =
                        round % 2 == 0 ? 1...workshop.calls.count : workshop.lockedCalls
                    return Fault(
                        round % 4 < 2 ? .killBefore : .killAfter, at: dice.number(range))
                }
            },
            playing: { workshop, fault in
                _ = try workshop.run(fault)
                let isNew = try workshop.expectOldOrNew(after: "\(fault)")
                endings.count(isNew ? "new" : "old")
            })
        print("2,000 files: \(endings)")
        #expect(endings["old"] > 0)
        #expect(endings["new"] > 0)
    }

    private static let large = Scenario(
        description: "upgrade of 2,000 files",
        prepare: { distribution in
            try distribution.makeEnvironment()
            for version in ["2.0", "1.0"] {
                var wheel = distribution.wheel(version)
                for number in version == "1.0" ? 0..<2000 : 100..<2100 {
                    wheel.add("spam/m\(number % 40)/f\(number).py", version, deflated: false)
                }
                try wheel.write(in: distribution.root)
            }
            try distribution.expectDone(
                "wheel", "install", "--tree", distribution.local.string,
                "spam-1.0-py3-none-any.whl")
        },
        arguments: {
            ["wheel", "install", "--tree", $0.local.string, "spam-2.0-py3-none-any.whl"]
        })
}
