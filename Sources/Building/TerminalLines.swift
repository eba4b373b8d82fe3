internal import Glibc

/// Where lines of several builds meet: the terminal.
public struct TerminalLines: Sendable {
    /// Stands before each line in brackets: `[NAME-VER] `; nil for nothing.
    public let prefix: String?
    let write: @Sendable ([UInt8]) -> Void
    /// Whether only what came last is wanted, now and then, as it stands in the log.
    let isGlance: Bool

    /// - Parameter write: gets one or more whole lines, prefixed, each with its newline; at most 4096
    ///   bytes unless one line is longer. Called by one task at a time for each child.
    public init(prefix: String?, write: @escaping @Sendable ([UInt8]) -> Void) {
        self.prefix = prefix
        self.write = write
        isGlance = false
    }

    /// For who only wants to know what a build does: however much it says, little is read.
    ///
    /// - Parameter write: gets the end of what was said, from anywhere in a line, when there is more.
    public init(glancing write: @escaping @Sendable ([UInt8]) -> Void) {
        prefix = nil
        self.write = write
        isGlance = true
    }

    /// Writes to a file descriptor, each time with one system call: up to 4096 bytes (`PIPE_BUF`) the
    /// kernel lets nobody write in between, so the lines of parallel builds stay whole.
    public init(prefix: String?, descriptor: CInt) {
        self.init(prefix: prefix) { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                if written < 0, errno == EINTR { continue }
                // A terminal that is gone must not end the build; the log has everything.
                if written <= 0 { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}

/// Cuts a stream of bytes into lines, and hands them on with the prefix.
struct LineCutter {
    private let terminal: TerminalLines
    private let prefix: [UInt8]
    private var line: [UInt8] = []
    private var pending: [UInt8] = []

    /// Without a newline for so long, it is no line any more but still must be shown.
    static let longest = 65536

    init(_ terminal: TerminalLines) {
        self.terminal = terminal
        prefix = terminal.prefix.map { Array("[\($0)] ".utf8) } ?? []
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line.append(contentsOf: rest[..<newline])
            endLine()
            rest = rest[(newline + 1)...]
        }
        line.append(contentsOf: rest)
        if line.count >= Self.longest { endLine() }
        flush()
    }

    mutating func finish() {
        if !line.isEmpty { endLine() }
        flush()
    }

    private mutating func endLine() {
        // Of a progress bar only its last state is worth a line.
        while line.last == UInt8(ascii: "\r") { line.removeLast() }
        let start = line.lastIndex(of: UInt8(ascii: "\r")).map { $0 + 1 } ?? 0
        if pending.count + prefix.count + line.count - start + 1 > 4096 { flush() }
        pending += prefix
        pending += line[start...]
        pending.append(UInt8(ascii: "\n"))
        line.removeAll(keepingCapacity: true)
    }

    private mutating func flush() {
        if !pending.isEmpty { terminal.write(pending) }
        pending.removeAll(keepingCapacity: true)
    }
}
