internal import Platform
internal import Recipes
internal import SystemPackage

/// One run of one script.
struct ScriptCall {
    let script: RecipeScript
    let form: RecipeScript.Form
    let path: FilePath
    /// Where it starts; the header of a wrapped one goes there itself.
    let directory: FilePath
    var variables: BuildVariables

    /// - Returns: how it failed; nil when it ended well.
    func run(
        package: ScriptedPackage, sudo: [String], jobserver: Jobserver, log: BuildLog,
        terminal: TerminalLines?
    ) async throws(BuildError) -> FailedBuild? {
        var variables = variables
        // sudo closes the descriptors of the jobserver.
        variables.set(jobserver.variables(for: sudo.isEmpty ? .script : .python))
        let arguments = sudo + (try command())
        let phase = "spkg-\(script.rawValue)"
        var child = Child(
            arguments: sudo.isEmpty ? jobserver.command(running: arguments) : arguments,
            environment: variables.values, directory: directory)
        child.title = sudo + [path.string]
        // Where the tree is another user's, scripts call sudo themselves.
        child.keepsTerminal = !(variables.values["SAGE_SUDO"] ?? "").isEmpty
        child.leavesNetwork = variables.leavesNetwork
        let end = try await child.run(phase: phase, log: log, terminal: terminal)
        if end.isSuccess { return nil }
        return FailedBuild(
            package: package.nameAndVersion, phase: phase, end: end, log: log.path,
            lines: log.decisiveLines())
    }

    /// A wrapped script brings the helpers itself. A complete one gets them from the shell that
    /// starts it, and becomes that shell's successor; without `#!` it is bash too.
    private func command() throws(BuildError) -> [String] {
        if form == .fragment { return [path.string] }
        return withHelpers(try isProgram() ? [path.string] : ["bash", path.string])
    }

    /// Whether the kernel can start it: it names its interpreter, or is machine code.
    private func isProgram() throws(BuildError) -> Bool {
        do {
            let start = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
            defer { start.deallocate() }
            let bytes = start[..<(try File(reading: path).read(into: start))]
            return bytes.starts(with: "#!".utf8) || bytes.elementsEqual([0x7f] + Array("ELF".utf8))
        } catch {
            throw .platform(error)
        }
    }
}

/// The command with the helper functions in its environment, where each bash finds them.
func withHelpers(_ command: [String]) -> [String] {
    ["bash", "-c", #". "$SPKG_LIBEXEC/sage-dist-helpers" && exec "$@""#, "spkg"] + command
}
