internal import Installing

/// Packages that are being worked on, as a person is shown them: in rows on a terminal, elsewhere by a
/// line now and then.
struct RunningPackages {
    struct Package {
        /// `NAME-VERSION`.
        let name: String
        let since: ContinuousClock.Instant
        fileprivate(set) var phase: Reporting.Phase
        /// What the phase adds to its name: how much of a file is there.
        fileprivate(set) var detail = ""
        /// What its build has said last.
        fileprivate(set) var line = ""
        fileprivate var told: ContinuousClock.Instant
    }

    /// In the order in which they were begun.
    private(set) var packages: [Package] = []
    /// Of the whole command, where that is known.
    private(set) var planned = 0
    private(set) var done = 0

    /// How long nothing is heard of a package, where nobody sees rows.
    static let longestSilence = Duration.seconds(60)

    mutating func note(done: Int, of planned: Int) {
        self.done = done
        self.planned = planned
    }

    mutating func enter(
        _ package: String, _ phase: Reporting.Phase, at now: ContinuousClock.Instant
    ) {
        if let index = packages.firstIndex(where: { $0.name == package }) {
            packages[index].phase = phase
            packages[index].detail = ""
            packages[index].line = ""
            return
        }
        packages.append(Package(name: package, since: now, phase: phase, told: now))
    }

    mutating func note(_ package: String, detail: String) {
        guard let index = packages.firstIndex(where: { $0.name == package }) else { return }
        packages[index].detail = detail
    }

    mutating func note(_ package: String, line: String) {
        guard let index = packages.firstIndex(where: { $0.name == package }) else { return }
        packages[index].line = line
    }

    mutating func finish(_ package: String) {
        packages.removeAll { $0.name == package }
    }

    /// Lines about packages of which nothing was heard for long.
    mutating func reminders(at now: ContinuousClock.Instant) -> [String] {
        var lines: [String] = []
        for index in packages.indices where now - packages[index].told >= Self.longestSilence {
            let package = packages[index]
            packages[index].told = now
            lines.append("[\(package.name)] still \(package.phase) (\(clock(now - package.since)))")
        }
        return lines
    }
}

/// `3:07`, `1:02:09`
func clock(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let tail = "\(two(seconds % 60))"
    if seconds < 3600 { return "\(seconds / 60):\(tail)" }
    return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(tail)"
}
