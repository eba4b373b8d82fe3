internal import Building

/// Rows of a terminal that show what is running, each cut at its right end.
struct PackageRows {
    let columns: Int
    let lines: Int
    let isColoured: Bool

    /// One row for each package, as far as there is room for them, and one for the whole.
    func text(of running: RunningPackages, at now: ContinuousClock.Instant) -> [String] {
        if running.packages.isEmpty { return [] }
        // The last line of the terminal is left to the cursor, one to what was there before.
        let room = max(1, lines - 3)
        let shown = running.packages.prefix(room)
        var rows = shown.map { row(of: $0, at: now) }
        let hidden = running.packages.count - shown.count
        var whole: [String] = []
        if running.planned > 1 {
            whole.append("\(running.done) of \(running.planned) done")
            whole.append("\(running.planned - running.done) left")
        }
        if hidden > 0 { whole.append("\(hidden) more running") }
        if !whole.isEmpty { rows.append(cut(whole.joined(separator: ", "), to: width)) }
        return rows
    }

    /// One column stays free: a full row makes some terminals begin the next one.
    private var width: Int { max(1, columns - 1) }

    private func row(of package: RunningPackages.Package, at now: ContinuousClock.Instant) -> String
    {
        // The name stays whole whatever room there is.
        let name = "[\(package.name)]"
        var left = width - columnCount(name)
        var text = name
        func add(_ part: String, dimmed: Bool = false) {
            let part = cut(" " + part, to: max(0, left))
            if part.isEmpty || part == " " { return }
            left -= columnCount(part)
            text += dimmed && isColoured ? "\u{1b}[2m\(part)\u{1b}[0m" : part
        }
        add("\(package.phase)")
        add(clock(now - package.since))
        if !package.detail.isEmpty { add(package.detail) }
        if !package.line.isEmpty { add(" " + package.line, dimmed: true) }
        return text
    }
}

/// The last line of what a build has said that says anything, without what would move the cursor or
/// change colours.
func lastLine(of bytes: some BidirectionalCollection<UInt8>) -> String? {
    for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
        // Of a progress bar the last state.
        let state = line.split(separator: UInt8(ascii: "\r")).last ?? line
        let text = plainText(state.prefix(1024))
        if text.contains(where: { !$0.isWhitespace }) { return text }
    }
    return nil
}
