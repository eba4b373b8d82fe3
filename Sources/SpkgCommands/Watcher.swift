internal import Building
internal import Glibc
internal import Installing
internal import Locks
internal import Synchronization
internal import SystemPackage

/// Shows what an `Installer` reports: on a terminal rows of what is running, elsewhere a line for each
/// package that is done, and a reminder of what takes long.
///
/// What builds say goes to their logs alone, unless the user wants to see it, or a program reads it that
/// keeps such a log.
final class Watcher: Sendable {
    private let running = Mutex(RunningPackages())
    private let isTicking = Atomic(false)
    private let showsBuilds: Bool
    private let callersLog: String?
    private let isSilent: Bool

    init(isVerbose: Bool, isSilent: Bool = false) {
        callersLog = variable("SAGE_LOGFILE")
        showsBuilds = isVerbose || variable("V") == "1" || callersLog != nil
        self.isSilent = isSilent
    }

    var reporting: Reporting {
        Reporting(
            event: { if !self.isSilent { self.show($0) } },
            output: { package, isWhole in
                if self.showsBuilds || isWhole {
                    let prefix = self.isOwnLog(of: package) ? nil : package
                    return TerminalLines(prefix: prefix) { bytes in
                        Screen.shared.write(String(decoding: bytes, as: UTF8.self))
                    }
                }
                guard Screen.shared.hasRows else { return nil }
                // Shown with the next refresh: a build may say much.
                return TerminalLines(glancing: { bytes in
                    guard let line = lastLine(of: bytes) else { return }
                    self.running.withLock { $0.note(package, line: line) }
                })
            })
    }

    /// Whether who reads our stderr writes it to the log of this package, with a prefix of its own if
    /// any is wanted there: sage-logger.
    private func isOwnLog(of package: String) -> Bool {
        callersLog.map { FilePath($0).lastComponent?.string == "\(package).log" } ?? false
    }

    private func tell(_ text: String, about package: String) {
        say(isOwnLog(of: package) ? text : "[\(package)] \(text)")
    }

    private func show(_ event: Reporting.Event) {
        switch event {
        case .phase(let package, let phase):
            running.withLock { $0.enter(package, phase, at: .now) }
            startTicking()
            if Screen.shared.hasRows {
                refresh()
            } else if showsBuilds {
                tell("\(phase)", about: package)
            }
        case .progress(let package, let received, let total):
            let detail = amount(received) + (total.map { " of \(amount($0))" } ?? "")
            running.withLock { $0.note(package, detail: detail) }
        case .note(let package, let text):
            tell(text, about: package)
        case .waiting(let wait):
            // There may be builds to be ended first.
            let isAlone = running.withLock { $0.planned <= 1 && $0.packages.count <= 1 }
            Interrupts.isWaiting.store(isAlone, ordering: .relaxed)
            let holder = wait.holder.map { ", held by \($0)" } ?? ""
            let waited = wait.waited < .seconds(1) ? "" : " (\(wait.waited.components.seconds) s)"
            say("waiting for \(wait.path)\(holder)\(waited)")
            return
        case .planned(let done, let count):
            running.withLock { $0.note(done: done, of: count) }
        case .failed(let package, let took):
            running.withLock { $0.finish(package) }
            if Screen.shared.hasRows { refresh() }
            tell("failed after \(seconds(took))", about: package)
        case .finished(let package, let outcome):
            running.withLock { $0.finish(package) }
            if Screen.shared.hasRows { refresh() }
            tell(sentence(outcome), about: package)
        }
        Interrupts.isWaiting.store(false, ordering: .relaxed)
    }

    private func sentence(_ outcome: Reporting.Outcome) -> String {
        switch outcome {
        case .installed(let took): "installed in \(seconds(took))"
        case .alreadyInstalled: "already installed"
        case .installedByPip: "pip has installed it"
        case .built(let directory): "built and staged in \(directory)"
        case .checked: "its tests passed"
        case .system: "provided by the system"
        case .uninstalled: "uninstalled"
        case .notInstalled: "not installed, and there is no recipe of that name"
        case .downloaded(let path): "\(path)"
        }
    }

    /// Goes on until the process ends.
    private func startTicking() {
        if isTicking.exchange(true, ordering: .relaxed) { return }
        Task.detached {
            while true {
                try await Task.sleep(for: .milliseconds(Screen.shared.hasRows ? 200 : 1000))
                self.refresh()
            }
        }
    }

    private func refresh() {
        if Screen.shared.hasRows {
            let running = running.withLock { $0 }
            let size = Screen.shared.size
            let rows = PackageRows(
                columns: size.columns, lines: size.lines, isColoured: hasColours(on: STDERR_FILENO))
            Screen.shared.show(rows.text(of: running, at: .now))
        } else {
            for line in running.withLock({ $0.reminders(at: .now) }) { say(line) }
        }
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
