internal import Glibc
internal import Synchronization

/// Writes a line of talk to stderr, in one piece: lines of parallel commands must not mix.
func say(_ text: String) {
    Screen.shared.write(text + "\n")
}

/// stderr: plain lines, or on a terminal rows below them that are always up to date.
final class Screen: Sendable {
    static let shared = Screen()

    /// Whether a person watches rows that change.
    let hasRows = isatty(STDERR_FILENO) == 1 && !isDumb && variable("SPKG_PROGRESS") != "plain"

    private struct Rows {
        var shown: [String] = []
        var drawn = ContinuousClock.now
        var areOver = false
    }
    private let rows = Mutex(Rows())

    /// Writes whole lines above the rows.
    func write(_ text: String) {
        rows.withLock { rows in
            emit(clear(rows) + text + rows.shown.joined(separator: "\n"))
            rows.drawn = .now
        }
    }

    /// Exchanges the rows; none removes them. Does nothing where they aren't watched.
    func show(_ lines: [String]) {
        guard hasRows else { return }
        rows.withLock { rows in
            if rows.areOver || lines.isEmpty && rows.shown.isEmpty { return }
            emit(clear(rows) + lines.joined(separator: "\n"))
            rows.shown = lines
            rows.drawn = .now
        }
    }

    /// Removes the rows for good: what is said now are last words.
    func endRows() {
        show([])
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

    /// What removes the rows. After a pause somebody has stopped us (Ctrl-Z), and what stands above the
    /// cursor is no longer ours.
    private func clear(_ rows: Rows) -> String {
        if rows.shown.isEmpty { return "" }
        if ContinuousClock.now - rows.drawn > .seconds(2) { return "\r\u{1b}[J" }
        // A terminal that has become narrower has folded them.
        let columns = size.columns
        let height = rows.shown.reduce(0) { height, row in
            height + max(1, (columnCount(plainText(row)) + columns - 1) / columns)
        }
        return "\r" + (height > 1 ? "\u{1b}[\(height - 1)A" : "") + "\u{1b}[J"
    }

    private func emit(_ text: String) {
        // What can't be said is no failure: the exit status tells.
        _ = writeAll(text, to: STDERR_FILENO)
    }
}

/// Of this process's environment; nil if it is empty.
func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}

private var isDumb: Bool { variable("TERM") == "dumb" }

/// Whether what goes to this descriptor may have colours: NO_COLOR and CLICOLOR_FORCE decide, else
/// whether it is a terminal that knows them.
func hasColours(on descriptor: CInt) -> Bool {
    if variable("NO_COLOR") != nil { return false }
    if let forced = variable("CLICOLOR_FORCE"), forced != "0" { return true }
    return isatty(descriptor) == 1 && !isDumb
}

func bold(_ text: String, on descriptor: CInt) -> String {
    hasColours(on: descriptor) ? "\u{1b}[1m\(text)\u{1b}[0m" : text
}
