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

    /// As the build did: see `NetworkCut.leave()`.
    public let leavesNetwork: Bool

    /// - Parameters:
    ///   - variables: those of the build.
    ///   - inherited: this process's: SHELL, and how many jobs the user wants.
    ///   - hasHelpers: of a recipe with scripts: each bash has the helper functions.
    public init(
        in place: BuildPlace, variables: BuildVariables, inherited: [String: String],
        hasSource: Bool, hasHelpers: Bool = false
    ) {
        let shell = inherited["SHELL"].flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/bash"
        // bash must not read files of the user or the system: they like to put another Python in
        // front of PATH.
        let isBash = FilePath(shell).lastComponent == "bash"
        let command = isBash ? [shell, "--noprofile", "--norc", "-i"] : [shell, "-i"]
        var variables = variables
        variables.set(Jobserver.variablesWithoutServer(inherited))
        // dash and bash show it; whoever leaves should see where from.
        let prompt = "(spkg \(place.package)) \\w\\$ "
        variables.set(["PS1": prompt])
        // A bash that runs a command forgets it.
        arguments = hasHelpers ? withHelpers(["env", "PS1=\(prompt)"] + command) : command
        environment = variables.values
        leavesNetwork = variables.leavesNetwork
        directory = hasSource ? place.source : place.directory
    }

    /// The command that opens this shell, for the end of an error message.
    public static func invitation(for recipe: String) -> String {
        "for a shell in the build directory: spkg shell \(shellQuoted(recipe))"
    }
}
