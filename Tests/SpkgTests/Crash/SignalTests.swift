import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// Ctrl-C, `kill` and a closed terminal, at every call under the lock: when the program has ended,
/// the tree is exactly old or exactly new, before any other command ran.
@Suite struct SignalTests {
    @Test(arguments: [Scenario.upgrade, .uninstall, .plain, .packageUninstall, .packageUpgrade])
    func `a signal at any call`(scenario: Scenario) async throws {
        let endings = Counter()
        let signals = [SIGINT, SIGTERM, SIGHUP]
        try await FaultHarness.sweep(
            scenario,
            choosing: { workshop in
                workshop.lockedCalls.flatMap { number in
                    FaultHarness.isThorough
                        ? signals.map { Fault(.signal($0), at: number) }
                        : [Fault(.signal(signals[number % 3]), at: number)]
                }
            },
            playing: { workshop, fault in
                let (said, calls) = try workshop.run(fault)
                guard calls.count >= fault.call else { return }
                guard case .signal(let number) = fault.event else { return }
                // In an environment that isn't a tree of ours the next command takes these away.
                let tree = try workshop.distribution.snapshot().filter { path, _ in
                    workshop.old[path] != nil || !FaultHarness.workingFolders.contains(path)
                }
                let what = "\(fault) (\(calls[fault.call - 1])): \(said)"
                if said.status == 0 {
                    #expect(tree == workshop.new, "\(what), \(differences(tree, workshop.new))")
                } else {
                    #expect([1, 128 + Int(number)].contains(said.status), "\(what)")
                    #expect(
                        tree == workshop.old || tree == workshop.new,
                        "\(what), \(differences(tree, workshop.old))")
                    if said.stderr.contains("the tree is as it was") {
                        #expect(tree == workshop.old, "\(what)")
                    }
                }
                endings.count("\(tree == workshop.new ? "new" : "old") with status \(said.status)")
                let isNew = try workshop.expectOldOrNew(after: what)
                #expect(
                    isNew == (tree == workshop.new), "\(what): the next command changed the tree")
            })
        print("\(scenario): \(endings)")
    }
}
