internal import Platform

/// The lines of a failed build's log that tell why.
///
/// In a parallel build the decisive line is seldom the last: other jobs go on for a while, and every
/// make above adds its own "Error 2". So what names a cause (see `LogRule`) is looked for first: next
/// to the first target that failed, then the first and the last of all, for a configure script may
/// try what fails and go on. Only when there is none, Python's last traceback and other complaints
/// count; then what stands before the first failed target; then the last lines.
public struct LogExcerpt: Sendable, Equatable {
    /// At most `limit` lines in the order of the log, without control characters; `…` stands where
    /// lines are left out.
    public let lines: [String]

    public static let limit = 20

    public init(of text: String) {
        // Only files can't be read.
        try! self.init(of: .bytes(Array(text.utf8)))
    }

    init(of text: LogText) throws(PlatformError) {
        let scan = try LogScan(text)
        var wanted =
            (scan.causes.all + scan.complaints.all + [scan.nextToVerdict].compactMap(\.self))
            .map { ($0.line - 16)..<($0.line + 16) }
        for verdict in [scan.firstVerdict, scan.lastVerdict].compactMap(\.self) {
            wanted.append((verdict.line - 16)..<(verdict.line + 1))
        }
        if let traceback = scan.traceback { wanted.append(traceback.line..<(traceback.line + 400)) }
        wanted.append((scan.lines - 40)..<scan.lines)
        lines = Choice(scan, try LogScan.read(wanted, of: text)).lines
    }
}

/// Which lines of a log are shown.
private struct Choice {
    private let scan: LogScan
    private let text: [Int: String]
    private var chosen: Set<Int> = []

    init(_ scan: LogScan, _ text: [Int: String]) {
        self.scan = scan
        self.text = text
        let traceback = scan.traceback.flatMap { Traceback(at: $0.line, in: text) }
        let causes = scan.causes.all
        if !causes.isEmpty {
            let inOrder = [scan.nextToVerdict, causes.first, causes.last].compactMap(\.self)
            for (index, hit) in (inOrder + causes).enumerated() {
                add(group(of: hit, upTo: index == 0 ? 10 : 5))
            }
            // What came of it.
            if let traceback, traceback.exception.lowerBound > causes.last!.line {
                add(traceback.exception.prefix(2))
            }
        } else {
            if let traceback { add(traceback.lines(upTo: 12)) }
            // A program's last words count more than its first.
            for hit in scan.complaints.all.reversed() { add(group(of: hit, upTo: 6)) }
            if let last = scan.complaints.all.last, scan.lines - last.line <= 6 {
                add((last.line + 1)..<scan.lines)
            }
            if traceback == nil, let verdict = scan.firstVerdict {
                // In full where nothing else is known.
                add((verdict.line - (chosen.isEmpty ? 14 : 6))..<verdict.line)
            }
        }
        if let verdict = scan.lastVerdict, chosen.isEmpty || verdict.line > chosen.max()! {
            chosen.insert(verdict.line)
        }
    }

    var lines: [String] {
        if chosen.isEmpty {
            return text.filter { $0.key >= scan.lines - 40 && !isBlank($0.value) }
                .sorted { $0.key < $1.key }.suffix(LogExcerpt.limit).map(\.value)
        }
        var shown: [String] = []
        var last: Int?
        for line in chosen.sorted() {
            if let last, line > last + 1 { shown.append("…") }
            shown.append(text[line] ?? "")
            last = line
        }
        return shown
    }

    /// Adds lines if they leave room for a last word.
    private mutating func add(_ range: some Collection<Int>) {
        let all = chosen.union(range.filter { text[$0] != nil })
        let gaps = all.count { !all.contains($0 - 1) } - 1
        if all.count + gaps + 2 <= LogExcerpt.limit { chosen = all }
    }

    /// A line with what explains it, of at most so many lines.
    private func group(of hit: LogScan.Hit, upTo limit: Int) -> Range<Int> {
        let line = hit.line
        var start = line
        var end = line + 1
        switch LogRule.all[hit.rule].context {
        case .alone: break
        case .source:
            while start > line - 2, isIntroduction(start - 1) { start -= 1 }
            let most = min(start + limit, line + 5)
            while end < most, isIndented(end) || has(end, ": note:") || has(end, ": Anmerkung:") {
                end += 1
            }
        case .sourceBefore:
            while start > line - 5, text[start - 1] != nil, !isPlace(start) { start -= 1 }
            if !isPlace(start) { start = max(line - 1, start) }
        case .wordsBefore:
            while start > end - limit, text[start - 1] != nil, !isEmpty(start - 1) { start -= 1 }
        case .paragraphs:
            while end < start + limit, isIndented(end) || isEmpty(end) { end += 1 }
            while end > line + 1, isEmpty(end - 1) { end -= 1 }
        case .cythonFrame:
            while end < line + 14, text[end] != nil, !isCythonMessage(end) { end += 1 }
            end += 1
        case .words:
            while end < start + limit, text[end] != nil, !isEmpty(end) { end += 1 }
        }
        return start..<end
    }

    private func isEmpty(_ line: Int) -> Bool { text[line].map(isBlank) ?? false }

    private func isIndented(_ line: Int) -> Bool { text[line]?.first == " " && !isEmpty(line) }

    private func has(_ line: Int, _ word: String) -> Bool { text[line]?.contains(word) ?? false }

    /// "In function ‘f’:" and the includes that lead to an error.
    private func isIntroduction(_ line: Int) -> Bool {
        [
            "In file included from ", ": In ", ": in function ", " required from ", " from ",
            ": Assembler messages:",
        ]
        .contains { has(line, $0) }
    }

    /// Where Fortran's compiler found something: `m.f90:3:7:`.
    private func isPlace(_ line: Int) -> Bool {
        guard let text = text[line], text.last == ":" else { return false }
        return text.dropLast().split(separator: ":").suffix(2).allSatisfy { Int($0) != nil }
    }

    private func isCythonMessage(_ line: Int) -> Bool {
        [".pyx:", ".pxd:", ".pxi:", ".py:"].contains { has(line, $0) }
    }
}

private func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: " ") } }

/// A stack of Python's calls in a log.
private struct Traceback {
    private let start: Int
    private let frames: Range<Int>
    /// The first lines of what it says itself.
    let exception: Range<Int>

    init?(at start: Int, in text: [Int: String]) {
        self.start = start
        guard let indent = text[start]?.prefix(while: { $0 != "T" }) else { return nil }
        var end = start + 1
        while let line = text[end], line.hasPrefix(indent + " ") { end += 1 }
        frames = (start + 1)..<end
        let first = end
        // Some say all that matters after an empty line.
        let isNameAlone = text[end]?.last == ":"
        while end < first + (isNameAlone ? 9 : 6), let line = text[end], !line.contains(Self.title),
            !isBlank(line) || isNameAlone || text[end + 1]?.hasPrefix(indent + "  ") == true
        {
            end += 1
        }
        while end > first, text[end - 1].map(isBlank) == true { end -= 1 }
        exception = first..<end
    }

    private static let title = "Traceback (most recent call last):"

    /// Its end, if it is long, under its first line.
    func lines(upTo limit: Int) -> [Int] {
        [start] + frames.suffix(limit - 1 - exception.count) + exception
    }
}
