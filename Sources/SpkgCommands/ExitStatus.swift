internal import ArgumentParser
internal import Building
internal import Glibc

/// Says what went wrong and ends the process: 0 for help, 64 for wrong usage, 1 for what failed.
/// Help that can't be written is a failure, too.
///
/// The status of a recipe's own process is in the message, not in ours: a caller can tell a wrong
/// call from a failed build.
func end(with error: any Error) -> Never {
    var error = error
    if isAboutUsage(error) {
        let text = Spkg.fullMessage(for: error)
        let status = Spkg.exitCode(for: error)
        do {
            if text.isEmpty { exit(status.rawValue) }
            if status == .success { try emit(text + "\n") } else { say(text) }
            exit(status.rawValue)
        } catch let failure { error = failure }
    }
    Screen.shared.endRows()
    Interrupts.dieIfInterrupted()
    say("\(bold("error:", on: STDERR_FILENO)) \(error)")
    exit(EXIT_FAILURE)
}

private func isAboutUsage(_ error: any Error) -> Bool {
    // ArgumentParser's own errors are internal types; it knows their exit codes.
    error is CleanExit || error is ValidationError || error is ExitCode
        || Spkg.exitCode(for: error) != .failure
}
