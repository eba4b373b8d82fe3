/// The steps of a plan that are still to be done.
struct OpenSteps {
    private let steps: [InstallPlan.Step]
    /// By index: the steps that wait for it.
    private let dependents: [[Int]]
    /// By index: how many it waits for.
    private var waitsFor: [Int]
    /// Those that may be begun, the most urgent one first.
    private(set) var ready: [Int] = []
    /// Those that can't be done, with the one that failed.
    private(set) var skipped: [(step: Int, because: Int)] = []
    private var isSkipped: Set<Int> = []

    init(_ plan: InstallPlan) {
        steps = plan.steps
        waitsFor = steps.map(\.needs.count)
        var dependents = [[Int]](repeating: [], count: steps.count)
        for (index, step) in steps.enumerated() {
            for need in step.needs { dependents[need].append(index) }
        }
        self.dependents = dependents
        for index in steps.indices where waitsFor[index] == 0 { add(index) }
    }

    mutating func begin(_ step: Int) { ready.removeAll { $0 == step } }

    mutating func succeed(_ step: Int) {
        for dependent in dependents[step] {
            waitsFor[dependent] -= 1
            if waitsFor[dependent] == 0, !isSkipped.contains(dependent) { add(dependent) }
        }
    }

    mutating func fail(_ step: Int) {
        var open = dependents[step]
        while let next = open.popLast() {
            guard isSkipped.insert(next).inserted else { continue }
            skipped.append((next, step))
            open += dependents[next]
        }
        skipped.sort { $0.step < $1.step }
    }

    /// Of chains that take equally long, the one that comes first in the plan.
    private mutating func add(_ step: Int) {
        let place = ready.firstIndex { other in
            (steps[other].chain, step) < (steps[step].chain, other)
        }
        ready.insert(step, at: place ?? ready.endIndex)
    }
}
