internal import ArgumentParser
internal import Building
internal import Glibc

/// Says what went wrong and ends the process: 0 for help, 64 for wrong usage, 1 for what failed.
///
/// The status of a recipe's own process is in the message, not in ours: a caller can tell a wrong
/// call from a failed build.
func end(with error: any Error) -> Never {
    if isAboutUsage(error) { Spkg.exit(withError: error) }
    Interrupts.dieIfInterrupted()
    say("\(bold("error:", on: STDERR_FILENO)) \(error)")
    exit(EXIT_FAILURE)
}

private func isAboutUsage(_ error: any Error) -> Bool {
    // ArgumentParser's own errors are internal types; it knows their exit codes.
    error is CleanExit || error is ValidationError || error is ExitCode
        || Spkg.exitCode(for: error) != .failure
}
