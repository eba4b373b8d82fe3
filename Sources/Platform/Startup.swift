internal import CPlatform

/// Gives this process the signals that a shell gives to a program, whatever a daemon or a cron job
/// started it with: none is blocked, and the end of a child and a closed pipe are told.
///
/// Comes before everything else, as long as there is one thread.
public func startPlainly() { spkg_start_plainly() }
