internal import Platform
internal import Recipes
internal import SystemPackage
internal import Trees

/// The variables of an environment as values. One that is empty is as one that is not set, but for
/// trees.
///
/// Whatever a variable says must mean something: a misspelt value that counted as the default would
/// have its effect, or its lack of one, much later and without a word.
struct Variables {
    let environment: [String: String]
    /// What relative paths are relative to; nil when it was removed.
    let workingDirectory: FilePath?

    func text(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func isYes(_ name: String, default usual: Bool) throws(InstallError) -> Bool {
        try word(name, of: ["yes", "no"]).map { $0 == "yes" } ?? usual
    }

    @discardableResult
    func word(_ name: String, of allowed: [String]) throws(InstallError) -> String? {
        guard let text = text(name) else { return nil }
        if allowed.contains(text) { return text }
        let list = allowed.dropLast().joined(separator: ", ") + " or " + allowed.last!
        throw bad(name, allowed: list)
    }

    @discardableResult
    func count(_ name: String, from lowest: Int) throws(InstallError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), number >= lowest else {
            throw bad(name, allowed: "a whole number from \(lowest) on")
        }
        return number
    }

    func lockTimeout(_ name: String) throws(InstallError) -> Duration? {
        guard let text = text(name) else { return nil }
        guard let seconds = Double(text), let timeout = TreeSettings.lockTimeout(seconds) else {
            throw bad(name, allowed: TreeSettings.lockTimeouts)
        }
        return timeout
    }

    /// Absolute.
    func folder(_ name: String) throws(InstallError) -> FilePath? {
        guard let text = text(name) else { return nil }
        // Bytes that are no UTF-8 came here as this character.
        if text.contains("\u{FFFD}") { throw bad(name, allowed: "UTF-8 text") }
        let path = FilePath(text)
        if path.isAbsolute { return absolutePath(path, from: "/") }
        guard let workingDirectory else {
            throw bad(name, allowed: "an absolute path: the working directory was removed")
        }
        return absolutePath(path, from: workingDirectory)
    }

    /// An empty tree is one that isn't there. Packages must not end in the default tree then.
    func tree(_ name: String) throws(InstallError) -> Tree? {
        if environment[name] == "" {
            throw bad(name, allowed: "a folder; unset it for the default")
        }
        return try folder(name).map { Tree($0) }
    }

    /// Names of recipes, separated by blanks or commas.
    func names(_ name: String) throws(InstallError) -> [String] {
        let words = (environment[name] ?? "").split { $0 == "," || $0.isWhitespace }
        guard words.allSatisfy({ RecipeName(valid: $0) != nil }) else {
            throw bad(name, allowed: "names of recipes, separated by blanks or commas")
        }
        return words.map(String.init)
    }

    private func bad(_ name: String, allowed: String) -> InstallError {
        .badSetting(variable: name, value: environment[name] ?? "", allowed: allowed)
    }
}
