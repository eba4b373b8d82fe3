internal import Building
internal import Glibc
internal import Platform
internal import Synchronization

/// stderr: plain lines, or on a terminal rows below them that are always up to date.
///
/// Rows are drawn only while the terminal is ours: not in the background of a shell, not while we are
/// stopped, and not while somebody is asked there for a password. No mode of the terminal is changed.
final class Screen: Sendable {
    static let shared = Screen()

    private let isTerminal = isatty(STDERR_FILENO) == 1
    /// Whether a person watches rows that change.
    let hasRows: Bool

    private struct Rows {
        var wanted: [String] = []
        /// What stands on the terminal.
        var drawn: [String] = []
        /// Until they are drawn again, and for good.
        var areSuspended = false
        var areOver = false
    }
    private let rows = Mutex(Rows())

    private init() {
        hasRows = isTerminal && !isDumb && variable("SPKG_PROGRESS") != "plain"
        if hasRows { TerminalGuests.onArrival { Screen.shared.hideRows() } }
    }

    /// Writes whole lines above the rows. On a terminal nothing in them but colours has an effect.
    func write(_ text: String) {
        let text = isTerminal ? terminalText(text) : text
        rows.withLock { rows in
            let isOurs = mayDraw(rows)
            let start = isOurs ? clearing(rows.drawn) : ""
            rows.drawn = isOurs ? rows.wanted : []
            emit(start + text + rows.drawn.joined(separator: "\n"))
        }
    }

    /// Exchanges the rows; none removes them. Does nothing where they aren't watched.
    func show(_ lines: [String]) {
        guard hasRows else { return }
        rows.withLock { rows in
            rows.wanted = lines
            if rows.drawn == lines || !mayDraw(rows) { return }
            emit(clearing(rows.drawn) + lines.joined(separator: "\n"))
            rows.drawn = lines
        }
    }

    /// Removes the rows: others use the terminal now.
    ///
    /// - Parameter isSuspending: until `redrawRows`; else until the terminal is ours again.
    func hideRows(isSuspending: Bool = false) {
        rows.withLock { rows in
            rows.areSuspended = isSuspending
            if !rows.drawn.isEmpty { emit(clearing(rows.drawn)) }
            rows.drawn = []
        }
    }

    /// Draws the rows again where the cursor is: others have used the terminal.
    func redrawRows() {
        rows.withLock { rows in
            rows.drawn = []
            rows.areSuspended = false
            if rows.wanted.isEmpty || !mayDraw(rows) { return }
            emit("\r\u{1b}[J" + rows.wanted.joined(separator: "\n"))
            rows.drawn = rows.wanted
        }
    }

    /// Removes the rows for good: what is said now are last words.
    func endRows() {
        hideRows()
        rows.withLock { $0.areOver = true }
    }

    /// Columns and lines.
    var size: (columns: Int, lines: Int) {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return (
            isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80,
            isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24
        )
    }

    private func mayDraw(_ rows: Rows) -> Bool {
        hasRows && !rows.areOver && !rows.areSuspended && isOurs
    }

    /// Whether we are in the foreground, and nobody types what must not be seen.
    private var isOurs: Bool {
        if TerminalGuests.areThere { return false }
        // A terminal that isn't the one of our session has no foreground.
        let foreground = tcgetpgrp(STDERR_FILENO)
        if foreground != -1, foreground != getpgrp() { return false }
        var modes = termios()
        return tcgetattr(STDERR_FILENO, &modes) != 0 || modes.c_lflag & tcflag_t(ECHO) != 0
    }

    /// What removes rows.
    private func clearing(_ rows: [String]) -> String {
        if rows.isEmpty { return "" }
        // A terminal that has become narrower has folded them.
        let columns = size.columns
        let height = rows.reduce(0) { height, row in
            height + max(1, (columnCount(plainText(row)) + columns - 1) / columns)
        }
        return "\r" + (height > 1 ? "\u{1b}[\(height - 1)A" : "") + "\u{1b}[J"
    }

    private func emit(_ text: String) {
        // What can't be said is no failure: the exit status tells.
        _ = writeAll(text, to: STDERR_FILENO)
    }
}
