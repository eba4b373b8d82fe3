public import SystemPackage

/// What to start for a look around in a build directory: `spkg shell PKG`.
///
/// The shell finds the same programs, flags and cut network as the build did, so that a failed
/// command can be tried again by hand.
public struct BuildShell: Sendable, Equatable {
    public let arguments: [String]
    /// The whole environment.
    public let environment: [String: String]
    /// `src` where there is one, else the build directory.
    public let directory: FilePath

    /// - Parameters:
    ///   - variables: those of the build.
    ///   - inherited: this process's: SHELL, and TERM for whoever runs an editor.
    ///   - functions: of a recipe with scripts the file of helper functions, which a bash reads; nil
    ///     for none.
    public init(
        in place: BuildPlace, variables: BuildVariables, inherited: [String: String],
        hasSource: Bool, functions: FilePath? = nil
    ) {
        let shell = inherited["SHELL"].flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/bash"
        // bash must not read the user's files: they like to put another Python in front of PATH.
        let isBash = FilePath(shell).lastComponent == "bash"
        let start = functions.map { ["--rcfile", $0.string] } ?? ["--norc"]
        arguments = isBash ? [shell, "--noprofile"] + start + ["-i"] : [shell, "-i"]
        var environment = variables.values
        // dash and bash show it; whoever leaves should see where from.
        environment["PS1"] = "(spkg \(place.package)) \\w\\$ "
        // The pipe of the build's jobserver is gone by then.
        environment["MAKEFLAGS"] = nil
        self.environment = environment
        directory = hasSource ? place.source : place.directory
    }

    /// The command that opens this shell, for the end of an error message.
    public static func invitation(for recipe: String) -> String {
        "for a shell in the build directory: spkg shell \(shellQuoted(recipe))"
    }
}
