internal import Glibc
internal import Platform
public import SystemPackage

/// What happens to the program under test at one of its calls that change something on disk.
///
/// `Tests/Faults/faults.c` does it, preloaded into the real program.
public struct Fault: Sendable, CustomStringConvertible {
    public enum Event: Sendable {
        case killBefore, killAfter
        /// The call fails, this once.
        case fail(Errno)
        /// It fails, and so does every later one of the same need: with `ENOSPC` those that take
        /// space, with other numbers all.
        case failOn(Errno)
        /// A signal is sent to the process before the call.
        case signal(CInt)
        /// A command that `sh` runs to its end before the call.
        case run(String)
    }

    public var event: Event
    /// Of the call, from 1; 0 for every call.
    public var call: Int
    /// Calls are counted from the first on whose path ends so.
    public var from: String?

    public init(_ event: Event, at call: Int, from: String? = nil) {
        self.event = event
        self.call = call
        self.from = from
    }

    public var description: String {
        let what =
            switch event {
            case .killBefore: "killed before"
            case .killAfter: "killed after"
            case .fail(let errno): "\(errno) once at"
            case .failOn(let errno): "\(errno) from"
            case .signal(let number): "signal \(number) at"
            case .run(let command): "'\(command)' at"
            }
        return "\(what) call \(call)"
    }

    private var words: String {
        switch event {
        case .killBefore: "kill"
        case .killAfter: "kill-after"
        case .fail(let errno): "fail \(errno.rawValue)"
        case .failOn(let errno): "fail-on \(errno.rawValue)"
        case .signal(let number): "signal \(number)"
        case .run(let command): "run \(command)"
        }
    }
}

extension Fault {
    /// What the program must find in its environment.
    ///
    /// - Parameters:
    ///   - fault: nil for a run that is only watched.
    ///   - from: as in a fault; for runs without one.
    ///   - program: the one that is meant; its children run undisturbed.
    ///   - log: gets a line per call; see `calls(in:)`.
    ///   - hasRenameFlags: whether the file system seems to know `RENAME_NOREPLACE` and
    ///     `RENAME_EXCHANGE`.
    /// - Throws: when the library can't be compiled.
    public static func environment(
        _ fault: Fault?, from: String? = nil, in program: FilePath, log: FilePath,
        hasRenameFlags: Bool = true
    ) throws -> [String: String] {
        var found = [
            "LD_PRELOAD": try library.get().string, "FAULT_PROGRAM": try realPath(program).string,
            "FAULT_LOG": log.string, "FAULT_NO_SYNC": "*",
        ]
        if !hasRenameFlags { found["FAULT_NO_RENAME_FLAGS"] = "yes" }
        if let from = fault?.from ?? from { found["FAULT_FROM"] = from }
        if let fault {
            found["FAULT_AT"] = "\(fault.call)"
            found["FAULT_DO"] = fault.words
        }
        return found
    }

    /// A call that was counted.
    public struct Call: Sendable {
        /// `create`, `write`, `rename`, …
        public let name: String
        /// What it was about, absolute.
        public let path: FilePath
    }

    /// The calls of the program's last run, in their order.
    public static func calls(in log: FilePath) throws -> [Call] {
        try readText(log).split(separator: "\n").map { line in
            let words = line.split(separator: " ", maxSplits: 2)
            return Call(name: String(words[1]), path: FilePath(String(words[2])))
        }
    }

    /// Compiled once, and anew when its source changes.
    private static let library = Result { () throws -> FilePath in
        let source = projectFolder.pushing("Tests/Faults/faults.c")
        let folder = projectFolder.pushing(".build/faults")
        try makeDirectories(folder)
        let name = String(Digest(of: try readFile(source)).hex.prefix(16))
        let finished = folder.appending("\(name).so")
        if try status(finished) != nil { return finished }
        let raw = folder.appending("\(name).\(getpid())")
        let said = try run(
            [
                "gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o", raw.string,
                source.string,
            ], environment: ["PATH": inherited("PATH") ?? "/usr/bin:/bin"])
        guard said.status == 0 else { throw Uncompiled(said: said.stderr) }
        let parent = try Directory(opening: folder)
        try parent.rename(
            raw.lastComponent!, to: finished.lastComponent!, in: parent, .replacing)
        return finished
    }

    private struct Uncompiled: Error, CustomStringConvertible {
        let said: String
        var description: String { "Tests/Faults/faults.c doesn't compile:\n\(said)" }
    }
}
