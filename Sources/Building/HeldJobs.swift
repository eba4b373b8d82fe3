internal import Platform
public import SystemPackage

/// The jobs of a build by PEP 517. What Python starts has none of our descriptors, so tools there are told
/// a number, once, and take no tokens.
///
/// Where that number counts, it is that of the tokens which were free when the build began, and these are
/// held as long as this value lives: with the other builds of the jobserver there are no more jobs than
/// tokens. Where it doesn't, as for tools that find the jobserver's fifo in MAKEFLAGS, none is held.
public struct HeldJobs: Sendable {
    public let variables: [String: String]
    private let tokens: JobTokens?

    /// - Parameter source: the project's folder.
    public init(of source: FilePath, from jobserver: Jobserver) throws(BuildError) {
        guard Self.isTold(source) else {
            tokens = nil
            variables = jobserver.variables(for: .python)
            return
        }
        let tokens = try JobTokens(of: jobserver)
        let most = jobserver.jobs ?? activeCores()
        while tokens.count < most - 1, tokens.takeIfFree() {}
        self.tokens = tokens
        variables = jobserver.variables(for: .python, jobs: 1 + tokens.count)
    }

    /// Whether a build there may heed a number of jobs: CMake's, one by a make, and setup.py files that say
    /// so. Others compile one file at a time, and a token that they held would be lost to others.
    private static func isTold(_ source: FilePath) -> Bool {
        func text(_ name: FilePath.Component) -> String? {
            (try? readTextIfPresent(source.appending(name))) ?? nil
        }
        if text("CMakeLists.txt") != nil { return true }
        let setup = text("setup.py")
        return ["make", "numpy.distutils", "MAX_JOBS", "parallel", "JOBS", "NUM_THREADS"]
            .contains { setup?.contains($0) == true }
    }
}
