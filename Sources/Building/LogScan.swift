internal import Glibc
internal import Platform

/// The lines of a log that follow a rule, as far as one of them may be shown: a log of any size makes
/// no more of them.
struct LogScan {
    struct Hit: Equatable {
        /// Counted from 0.
        let line: Int
        let rule: Int
        var weight: LogRule.Weight { LogRule.all[rule].weight }
    }

    /// The first and the last of a kind.
    struct Ends {
        private(set) var first: [Hit] = []
        private(set) var last: [Hit] = []

        mutating func add(_ hit: Hit) {
            if first.count < 8 { return first.append(hit) }
            last.append(hit)
            if last.count > 8 { last.removeFirst() }
        }

        /// Sorted.
        var all: [Hit] { first + last }
    }

    private(set) var causes = Ends()
    private(set) var complaints = Ends()
    private(set) var firstVerdict: Hit?
    private(set) var lastVerdict: Hit?
    private(set) var traceback: Hit?
    /// What stands next to the first word of a failed command or target: most likely its cause. Make
    /// says that word after it, ninja before it.
    private(set) var nextToVerdict: Hit?
    private(set) var lines = 0
    private var isAnnounced = false

    init(_ text: LogText) throws(PlatformError) {
        var found: [Int: Int] = [:]
        try text.forEachPart { part in
            found.removeAll(keepingCapacity: true)
            for (rule, index) in zip(LogRule.all, 0...) {
                rule.pattern.forEachMatch(in: part) { start in
                    if found[start] == nil { found[start] = index }
                }
            }
            let hits = found.sorted { $0.key < $1.key }
            var next = hits.startIndex
            var start = 0
            while start < part.count {
                if next < hits.endIndex, hits[next].key == start {
                    note(Hit(line: lines, rule: hits[next].value))
                    next += 1
                }
                guard let newline = memchr(part.baseAddress! + start, 0x0A, part.count - start)
                else { break }
                start = UnsafeRawPointer(newline) - part.baseAddress! + 1
                lines += 1
            }
        }
    }

    private mutating func note(_ hit: Hit) {
        switch hit.weight {
        case .cause:
            causes.add(hit)
            if isAnnounced, nextToVerdict == nil { nextToVerdict = hit }
        case .complaint: complaints.add(hit)
        case .verdict:
            if firstVerdict == nil, nextToVerdict == nil { nextToVerdict = causes.all.last }
            firstVerdict = firstVerdict ?? hit
            lastVerdict = hit
        case .announcement: isAnnounced = true
        case .traceback: traceback = hit
        case .nothing: break
        }
    }

    /// The text of lines, cut to what is worth showing.
    static func read(_ ranges: [Range<Int>], of text: LogText) throws(PlatformError) -> [Int:
        String]
    {
        let wanted = ranges.sorted { $0.lowerBound < $1.lowerBound }
        var lines: [Int: String] = [:]
        var line = 0
        var next = 0
        try text.forEachPart { part in
            var start = 0
            while start < part.count,
                let newline = memchr(part.baseAddress! + start, 0x0A, part.count - start)
            {
                let end = UnsafeRawPointer(newline) - part.baseAddress!
                while next < wanted.count, wanted[next].upperBound <= line { next += 1 }
                // They may overlap, but all are short.
                if wanted[next...].prefix(while: { $0.lowerBound <= line }).contains(where: {
                    $0.contains(line)
                }) {
                    lines[line] = shown(part[start..<end])
                }
                line += 1
                start = end + 1
            }
        }
        return lines
    }

    private static let longestLine = 400

    private static func shown(_ line: Slice<UnsafeRawBufferPointer>) -> String {
        let text = plainText(line.prefix(4 * longestLine))
        if text.count <= longestLine, line.count <= 4 * longestLine { return text }
        return text.prefix(longestLine) + "…"
    }
}
