import Requirements
import Support

/// Random texts that are, or nearly are, versions.
extension SeededGenerator {
    /// A version in any of the spellings that PEP 440 allows.
    mutating func versionText(spelling: Spelling = .any) -> String {
        var text = spelling == .any && oneIn(12) ? pick(["v", "V"]) : ""
        if oneIn(12) { text += "\(number(0...2))!" }
        let length = pick([1, 2, 2, 3, 3, 3, 4, 5])
        text += (0..<length).map { _ in releaseNumber() }.joined(separator: ".")
        if oneIn(3) { text += suffix(["a", "b", "rc", "c", "alpha", "beta", "pre", "preview"]) }
        if oneIn(4) {
            text += oneIn(3) ? "-\(number(0...3))" : suffix(["post", "rev", "r"])
        }
        if oneIn(5) { text += suffix(["dev"]) }
        if spelling != .withoutLocal && oneIn(5) {
            let parts = ["1", "01", "7", "abc", "ABC", "deadbeef", "20240101", "0"]
            text +=
                "+"
                + (0..<number(1...3)).map { _ in pick(parts) + pick([".", "-", "_"]) }
                .joined().dropLast()
        }
        if spelling == .any && oneIn(15) { text = pick([" ", "\t"]) + text + pick([" ", ""]) }
        return text
    }

    enum Spelling {
        case any
        case withoutSpace
        case withoutLocal
    }

    private mutating func releaseNumber() -> String {
        oneIn(8) ? pick(["00", "01", "2024", "99999", "10"]) : String(number(0...3))
    }

    private mutating func suffix(_ words: [String]) -> String {
        let word = pick(words)
        return pick(["", ".", "-", "_"]) + (oneIn(4) ? word.uppercased() : word)
            + pick(["", "", ".", "-", "_"]) + (oneIn(3) ? "" : String(number(0...3)))
    }

    mutating func specifierText() -> String {
        let space = oneIn(6) ? " " : ""
        switch pick(["==", "!=", "<=", ">=", "<", ">", "~=", "===", "==.*", "!=.*"]) {
        case "~=":
            // `packaging` cuts the prefix out of the text as it is spelled, and goes wrong for
            // spellings such as 2.2.RC1: asked in the normal form, it is right.
            let version = try? Version(versionText(spelling: .withoutLocal))
            return "~=\(space)\(version?.description ?? "1.0")"
        case "===":
            return "===\(space)\(versionText(spelling: .withoutSpace))"
        case "==":
            return "==\(space)\(versionText(spelling: .withoutSpace))"
        case "!=":
            return "!=\(space)\(versionText(spelling: .withoutSpace))"
        case let prefix where prefix.hasSuffix(".*"):
            let epoch = oneIn(8) ? "1!" : ""
            let release = (0..<number(1...3)).map { _ in String(number(0...3)) }
            return prefix.dropLast(2) + space + epoch + release.joined(separator: ".") + ".*"
        case let name:
            return name + space + versionText(spelling: .withoutLocal)
        }
    }

    mutating func specifierSetText() -> String {
        (0..<pick([0, 1, 1, 1, 2, 2, 3])).map { _ in specifierText() }
            .joined(separator: pick([",", ", ", " , "]))
    }
}
