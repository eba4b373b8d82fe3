/// What make was told to do instead of running recipes (GNU make manual, "Instead of Executing Recipes").
///
/// Lines of recipes that begin with `+` or name `$(MAKE)` run all the same, so that a program which is
/// called there, as a make below a make, can do as it is told; it finds the options in MAKEFLAGS.
public enum DryRun: Sendable {
    /// `-n`: say what would be done.
    case justPrint
    /// `-t`: mark as done. There is nothing that spkg could mark, so nothing is done.
    case touch
    /// `-q`: tell by the exit status whether there is anything to do.
    case question

    /// - Parameter environment: MAKEFLAGS; and MAKE, where some put options.
    /// - Returns: nil where recipes are to run.
    public init?(_ environment: [String: String]) {
        var letters: Set<Character> = []
        scan(MakeFlags.words(environment["MAKEFLAGS"] ?? "")[...], isFlags: true, &letters)
        scan(MakeFlags.words(environment["MAKE"] ?? "").dropFirst(), isFlags: false, &letters)
        if letters.contains("q") {
            self = .question
        } else if letters.contains("n") {
            self = .justPrint
        } else if letters.contains("t") {
            self = .touch
        } else {
            return nil
        }
    }
}

/// Collects the short names of options.
///
/// - Parameter isFlags: the first word is letters without a dash, unless it is a variable, as make reads
///   MAKEFLAGS.
private func scan(_ words: ArraySlice<Substring>, isFlags: Bool, _ letters: inout Set<Character>) {
    var words = words
    var isFirst = isFlags
    while let word = words.popFirst() {
        defer { isFirst = false }
        if word == "--" { return }
        if word.hasPrefix("--") {
            if let letter = shortName(of: word.dropFirst(2)) { letters.insert(letter) }
        } else if word.hasPrefix("-") || isFirst && !word.contains("=") {
            var rest = word.hasPrefix("-") ? word.dropFirst() : word
            while let letter = rest.popFirst() {
                // What follows belongs to this one.
                if "jlO".contains(letter) { break }
                if "CEfIoW".contains(letter) {
                    if rest.isEmpty { _ = words.popFirst() }
                    break
                }
                letters.insert(letter)
            }
        }
    }
}

/// Of a long option that is one of ours, which may be cut as long as make knows no other.
private func shortName(of option: Substring) -> Character? {
    let names: [(name: String, shortest: Int, letter: Character)] = [
        ("just-print", 2, "n"), ("dry-run", 2, "n"), ("recon", 1, "n"), ("touch", 2, "t"),
        ("question", 3, "q"),
    ]
    return names.first { option.count >= $0.shortest && $0.name.hasPrefix(option) }?.letter
}
