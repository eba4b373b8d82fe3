import Platform
import Support
import SystemPackage
import Testing

/// A distribution in which one scenario is played again and again, each time disturbed elsewhere.
struct FaultHarness {
    let scenario: Scenario
    let distribution: Distribution
    /// The whole tree before and after the command, and all that the command calls.
    let old: [String: String]
    let new: [String: String]
    let calls: [Fault.Call]
    /// Titles in the history before and after the command.
    private let oldTitles: [String]
    private let newTitles: [String]
    private var log: FilePath { distribution.root.appending("calls.log") }
    /// What a command may change: the tree, and the stage of a merge.
    private static let places = ["local", "stage"]

    init(_ scenario: Scenario, in distribution: Distribution) throws {
        self.scenario = scenario
        self.distribution = distribution
        try scenario.prepare(distribution)
        old = try distribution.snapshot()
        oldTitles = try distribution.historyTitles()
        for place in Self.places { try distribution.copy(place, to: "\(place).kept") }
        let log = distribution.root.appending("calls.log")
        let said = try distribution.said(
            [Distribution.program.string] + scenario.arguments(distribution),
            Fault.environment(
                nil, from: scenario.from, in: Distribution.program, log: log,
                hasRenameFlags: scenario.hasRenameFlags))
        guard said.status == 0 else { throw Distribution.Undone(said: said) }
        calls = try Fault.calls(in: log)
        new = try distribution.snapshot()
        newTitles = try distribution.historyTitles()
        try #require(old != new || scenario.description.hasPrefix("reinstall"))
        try #require(try distribution.litter() == [])
        try restore()
    }

    /// Puts the old tree back, exactly.
    func restore() throws {
        for place in Self.places { try distribution.copy("\(place).kept", to: place) }
    }

    /// Runs the scenario's command, disturbed.
    ///
    /// - Returns: what it said, and the calls that it came to.
    func run(_ fault: Fault?) throws -> (said: Distribution.Said, calls: [Fault.Call]) {
        var fault = fault
        if fault?.from == nil { fault?.from = scenario.from }
        let said = try distribution.said(
            [Distribution.program.string] + scenario.arguments(distribution),
            Fault.environment(
                fault, from: scenario.from, in: Distribution.program, log: log,
                hasRenameFlags: scenario.hasRenameFlags))
        return (said, try Fault.calls(in: log))
    }

    /// The numbers of the calls from the one at which the pip lock is taken to one after the commit.
    var lockedCalls: ClosedRange<Int> {
        let lock = calls.firstIndex { $0.path.string.hasSuffix(Scenario.lock) } ?? 0
        let commit =
            calls.lastIndex {
                $0.name == "rename" && $0.path.lastComponent == "done"
            } ?? lock
        return lock + 1...min(commit + 2, calls.count)
    }

