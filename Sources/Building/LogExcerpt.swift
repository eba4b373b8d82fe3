internal import Glibc

/// The lines of a failed build's log that tell why.
///
/// In a parallel build the decisive line is seldom the last: other jobs go on for a while, and every
/// make above adds its own "Error 2". So causes are looked for first: what a compiler, linker,
/// configure, meson or cmake says; the first of them, for the others often follow from it. Only when
/// there is none do Python's last traceback and lines that begin with "error" count.
public struct LogExcerpt: Sendable, Equatable {
    /// At most `limit` lines in the order of the log; `…` stands where lines are left out. Without
    /// any decisive line these are the last ones.
    public let lines: [String]

    public static let limit = 20

    public init(of text: String) {
        let log = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { LogLine($0) }
        var chosen = Self.causes(log)
        if chosen.isEmpty { chosen = Self.lastTraceback(log) ?? [] }
        if chosen.isEmpty { chosen = Self.complaints(log) }
        if chosen.isEmpty {
            let ending = log.indices.filter { !log[$0].isEmpty }.suffix(Self.limit)
            lines = ending.map { log[$0].text }
            return
        }
        // Which command or target failed: the last word of make or of the backend.
        if chosen.count < Self.limit,
            let verdict = log.lastIndex(where: \.isVerdict), verdict > chosen.last!
        {
            chosen.append(verdict)
        }
        var shown: [String] = []
        var last: Int?
        for index in chosen.prefix(Self.limit) {
            if let last, index > last + 1, shown.count < Self.limit - 1 { shown.append("…") }
            if shown.count < Self.limit { shown.append(log[index].text) }
            last = index
        }
        lines = shown
    }

    /// The first three causes, each with what explains it.
    private static func causes(_ log: [LogLine]) -> [Int] {
        var chosen: [Int] = []
        var count = 0
        for index in log.indices where log[index].isCause && count < 3 {
            if let last = chosen.last, index <= last { continue }
            count += 1
            // "In function ‘f’:" and the includes that lead here stand before the error.
            if index > 0, log[index - 1].isIntroduction, chosen.last != index - 1 {
                chosen.append(index - 1)
            }
            chosen.append(index)
            chosen += explanation(of: index, in: log)
        }
        return chosen
    }

    /// What belongs to the error above it: source text, carets, notes; cmake's sentences, with empty
    /// lines between them; cython's frame, which ends in the message itself.
    private static func explanation(of cause: Int, in log: [LogLine]) -> Range<Int> {
        var end = cause + 1
        if log[cause].isCython {
            while end < log.count, end <= cause + 12, !log[end].isCythonMessage { end += 1 }
            return (cause + 1)..<min(end + 1, log.count)
        }
        let isCMake = log[cause].isCMake
        while end < log.count, end <= cause + (isCMake ? 9 : 4),
            log[end].isIndented || log[end].has(": note:") || isCMake && log[end].isEmpty
        {
            end += 1
        }
        while log[end - 1].isEmpty { end -= 1 }
        return (cause + 1)..<max(end, cause + 1)
    }

    /// The last traceback, without its middle if it is long.
    private static func lastTraceback(_ log: [LogLine]) -> [Int]? {
        guard let start = log.lastIndex(where: { $0.starts("Traceback (most recent call last):") })
        else { return nil }
        var end = start + 1
        while end < log.count, log[end].isIndented { end += 1 }
        // The exception: its text may go on for some lines.
        let exception = end..<min(end + 4, log.count)
        let frames = Array((start + 1)..<end).suffix(limit - 8)
        return [start] + frames + exception.prefix { !log[$0].isEmpty }
    }

    private static func complaints(_ log: [LogLine]) -> [Int] {
        let chosen = log.indices.filter { log[$0].isComplaint }.suffix(5)
        // A program's last words: after the error, what to do about it.
        guard let last = chosen.last, log.count - last <= 5 else { return Array(chosen) }
        return chosen + ((last + 1)..<log.count).filter { !log[$0].isEmpty }
    }
}

/// A line of a log, searched by `strstr`: logs are long, and `String.contains` takes ten times as long.
private struct LogLine {
    let text: String

    init(_ text: Substring) {
        self.text = String(text.last == "\r" ? text.dropLast() : text)
    }

    var isEmpty: Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: " ") } }
    var isIndented: Bool { starts(" ") || starts("\t") }

    func starts(_ word: String) -> Bool { text.utf8.starts(with: word.utf8) }

    func has(_ word: StaticString) -> Bool {
        text.withCString { line in
            word.withUTF8Buffer { buffer in
                buffer.withMemoryRebound(to: CChar.self) { strstr(line, $0.baseAddress!) != nil }
            }
        }
    }

    /// Says itself what is wrong.
    var isCause: Bool {
        if has("error:") {
            // path:line[:column]: error: text; configure: error: text; but not setuptools'
            // "error: command 'gcc' failed", which only reports another's error.
            return !starts("error:") && !starts("ERROR:") && !has("Error: ")
                || has(": fatal error:")
        }
        return has(": ERROR: ") || isCMake || isCython || has("undefined reference to")
            || has(": cannot find -l") || has("internal compiler error") || starts("error[E")
            || has("No space left on device") || has(": command not found") || has("fatal: ")
    }

    var isCMake: Bool { starts("CMake Error") }
    var isCython: Bool { starts("Error compiling Cython file:") }
    var isCythonMessage: Bool { has(".pyx:") || has(".pxd:") || has(".pxi:") }

    var isIntroduction: Bool {
        has(": In function ") || has(": In member function ") || has("In file included from ")
            || has(": in function ")
    }

    var isComplaint: Bool {
        starts("error") || starts("Error") || starts("ERROR") || has("FAILED:") || isVerdict
    }

    var isVerdict: Bool {
        starts("make") && has(" *** ") || starts("error: ") || starts("ninja: build stopped")
            || starts("ERROR: ")
    }
}
