internal import Building
internal import Glibc
internal import Installing
internal import Locks
internal import Synchronization

/// Shows what an `Installer` reports: on a terminal one live line, elsewhere plain lines with the
/// build's output between them.
final class Watcher: Sendable {
    private struct Work {
        var package = ""
        var phase = ""
        var detail = ""
        var since = ContinuousClock.now
    }

    private let work = Mutex<Work>(Work())
    private let isVerbose: Bool
    private let isSilent: Bool

    init(isVerbose: Bool, isSilent: Bool = false) {
        self.isVerbose = isVerbose
        self.isSilent = isSilent
    }

    var reporting: Reporting {
        Reporting(
            event: { if !self.isSilent { self.show($0) } },
            output: { package in
                guard self.isVerbose || !Screen.shared.isTerminal else { return nil }
                return TerminalLines(prefix: package) { bytes in
                    Screen.shared.write(String(decoding: bytes, as: UTF8.self))
                }
            })
    }

    private func show(_ event: Reporting.Event) {
        switch event {
        case .phase(let package, let phase):
            let isNew = work.withLock { work in
                let isNew = work.package != package
                if isNew { work.since = .now }
                work.package = package
                work.phase = phase.rawValue
                work.detail = ""
                return isNew
            }
            if isNew { keepLive() }
            if Screen.shared.isTerminal { refresh() } else { say("[\(package)] \(phase.rawValue)") }
        case .progress(_, let received, let total):
            work.withLock { work in
                work.detail = amount(received) + (total.map { " of \(amount($0))" } ?? "")
            }
        case .note(let package, let text):
            say("[\(package)] \(text)")
        case .waiting(let wait):
            Interrupts.isWaiting.store(true, ordering: .relaxed)
            let holder = wait.holder.map { ", held by \($0)" } ?? ""
            let waited = wait.waited < .seconds(1) ? "" : " (\(wait.waited.components.seconds) s)"
            say("waiting for \(wait.path)\(holder)\(waited)")
            return
        case .finished(let package, let outcome):
            work.withLock { $0 = Work() }
            Screen.shared.show("")
            say(sentence(package, outcome))
        }
        Interrupts.isWaiting.store(false, ordering: .relaxed)
    }

    private func sentence(_ package: String, _ outcome: Reporting.Outcome) -> String {
        switch outcome {
        case .installed(let took): "[\(package)] installed in \(seconds(took))"
        case .alreadyInstalled: "[\(package)] already installed"
        case .installedByPip: "[\(package)] pip has installed it"
        case .built(let directory): "[\(package)] built and staged in \(directory)"
        case .checked: "[\(package)] its tests passed"
        case .system: "[\(package)] provided by the system"
        case .uninstalled: "[\(package)] uninstalled"
        case .notInstalled: "[\(package)] not installed, and there is no recipe of that name"
        case .downloaded(let path): "[\(package)] \(path)"
        }
    }

    /// Redraws the live line while work goes on; the task ends with the process.
    private func keepLive() {
        guard Screen.shared.isTerminal else { return }
        let package = work.withLock { $0.package }
        Task.detached {
            while self.work.withLock({ $0.package }) == package {
                self.refresh()
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private func refresh() {
        let now = work.withLock { $0 }
        guard !now.package.isEmpty else { return }
        let elapsed = (ContinuousClock.now - now.since).components.seconds
        let clock = "\(elapsed / 60):\(elapsed % 60 < 10 ? "0" : "")\(elapsed % 60)"
        let line =
            "[\(now.package)] \(now.phase) \(now.detail.isEmpty ? "" : now.detail + " ")\(clock)"
        Screen.shared.show(String(line.prefix(Screen.shared.width - 1)))
    }
}

/// `3.2 s`, `140 ms`
func seconds(_ duration: Duration) -> String {
    let milliseconds = Int(duration / .milliseconds(1))
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
}

/// `16.2 MiB`
func amount(_ bytes: Int) -> String {
    if bytes < 1 << 10 { return "\(bytes) B" }
    if bytes < 1 << 20 { return "\(bytes >> 10) KiB" }
    let tenths = bytes * 10 / (1 << 20)
    return "\(tenths / 10).\(tenths % 10) MiB"
}
