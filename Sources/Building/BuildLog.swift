internal import Glibc
internal import Platform
internal import Synchronization
public import SystemPackage

/// The log of a package: `logs/pkgs/NAME-VER.log`, appended to by every run (recipe-facts, 4.9).
///
/// Each command starts with an empty line and a header, so that the log can be read by eye and cut
/// into runs by a program:
///
///     (empty line)
///     ##### spkg 2026-08-21 13:05:59: Running python3 run/wheel.py
public final class BuildLog: Sendable {
    /// `NAME-VER`.
    public let package: String
    public let path: FilePath
    private let file: File
    /// Where the last command starts.
    private let start: Mutex<Int>
    private let started: ContinuousClock.Instant
    /// Whether `file` is an output that somebody else keeps.
    private let isPassedOn: Bool

    var descriptor: CInt { file.descriptor }

    /// Opens the log, made with its folder if it isn't there.
    ///
    /// - Parameter folder: SAGE_LOGS.
    public init(of package: String, in folder: FilePath) throws(BuildError) {
        self.package = package
        path = folder.appending("\(package).log")
        started = .now
        isPassedOn = false
        do {
            try makeDirectories(folder)
            file = try Directory(opening: folder).file(path.lastComponent!, .append(mode: 0o666))
            start = Mutex(try file.status().size)
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
        isPassedOn = true
        start = Mutex(0)
        do { file = try File(duplicating: descriptor) } catch { throw .platform(error) }
    }

    /// Writes the header of a command.
    func begin(_ arguments: [String]) throws(BuildError) {
        if isPassedOn { return }
        do {
            let end = try file.status().size
            start.withLock { $0 = end }
        } catch {
            throw .platform(error)
        }
        let command = arguments.map(shellQuoted).joined(separator: " ")
        try write("\n##### spkg \(Self.now()): Running \(command)\n")
    }

    /// Adds text of our own.
    public func write(_ text: String) throws(BuildError) {
        do { try file.write(text.utf8) } catch { throw .platform(error) }
    }

    /// A second handle, for reading what comes from now on.
    func openAtEnd() throws(BuildError) -> File {
        do {
            let reading = try File(reading: path)
            lseek(reading.descriptor, 0, SEEK_END)
            return reading
        } catch {
            throw .platform(error)
        }
    }

    /// What the last command wrote, with its header; of more than 4 MiB only the end. Bytes that are
    /// no UTF-8 are repaired. Nothing if it was passed on: who keeps the log will look there.
    public func textOfLastCommand() throws(BuildError) -> String {
        if isPassedOn { return "" }
        do {
            let reading = try File(reading: path)
            let size = try reading.status().size
            let from = max(start.withLock(\.self), size - 4 << 20)
            lseek(reading.descriptor, from, SEEK_SET)
            return String(decoding: try reading.readToEnd(), as: UTF8.self)
        } catch {
            throw .platform(error)
        }
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

/// The word as a shell must see it to read it unchanged.
func shellQuoted(_ word: String) -> String {
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