    /// A kill after the change was opened and before it is committed, each with calls to spare.
    ///
    /// Calls are counted from the lock on: before it several threads unpack, and how many of their
    /// attempts to make the same folder count depends on who comes first.
    func killInTheMiddle() throws -> Fault {
        let lock = calls.firstIndex { $0.path.string.hasSuffix(Scenario.lock) }
        let opening = calls.firstIndex {
            $0.name == "rename" && $0.path.string.contains("/var/lib/sage/changes/")
        }
        let commit = calls.lastIndex { $0.name == "rename" && $0.path.lastComponent == "done" }
        let middle = try (#require(opening) + #require(commit)) / 2
        return Fault(.killBefore, at: middle - (try #require(lock)) + 1, from: Scenario.lock)
    }
}

extension FaultHarness {
    /// Plays a scenario once per fault, in as many workshops as there are processors.
    ///
    /// - Parameters:
    ///   - faults: chosen with the calls of the undisturbed command in hand.
    ///   - body: runs the command and judges; afterwards the old tree is put back if need be.
    static func sweep(
        _ scenario: Scenario, choosing faults: @escaping @Sendable (FaultHarness) -> [Fault],
        playing body: @escaping @Sendable (FaultHarness, Fault) throws -> Void
    ) async throws {
        let workers = 2
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    try Distribution.run { distribution in
                        let workshop = try FaultHarness(scenario, in: distribution)
                        let faults = faults(workshop)
                        for index in faults.indices where index % workers == worker {
                            try body(workshop, faults[index])
                            if try distribution.snapshot() != workshop.old {
                                try workshop.restore()
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Whether all is tried: SPKG_TEST_SWEEPS=all. Otherwise all that is done under the lock, and
    /// of what comes before and after, where one call is like the other, a part.
    static let isThorough = inherited("SPKG_TEST_SWEEPS") == "all"

    /// What a change needs in an environment that isn't a tree of ours; a command that was ended may
    /// leave them to the next one.
    static let workingFolders: Set<String> = [
        "var", "var/tmp", "var/tmp/sage", "var/lock", "var/lib", "var/lib/sage",
        "var/lib/sage/changes",
    ]

    /// The numbers of the calls to disturb.
    func numbers(_ dice: inout SeededGenerator) -> [Int] {
        let locked = lockedCalls
        return (1...calls.count).filter { number in
            Self.isThorough || locked.contains(number) || dice.oneIn(12)
        }
    }

    /// Expects the tree to be exactly old or exactly new, without litter, after `spkg recover`.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    func expectOldOrNew(after what: String) throws -> Bool {
        let recovered = try distribution.spkg("recover")
        #expect(recovered.status == 0, "\(what): \(recovered.stderr)")
        let tree = try distribution.snapshot()
        #expect(
            tree == old || tree == new,
            "\(what): differs from old in \(differences(tree, old)), from new in \(differences(tree, new))"
        )
        #expect(try distribution.litter() == [], "\(what)")
        return tree == new
    }
}

extension FaultHarness {
    /// Expects the history to have the change once if it was made, and else not.
    func expectHistory(isNew: Bool, after what: String) throws {
        if old == new { return }
        let titles = try distribution.historyTitles()
        #expect(titles == (isNew ? newTitles : oldTitles), "\(what)")
    }
}

extension Distribution {
    /// What the tree's history says was done, the oldest first.
    func historyTitles() throws -> [String] {
        let file = local.pushing("var/lib/sage/history")
        guard try status(file) != nil else { return [] }
        return try readText(file).split(separator: "\n").map {
            String($0.split(separator: " ").dropFirst(2).first ?? "cut short")
        }
    }
}

/// Paths that are not the same in two trees.
func differences(_ one: [String: String], _ other: [String: String]) -> [String] {
    Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
}

extension Distribution {
    /// The tree byte for byte, without locks and working folders, and the stage of a merge if there
    /// is one. In records and pages the times at which they were written don't count.
    func snapshot() throws -> [String: String] {
        var tree = try tree()
        if try root.exists("stage") {
            for (path, what) in try root.appending("stage").listing() {
                tree["stage: \(path)"] = what
            }
        }
        for (path, what) in tree
        where what.hasPrefix("file")
            && (path.hasPrefix("var/lib/sage/installed/")
                || path.hasPrefix("var/lib/sage/wheels/simple/"))
        {
            let text = try local.text(FilePath(path))
            tree[path] =
                "\(what.split(separator: " ")[1]) \(text.replacing(Self.time, with: "TIME"))"
        }
        return tree
    }

    private nonisolated(unsafe) static let time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\dZ]*/

    /// Makes one folder of the distribution a copy of another; nothing if there is no such.
    fileprivate func copy(_ folder: String, to target: String) throws {
        guard try root.exists(FilePath(folder)) else { return }
        try removeTree(root.pushing(FilePath(target)))
        let said = try said(["cp", "-a", folder, target], [:])
        guard said.status == 0 else { throw Undone(said: said) }
    }
}
