internal import Glibc
internal import Platform
internal import Synchronization
public import SystemPackage

/// The log of a package: `logs/pkgs/NAME-VER.log`, appended to by every run.
///
/// Each command starts with an empty line and a header, so that the log can be read by eye and cut
/// into runs by a program:
///
///     (empty line)
///     ##### spkg 2026-08-21 13:05:59: Running python3 run/wheel.py
///
/// If what this process shows comes to the same file by other hands (`StderrReader`), that is how it
/// gets there, and nothing is written to it here: the commands' output goes to a file without name.
public final class BuildLog: Sendable {
    /// `NAME-VER`.
    public let package: String
    public let path: FilePath
    private let file: File
    private let keeper: Keeper
    /// SAGE_LOGFILE.
    private let callersLog: FilePath?
    /// Where the last command starts in `file`, and what comes after it that no command has shown.
    private let state = Mutex<(start: Int, unshown: Int?)>((0, nil))
    private let started: ContinuousClock.Instant

    private enum Keeper {
        case ourselves
        /// Who reads our stderr.
        case caller
        /// Who gave us our stdout, an outer step.
        case outerStep
    }

    /// Opens the log, made with its folder if it isn't there.
    ///
    /// - Parameters:
    ///   - folder: SAGE_LOGS.
    ///   - callersLog: SAGE_LOGFILE: the file that our stderr is written to, says the caller.
    public init(of package: String, in folder: FilePath, callersLog: FilePath? = nil)
        throws(BuildError)
    {
        self.package = package
        self.callersLog = callersLog
        path = folder.appending("\(package).log")
        started = .now
        do {
            try makeDirectories(folder)
            let folder = try Directory(opening: folder)
            let log = try folder.file(path.lastComponent!, .append(mode: 0o666))
            if StderrReader.writes(to: path, named: callersLog) {
                keeper = .caller
                file = try folder.unnamedFile()
            } else {
                keeper = .ourselves
                file = log
            }
        } catch {
            throw .platform(error)
        }
    }

    /// The log of a step within a step: what is written goes to an open descriptor of this process,
    /// its stdout, which the outer step has led into the log or wherever it likes.
    ///
    /// - Parameter folder: SAGE_LOGS, for messages.
    public init(of package: String, in folder: FilePath, passingOn descriptor: CInt)
        throws(BuildError)
    {
        self.package = package
        path = folder.appending("\(package).log")
        started = .now
        keeper = .outerStep
        callersLog = nil
        do { file = try File(duplicating: descriptor) } catch { throw .platform(error) }
    }

    /// Whether what commands say comes here only by being shown.
    public var isKeptByCaller: Bool { keeper == .caller }

    /// Writes the header of a command, and says where its output is to go.
    func begin(_ arguments: [String]) throws(BuildError) -> CommandOutput {
        if keeper == .outerStep { return CommandOutput(descriptor: file.descriptor, file.path, 0) }
        let header = try size()
        let unshown = state.withLock { state in
            state.start = header
            defer { state.unshown = nil }
            return state.unshown ?? header
        }
        let command = arguments.map(shellQuoted).joined(separator: " ")
        try append("\n##### spkg \(Self.now()): Running \(command)\n")
        return CommandOutput(
            descriptor: file.descriptor, readablePath,
            keeper == .caller ? unshown : try size())
    }

    /// Adds text of our own.
    public func write(_ text: String) throws(BuildError) {
        if keeper == .caller {
            // It is shown with the next command.
            let end = try size()
            state.withLock { $0.unshown = $0.unshown ?? end }
        }
        try append(text)
    }

    private func append(_ text: String) throws(BuildError) {
        do { try file.write(text.utf8) } catch { throw .platform(error) }
    }

    private func size() throws(BuildError) -> Int {
        do { return try file.status().size } catch { throw .platform(error) }
    }

    private var readablePath: FilePath { keeper == .ourselves ? path : file.path }

    /// Whether what we show comes into the log that we write: noticed late, when a reader of our
    /// stderr has opened it after us.
    var isFedBack: @Sendable () -> Bool {
        { [self] in keeper == .ourselves && StderrReader.writes(to: path, named: callersLog) }
    }

    /// What the last command wrote, with its header; of more than 4 MiB only the end. Bytes that are
    /// no UTF-8 are repaired. Nothing if it was passed on: who keeps the log will look there.
    public func textOfLastCommand() throws(BuildError) -> String {
        if keeper == .outerStep { return "" }
        do {
            let reading = try File(reading: readablePath)
            let size = try reading.status().size
            let from = max(state.withLock(\.start), size - 4 << 20)
            lseek(reading.descriptor, from, SEEK_SET)
            return String(decoding: try reading.readToEnd(), as: UTF8.self)
        } catch {
            throw .platform(error)
        }
    }

    /// The lines of the last command's output that tell why it failed. None if it was passed on, or
    /// can't be read any more: that must not hide the failure itself.
    public func decisiveLines() -> [String] {
        if keeper == .outerStep { return [] }
        let text = LogText.file(readablePath, from: state.withLock(\.start))
        return (try? LogExcerpt(of: text).lines) ?? []
    }

    /// Notes how long the run took, in `NAME-VER.time` beside the log, as `time -p` says it:
    /// `real SECONDS`. Below ten seconds it is not worth a file.
    public func noteTime(_ took: Duration? = nil) throws(BuildError) {
        let took = took ?? (.now - started)
        guard took >= .seconds(10) else { return }
        let hundredths = Int(took / .milliseconds(10))
        let cents = hundredths % 100
        let text = "real \(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)\n"
        do {
            try writeFile(path.removingLastComponent().appending("\(package).time"), text.utf8)
        } catch {
            throw .platform(error)
        }
    }

    /// Local time, as people look for it.
    private static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: text[..<count].map(UInt8.init), as: UTF8.self)
    }
}

/// Where the output of one command goes, and where it can be read.
struct CommandOutput: Sendable {
    /// The log's; open as long as that is.
    let descriptor: CInt
    private let path: FilePath
    /// Where it begins, as far as it is to be shown.
    private let start: Int

    init(descriptor: CInt, _ path: FilePath, _ start: Int) {
        self.descriptor = descriptor
        self.path = path
        self.start = start
    }

    func openAtStart() throws(BuildError) -> File {
        do {
            let reading = try File(reading: path)
            lseek(reading.descriptor, start, SEEK_SET)
            return reading
        } catch {
            throw .platform(error)
        }
    }
}

/// The word as a shell must see it to read it unchanged.
public func shellQuoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-+=:,./@%".utf8.contains(byte)
        }
    }
    if plain, !word.isEmpty { return word }
    return "'"
        + word.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: #"'\''"#) + "'"
}
