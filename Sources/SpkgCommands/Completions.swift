internal import ArgumentParser

extension CompletionKind {
    /// Names of recipes.
    static var recipes: CompletionKind { .shellCommand("spkg list --all --names 2>/dev/null") }

    /// Names of installed packages.
    static var packages: CompletionKind { .shellCommand("spkg list --names 2>/dev/null") }
}
