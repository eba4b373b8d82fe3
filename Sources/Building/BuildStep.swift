/// What kind of program a step of a build is.
public enum BuildStep: Sendable {
    /// A recipe's script and what it starts; run by way of `Jobserver.command(running:)`.
    case script
    /// A build backend: a Python program that starts compilers itself, with flags of its own choice.
    case python
}
