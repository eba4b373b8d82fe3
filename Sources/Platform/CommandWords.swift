internal import CPlatform
internal import Glibc
internal import SystemPackage

/// A command that stands at the end of this process's own command line: handed on byte for byte, with
/// this process's environment, working directory and open files. Not all of these are UTF-8.
public struct CommandWords {
    private let first: [String]
    private let last: Int

    /// - Parameters:
    ///   - first: words before those of the command line.
    ///   - last: how many of the command line's words, from its end.
    public init(first: [String], last: Int) {
        self.first = first
        self.last = last
    }

    /// The first word, for messages.
    public var program: String { withWords { String(cString: $0[0]!) } }

    /// Becomes that program; returns only by throwing.
    public func become() throws(PlatformError) -> Never {
        let result = withWords { spkg_exec($0, environ) }
        throw .call("exec", path: FilePath(program), errno: Errno(rawValue: -result))
    }

    /// Runs it as a child, to its end.
    ///
    /// - Returns: the exit status, or 128 + the number of the signal that ended it.
    public func run() throws(PlatformError) -> CInt {
        // A caller that ignores the end of its children would make ours vanish.
        signal(SIGCHLD, SIG_DFL)
        var process = pid_t()
        let failure = withWords { posix_spawnp(&process, $0[0]!, nil, nil, $0, environ) }
        try check(-failure, "exec", FilePath(program))
        return try check(spkg_wait(process), "wait", FilePath(program))
    }

    private func withWords<Result>(
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = first.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let own = (Int(CommandLine.argc) - last..<Int(CommandLine.argc)).map {
            CommandLine.unsafeArgv[$0]
        }
        return (copies + own + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
