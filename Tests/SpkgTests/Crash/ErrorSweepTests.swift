import Platform
import Support
import SystemPackage
import Testing

/// Every single call that changes something on disk fails: the command says so in one clear error,
/// and when it ends the tree is exactly old, before any other command ran. Where it can do without
/// the call it ends with status 0, and the tree is exactly new.
@Suite struct ErrorSweepTests {
    @Test(arguments: Scenario.all)
    func `a call fails`(scenario: Scenario) async throws {
        let endings = Counter()
        let dice = SeededGenerator(for: "errors, \(scenario)")
        try await FaultHarness.sweep(
            scenario,
            choosing: { workshop in
                var dice = dice
                return workshop.numbers(&dice).flatMap { number in
                    Self.errors(of: workshop.calls[number - 1]).map { Fault(.fail($0), at: number) }
                }
            },
            playing: { workshop, fault in
                let (said, calls) = try workshop.run(fault)
                guard calls.count >= fault.call else { return }
                let call = calls[fault.call - 1]
                if !scenario.hasRenameFlags, said.stderr.contains("run: spkg recover") {
                    // The attempt with flags was being taken back: this is a second fault, and only
                    // the next command is promised.
                    try workshop.expectOldOrNew(after: "\(fault) (\(call))")
                    return
                }
                let isNew = try Self.expectOneAnswer(workshop, said, "\(fault) (\(call))")
                if said.status != 0 {
                    Self.expectClear(scenario, said, about: call, "\(fault) (\(call))")
                }
                endings.count(isNew ? "new" : "old")
                let wasNew = try workshop.expectOldOrNew(after: "\(fault) (\(call))")
                #expect(wasNew == isNew, "\(fault) (\(call)): the next command changed the tree")
            })
        print("\(scenario): \(endings)")
        #expect(endings["old"] > 0 || scenario.description.hasPrefix("reinstall"))
    }

    @Test func `the disk is full from one call on`() async throws {
        let dice = SeededGenerator(for: "full disk")
        try await FaultHarness.sweep(
            .upgrade,
            choosing: { workshop in
                var dice = dice
                return workshop.numbers(&dice).map { Fault(.failOn(.noSpace), at: $0) }
            },
            playing: { workshop, fault in
                let (said, calls) = try workshop.run(fault)
                let what = "\(fault) (\(calls.last.map { "\($0)" } ?? ""))"
                let isNew = try Self.expectOneAnswer(workshop, said, what)
                #expect(try workshop.expectOldOrNew(after: what) == isNew, "\(what)")
            })
    }

    /// Nothing can be taken back then: what counts is the next command after it works again.
    @Test func `the disk is gone from one call on`() async throws {
        let dice = SeededGenerator(for: "dead disk")
        try await FaultHarness.sweep(
            .upgrade,
            choosing: { workshop in
                var dice = dice
                return workshop.numbers(&dice).map { Fault(.failOn(.ioError), at: $0) }
            },
            playing: { workshop, fault in
                let (said, _) = try workshop.run(fault)
                // A disk that is gone lets nobody tidy up, nor see that something is left.
                let folders = FaultHarness.workingFolders
                let left = try differences(workshop.distribution.snapshot(), workshop.old)
                    .filter { !folders.contains($0) }
                if said.status != 0, !said.stderr.contains("spkg recover") {
                    #expect(left == [], "\(fault): \(said.stderr)")
                }
                try workshop.expectOldOrNew(after: "\(fault)")
            })
    }

    private static func errors(of call: Fault.Call) -> [Errno] {
        let common: [Errno] =
            FaultHarness.isThorough
            ? [.permissionDenied, .ioError, .noSpace] : [.noSpace]
        switch call.name {
        case "rename":
            return common
                + [.permissionDenied, .ioError, .improperLink, .invalidArgument].filter {
                    !common.contains($0)
                }
        case "flock": return [.noLocks, .badFileDescriptor]
        default: return common
        }
    }

    /// Status 0 and new, or another status and old. With status 0 a merged stage may be left for the
    /// next command to empty: what belongs there is in the tree.
    ///
    /// - Returns: whether it is new.
    private static func expectOneAnswer(
        _ workshop: FaultHarness, _ said: Distribution.Said, _ what: String
    ) throws -> Bool {
        let tree = try workshop.distribution.snapshot()
        let folders = foldersLeft(said)
        if said.status == 0 {
            let left = differences(tree, workshop.new).filter {
                !$0.hasPrefix("stage: ") && !folders.contains($0)
            }
            #expect(left == [], "\(what)")
            return true
        }
        #expect(said.status == 1, "\(what): \(said)")
        let left = differences(tree, workshop.old).filter { !folders.contains($0) }
        #expect(left == [], "\(what): \(said.stderr)")
        return differences(tree, workshop.new).allSatisfy(folders.contains)
    }

    /// What may be left in an environment that isn't a tree of ours, if that is said.
    private static func foldersLeft(_ said: Distribution.Said) -> Set<String> {
        said.stderr.contains("warning: folders that were needed meanwhile are left in var: ")
            ? FaultHarness.workingFolders : []
    }

    /// One error that names the path, or at least its folder where a call had only a descriptor.
    private static func expectClear(
        _ scenario: Scenario, _ said: Distribution.Said, about call: Fault.Call, _ what: String
    ) {
        // What can't be repaired is the answer, and stands beside what is damaged.
        if scenario.answersFailures, !said.stderr.contains("error:") {
            #expect(said.stdout.contains(call.path.string), "\(what): \(said)")
            return
        }
        let errors = said.stderr.split(separator: "\n").filter { $0.hasPrefix("error:") }
        #expect(errors.count == 1, "\(what): \(said.stderr)")
        #expect(
            errors.first?.contains(call.path.string) == true, "\(what): \(said.stderr)")
    }
}
