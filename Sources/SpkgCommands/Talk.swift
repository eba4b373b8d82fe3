internal import Glibc
internal import Synchronization

/// Writes a line of talk to stderr, in one piece: lines of parallel commands must not mix.
func say(_ text: String) {
    Screen.shared.write(text + "\n")
}

/// stderr: plain lines, or on a terminal one more line below them that is always up to date.
final class Screen: Sendable {
    static let shared = Screen()

    /// Whether a person watches.
    let isTerminal =
        isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"

    private let live = Mutex<String>("")

    /// Writes whole lines above the live line.
    func write(_ text: String) {
        live.withLock { live in emit((live.isEmpty ? "" : clear) + text + live) }
    }

    /// Exchanges the live line; empty removes it. Does nothing when nobody watches.
    func show(_ line: String) {
        guard isTerminal else { return }
        live.withLock { live in
            emit((live.isEmpty ? "" : clear) + line)
            live = line
        }
    }

    var width: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
            ? Int(size.ws_col) : 80
    }

    private let clear = "\r\u{1b}[K"

    private func emit(_ text: String) {
        // What can't be said is no failure: the exit status tells.
        _ = writeAll(text, to: STDERR_FILENO)
    }
}

func bold(_ text: String, on descriptor: CInt) -> String {
    isatty(descriptor) == 1 && getenv("NO_COLOR") == nil ? "\u{1b}[1m\(text)\u{1b}[0m" : text
}
