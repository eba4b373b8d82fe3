import Glibc
import Platform
import Support
import SystemPackage

/// Whose commands those of the random test are: of whom the tests are run by, or, where that is root,
/// of an ordinary user.
struct StatefulUser {
    /// Nil for oneself.
    private let name: String?
    let program: FilePath
    /// An interpreter that the user may run, and its version: `3.11`.
    let python: String
    let pythonVersion: String
    private let root: FilePath

    init(_ name: String?, in distribution: Distribution) throws {
        self.name = name
        root = distribution.root
        if let name {
            chmod(root.string, 0o755)
            program = try distribution.copyProgram()
            let code =
                "import os, sys; print(os.path.realpath(sys.executable), '%d.%d' % sys.version_info[:2])"
            let said = try distribution.said(
                Self.words(name, ["python3", "-c", code]), [:])
            let words = said.stdout.split(whereSeparator: \.isWhitespace)
            guard words.count == 2 else {
                throw StatefulWorld.Wrong("no python3 on PATH that \(name) may run: \(said)")
            }
            python = String(words[0])
            pythonVersion = String(words[1])
        } else {
            program = Distribution.program
            python = realPython
            pythonVersion = SpkgTests.pythonVersion
        }
    }

    private static func words(_ name: String, _ command: [String]) -> [String] {
        ["setpriv", "--reuid", name, "--regid", name, "--init-groups"] + command
    }

    /// Runs a command in the distribution's folder.
    func run(_ command: [String], _ environment: [String: String], in distribution: Distribution)
        throws -> Distribution.Said
    {
        guard let name else { return try distribution.said(command, environment) }
        try handOver(to: name, distribution)
        return try distribution.said(Self.words(name, command), environment)
    }

    /// What a fault needs, where the user may read it.
    func environment(of fault: Fault) throws -> [String: String] {
        var found = try Fault.environment(
            fault, in: program, log: root.appending("calls.log"))
        if name != nil, let library = found["LD_PRELOAD"] {
            let copy = root.pushing("libexec").appending(FilePath(library).lastComponent!)
            if try status(copy) == nil { try copyFile(FilePath(library), to: copy, mode: 0o755) }
            found["LD_PRELOAD"] = copy.string
        }
        return found
    }

    /// Gives the user what the test wrote; what is the user's stays untouched.
    private func handOver(to name: String, _ distribution: Distribution) throws {
        let said = try distribution.said(
            [
                "find", root.string, "-not", "-user", name, "-exec", "chown", "-h", "\(name):",
                "{}", "+",
            ], [:])
        guard said.status == 0 else { throw StatefulWorld.Wrong(said.stderr) }
    }
}
