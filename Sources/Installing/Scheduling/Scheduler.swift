internal import Building

/// Does the steps of a plan side by side, the longest chain first.
///
/// Each step is a job of the jobserver that its builds take their jobs from too: the first one needs no
/// token, as the first command of any make; each further one is begun when a token is free, and gives it
/// back at its end. So however many packages and compilers run, together they are no more than the
/// tokens.
struct Scheduler {
    let plan: InstallPlan
    let tokens: JobTokens
    /// How many steps may run at once, however many tokens there are.
    let limit: Int
    /// Whether what needs nothing that failed goes on after a failure.
    let keepsGoing: Bool
    let memory: MemoryReserve
    let event: @Sendable (Reporting.Event) -> Void

    private enum Happening: Sendable {
        case ended(Int, Result<Void, any Error>, took: Duration)
        case token(Bool)
        case memoryLooked
    }

    /// Begins no new step once the task is cancelled; those that run are cancelled with it.
    ///
    /// - Throws: `FailedInstall`; after one failure without consequences, that error itself.
    func run(_ work: @escaping @Sendable (InstallPlan.Step) async throws -> Void) async throws {
        tellHowFar(0)
        var open = OpenSteps(plan)
        var running: Set<Int> = []
        var installed: [Int] = []
        var failures: [(step: Int, error: any Error)] = []
        await withTaskGroup(of: Happening.self) { group in
            var isAskingForToken = false
            var isLookingAtMemory = false
            var heldBack: Set<Int> = []
            while true {
                let isOver = Task.isCancelled || !keepsGoing && !failures.isEmpty
                while !isOver, running.count < limit, let next = open.ready.first,
                    mayRun(next, beside: running)
                {
                    if !running.isEmpty, let lack = memory.lack(for: plan.steps[next].expected) {
                        if heldBack.insert(next).inserted { tell(lack, plan.steps[next]) }
                        if !isLookingAtMemory {
                            isLookingAtMemory = true
                            group.addTask {
                                try? await Task.sleep(for: .seconds(1))
                                return .memoryLooked
                            }
                        }
                        break
                    }
                    guard running.count < 1 + tokens.count || tokens.takeIfFree() else {
                        if !isAskingForToken {
                            isAskingForToken = true
                            group.addTask { .token(await tokens.take()) }
                        }
                        break
                    }
                    open.begin(next)
                    running.insert(next)
                    let step = plan.steps[next]
                    group.addTask {
                        let start = ContinuousClock.now
                        let result: Result<Void, any Error>
                        do { result = .success(try await work(step)) } catch {
                            result = .failure(error)
                        }
                        return .ended(next, result, took: ContinuousClock.now - start)
                    }
                }
                while tokens.count > max(0, running.count - 1) { tokens.giveBack() }
                if isAskingForToken, isOver || open.ready.isEmpty { tokens.stopWaiting() }
                if running.isEmpty, isOver || open.ready.isEmpty { break }
                guard let happening = await group.next() else { break }
                switch happening {
                case .ended(let index, .success, _):
                    running.remove(index)
                    installed.append(index)
                    open.succeed(index)
                    tellHowFar(installed.count)
                case .ended(let index, .failure(let error), let took):
                    running.remove(index)
                    failures.append((index, error))
                    open.fail(index)
                    if !Task.isCancelled {
                        event(.failed(package: plan.steps[index].package, took: took))
                    }
                case .token: isAskingForToken = false
                case .memoryLooked: isLookingAtMemory = false
                }
            }
            group.cancelAll()
        }
        guard let first = failures.first else { return try Task.checkCancellation() }
        if Task.isCancelled { throw first.error }
        throw error(failures, open, installed)
    }

    private func mayRun(_ step: Int, beside running: Set<Int>) -> Bool {
        running.isEmpty
            || !plan.steps[step].runsAlone && !running.contains { plan.steps[$0].runsAlone }
    }

    private func tellHowFar(_ done: Int) {
        if plan.steps.count > 1 { event(.planned(done: done, of: plan.steps.count)) }
    }

    private func tell(_ lack: MemoryReserve.Lack, _ step: InstallPlan.Step) {
        event(.note(package: step.package, "waits: \(lack)"))
    }

    private func error(
        _ failures: [(step: Int, error: any Error)], _ open: OpenSteps, _ installed: [Int]
    ) -> any Error {
        func package(_ step: Int) -> String { plan.steps[step].package }
        let touched = Set(installed + failures.map(\.step) + open.skipped.map(\.step))
        let failed = FailedInstall(
            failures: failures.map { (package($0.step), $0.error) },
            skipped: open.skipped.map { (package($0.step), package($0.because)) },
            notBegun: plan.steps.indices.filter { !touched.contains($0) }.map(package),
            installed: installed.sorted().map(package))
        return failed.isOnlyOne ? failures[0].error : failed
    }
}
