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
        if running.planned > 1 { whole.append("\(running.done) of \(running.planned) done") }
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
        var left = width - name.count
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

/// As much of a text as fits into so many columns.
func cut(_ text: String, to columns: Int) -> String {
    var left = columns
    return String(
        text.prefix {
            left -= columnCount($0)
            return left >= 0
        })
}

func columnCount(_ text: String) -> Int { text.reduce(0) { $0 + columnCount($1) } }

/// How many columns of a terminal a character takes.
private func columnCount(_ character: Character) -> Int {
    switch character.unicodeScalars.first?.value ?? 0 {
    case 0..<0x20, 0x7F..<0xA0: 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        2
    default: 1
    }
}

/// The last line of what a build has said that says anything, without what would move the cursor or
/// change colours.
func lastLine(of bytes: some BidirectionalCollection<UInt8>) -> String? {
    for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
        let text = plainText(String(decoding: line.prefix(1024), as: UTF8.self))
        if text.contains(where: { !$0.isWhitespace }) { return text }
    }
    return nil
}

/// The text without control characters and the sequences that they begin.
func plainText(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
        switch scalar {
        case "\u{1b}":
            // ESC [ parameters, up to a letter; ESC ] text, up to BEL; else one more character.
            switch scalars.popFirst() {
            case "[": while let next = scalars.popFirst(), !("@"..."~").contains(next) {}
            case "]": while let next = scalars.popFirst(), next != "\u{7}" {}
            default: break
            }
        case "\t": plain.append(" ")
        case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): break
        default: plain.append(scalar)
        }
    }
    return String(plain)
}
