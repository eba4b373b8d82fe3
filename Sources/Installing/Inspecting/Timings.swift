internal import Recipes
internal import SystemPackage

/// The last run of installs: what was done when, on how many lanes, and what kept it from ending
/// earlier.
public struct Timings: Sendable {
    public struct Bar: Sendable {
        /// `NAME-VERSION`.
        public let package: String
        /// Seconds after the beginning of the run.
        public let start: Double
        public let end: Double
        /// Nil where it was ended by a signal, or still runs.
        public let isDone: Bool?
        /// From 0 on: bars of one lane don't overlap.
        public let lane: Int
        /// Part of the chain that took longest, each waiting for the one before.
        public let isCritical: Bool
    }

    /// Seconds since 1970.
    public let start: Double
    /// In the order of their beginnings.
    public let bars: [Bar]
    public var duration: Double { bars.map(\.end).max() ?? 0 }
    public var laneCount: Int { (bars.map(\.lane).max() ?? -1) + 1 }

    /// - Throws: `InstallError.noRun` where nothing was ever noted.
    public init(_ settings: Settings, _ reporting: Reporting) throws {
        let workspace = try Workspace(settings: settings, reporting: reporting)
        let entries = try RunLog(settings).lastRun()
        guard let first = entries.first else { throw InstallError.noRun(logs: settings.logs) }
        start = first.start
        let latest = entries.map { $0.end ?? $0.start }.max() ?? start
        let critical = Self.criticalPath(entries, workspace)
        var ends: [Double] = []
        var bars: [Bar] = []
        for (index, entry) in entries.enumerated() {
            let end = entry.end ?? latest
            let lane = ends.firstIndex { $0 <= entry.start } ?? ends.count
            if lane == ends.count { ends.append(end) } else { ends[lane] = end }
            bars.append(
                Bar(
                    package: entry.package, start: entry.start - start, end: end - start,
                    isDone: entry.ending.map { $0 == .ok }, lane: lane,
                    isCritical: critical.contains(index)))
        }
        self.bars = bars
    }

    /// From the package that ended last, back to what it waited for longest, and so on.
    private static func criticalPath(_ entries: [RunLog.Entry], _ workspace: Workspace) -> Set<Int>
    {
        func end(_ index: Int) -> Double { entries[index].end ?? .infinity }
        guard var at = entries.indices.max(by: { end($0) < end($1) }) else { return [] }
        var places: [RecipeName: Int] = [:]
        for (index, entry) in entries.enumerated() {
            let name = entry.package.prefix { $0 != "-" }
            if let name = RecipeName(valid: name) { places[name] = index }
        }
        // A recipe that was broken since, or is gone, says nothing of what was waited for.
        guard let graph = try? DependencyGraph(workspace.recipes),
            let order = try? graph.order(of: places.keys.sorted().filter { graph[$0] != nil })
        else { return [at] }
        let plan = InstallPlan(
            order.compactMap { graph[$0] }, including: Set(places.keys), requested: [],
            times: BuildTimes()
        ) { graph.dependencies(of: $0.name) }
        var path: Set<Int> = [at]
        while let step = plan.steps.first(where: { places[$0.recipe.name] == at }) {
            let before = step.needs.compactMap { places[plan.steps[$0].recipe.name] }
                .filter { !path.contains($0) && end($0) <= entries[at].start }
            guard let last = before.max(by: { end($0) < end($1) }) else { break }
            path.insert(last)
            at = last
        }
        return path
    }
}
