internal import ArgumentParser

/// For commands that build several packages.
struct ParallelOptions: ParsableArguments {
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: """
            How many jobs run at once, packages and what their builds start together; default: SPKG_JOBS, \
            or one for each core. Called by make, its jobs count, and this is a limit for packages.
            """)
    var jobs: Int?

    @Flag(name: .shortAndLong, help: "After a failure go on with what doesn't need what failed.")
    var keepGoing = false

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("-j must be 1 or more, not \(jobs)") }
    }

    /// An environment in which the option speaks louder than the variable.
    func environment(_ environment: [String: String]) -> [String: String] {
        var found = environment
        if let jobs { found["SPKG_JOBS"] = "\(jobs)" }
        return found
    }
}
