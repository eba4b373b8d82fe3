/// The value of MAKEFLAGS, taken apart as far as the jobserver is concerned.
///
/// Make writes single letters first, then long options, then ` -- ` and the variables of its command
/// line: `ks -j8 --jobserver-auth=3,4 -- CC=clang`.
struct MakeFlags: Equatable {
    /// How a jobserver is handed down (GNU make manual, "POSIX Jobserver Interaction").
    enum Auth: Equatable {
        /// Make up to 4.3: two inherited descriptors.
        case descriptors(read: CInt, write: CInt)
        /// Make from 4.4 on.
        case fifo(String)
        /// Something else; no jobserver for us.
        case unknown(String)
    }

    var auth: Auth?
    /// The number of `-jN`.
    var jobs: Int?
    /// The options without the jobserver and `-j`.
    var options: [String] = []
    /// What stands behind `--`, as it is written there: values may hold escaped blanks.
    var variables = ""

    init(_ text: String) {
        var words = Self.words(text)[...]
        while let word = words.popFirst(), word != "--" {
            if let value = word.dropping("--jobserver-auth=") ?? word.dropping("--jobserver-fds=") {
                // The last one counts, says the manual.
                auth = Self.auth(value)
            } else if let digits = word.dropping("-j") ?? word.dropping("--jobs=") {
                jobs = Int(digits) ?? jobs
            } else {
                options.append(String(word))
            }
        }
        // What a build must not see, make must not say louder either.
        variables = words.filter { !ForeignVariables.contains(Self.variable(of: $0)) }
            .joined(separator: " ")
    }

    /// Cut at blanks; one behind a backslash is part of its word.
    static func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var start = text.startIndex
        var isEscaped = false
        for index in text.indices {
            if text[index] == " ", !isEscaped {
                if start < index { words.append(text[start..<index]) }
                start = text.index(after: index)
            }
            isEscaped = text[index] == "\\" && !isEscaped
        }
        if start < text.endIndex { words.append(text[start...]) }
        return words
    }

    /// The name in `NAME=value`, `NAME:=value` and their like.
    private static func variable(of definition: Substring) -> String {
        String(definition.prefix { !"=:?+!".contains($0) })
    }

    private static func auth(_ value: Substring) -> Auth {
        if let path = value.dropping("fifo:") { return .fifo(String(path)) }
        let numbers = value.split(separator: ",").map { CInt($0) }
        if numbers.count == 2, let read = numbers[0], let write = numbers[1], read >= 0, write >= 0
        {
            return .descriptors(read: read, write: write)
        }
        return .unknown(String(value))
    }

    /// The value with our own words about jobs in it.
    func text(jobs words: [String], variables more: [String]) -> String {
        let variables = (more + [self.variables]).filter { !$0.isEmpty }
        var text = (options + words).joined(separator: " ")
        // Without a blank or dash in front, make reads the first word as single letters.
        if options.isEmpty { text = " " + text }
        if !variables.isEmpty { text += " -- " + variables.joined(separator: " ") }
        return text
    }
}

extension Substring {
    func dropping(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
