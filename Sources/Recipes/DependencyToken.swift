/// One word of a recipe's list of dependencies, as written.
public enum DependencyToken: Sendable, Hashable {
    /// `zlib`
    case recipe(RecipeName)
    /// `pkg:generic/gmp`, `pkg:pypi/numpy`: the recipe that has this package URL, if there is one.
    /// Stands in templates only.
    case package(String)
    /// `$(PYTHON)` or `${PYTHON}`: what it stands for depends on the distribution.
    case variable(String)
    /// `$(SAGE_LOCAL)/$(SPKG_INST_RELDIR)/xz-$(vers_xz)`: the record of a recipe, here `xz`, as
    /// recipes name it that only stand for another.
    case record(RecipeName)
    /// `$(SAGE_SRC)/sage/libs/meataxe.pxd`: a file of the source tree, as make would write it. May
    /// have `*` in it.
    case file(String)
    /// `FORCE`: never up to date.
    case force
    /// A function of make, `$(findstring pkg,$(SOME_LIST))`, or a word made up of variables. What
    /// it works on is unknown here, so it stands for nothing, as in make.
    case expression(String)
    /// A word that can't be the name of a recipe.
    case misspelt(String)

    init(_ word: Substring) {
        if let name = RecipeName(valid: word) {
            self = .recipe(name)
        } else if word == "FORCE" {
            self = .force
        } else if let variable = Self.variable(word) {
            self = .variable(String(variable))
        } else if let name = Self.recordedName(word) {
            self = .record(name)
        } else if word.startsWith("$("), Self.end(of: word) == word.endIndex {
            self = .expression(String(word))
        } else if word.utf8.contains(UInt8(ascii: "/")) {
            self = .file(String(word))
        } else if word.utf8.contains(UInt8(ascii: "$")) {
            self = .expression(String(word))
        } else {
            self = .misspelt(String(word))
        }
    }

    private static func variable(_ word: Substring) -> Substring? {
        let isVariable =
            (word.startsWith("$(") && word.endsWith(")"))
            || (word.startsWith("${") && word.endsWith("}"))
        guard isVariable else { return nil }
        let name = word.dropFirst(2).dropLast()
        let isWord = name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
        return isWord && !name.isEmpty ? name : nil
    }

    /// `pkg` of `…/pkg-$(vers_pkg)`.
    private static func recordedName(_ word: Substring) -> RecipeName? {
        guard word.endsWith(")"), let slash = word.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return nil
        }
        let last = word[word.utf8.index(after: slash)...]
        guard let dash = last.utf8.firstIndex(of: UInt8(ascii: "-")),
            let name = RecipeName(valid: last[..<dash]),
            last[dash...] == "-$(vers_\(name))"
        else { return nil }
        return name
    }

    /// Where the parenthesis that the word starts with is closed.
    private static func end(of word: Substring) -> Substring.Index? {
        var depth = 0
        for at in word.utf8.indices {
            if word.utf8[at] == UInt8(ascii: "(") { depth += 1 }
            if word.utf8[at] == UInt8(ascii: ")") {
                depth -= 1
                if depth == 0 { return word.utf8.index(after: at) }
            }
        }
        return nil
    }
}

/// The line that counts of a file of dependencies: the first one.
///
/// Rule: build/recipes.md, 4. Cut at the first `#`; what stands before the first `|` is ordinary,
/// what follows it order-only; white space separates, but not inside of `$(…)`.
public struct DependencyLine: Sendable, Hashable {
    /// A newer one makes the recipe be built again.
    public var ordinary: [DependencyToken] = []
    /// Must be there first, and that is all.
    public var orderOnly: [DependencyToken] = []

    public init(ordinary: [DependencyToken] = [], orderOnly: [DependencyToken] = []) {
        (self.ordinary, self.orderOnly) = (ordinary, orderOnly)
    }

    /// - Parameter text: the content of the file.
    public init(parsing text: String) {
        let line = text.firstLine.withoutComment
        var isOrdinary = true
        var depth = 0
        var start = line.startIndex
        var at = line.startIndex
        while at <= line.endIndex {
            let byte = at < line.endIndex ? line.utf8[at] : UInt8(ascii: " ")
            let isEnd = at == line.endIndex
            let isBar = depth == 0 && isOrdinary && byte == UInt8(ascii: "|")
            if isEnd || isBar || (depth == 0 && byte.isBlank) {
                if start < at {
                    let token = DependencyToken(line[start..<at])
                    if isOrdinary { ordinary.append(token) } else { orderOnly.append(token) }
                }
                if isEnd { return }
                if isBar { isOrdinary = false }
                start = line.utf8.index(after: at)
            } else if byte == UInt8(ascii: "(") {
                depth += 1
            } else if byte == UInt8(ascii: ")") {
                depth = max(0, depth - 1)
            }
            at = line.utf8.index(after: at)
        }
    }

    /// Both sides, for the files that have only one list.
    var all: [DependencyToken] { ordinary + orderOnly }
}
