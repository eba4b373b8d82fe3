internal import Glibc
public import Platform
internal import SystemPackage
public import Trees

/// What was changed in a tree, when, and by which command: a log for people. Nothing is decided by it;
/// what is installed is told by the records.
///
///     var/lib/sage/history
///     2026-08-21T13:05:59Z six-8f2c install%20six-1.17.0 spkg%20install%20six
///     2026-08-21T13:07:12Z ham-01d4 install%20ham-1.0 spkg%20recover interrupted
///
/// A line for each change: its time, its identifier, what it was, and the command that made it, or that
/// finished what another one had begun. Written under the pip lock, after the last step and before the
/// change's journal is put away: a kill in between makes the next command write it, once. A line that a
/// power cut has cut short is passed over. Words are percent-encoded as in a journal.
public struct History: Sendable {
    /// One change.
    public struct Entry: Sendable, Equatable {
        /// ISO 8601, UTC.
        public let time: String
        /// Of the change.
        public let id: String
        /// As in messages: `install numpy-2.4.6`.
        public let title: String
        /// The command line.
        public let command: String
        /// Whether another command had begun it and was killed.
        public let wasInterrupted: Bool
    }

    /// Bytes; of a longer one the older half goes.
    static let limit = 1 << 20

    private let tree: Tree

    public init(of tree: Tree) { self.tree = tree }

    /// Adds a change. Only trees with records have a history.
    public func add(_ title: String, id: String, by command: String, wasInterrupted: Bool)
        throws(PlatformError)
    {
        let place = tree.installed.removingLastComponent()
        guard try status(tree.installed) != nil else { return }
        if wasInterrupted, try has(id) { return }
        // Nobody else writes: the pip lock is held.
        let file = try Directory(opening: place).file(Self.name, .open(mode: 0o666))
        let size = try file.status().size
        var line = "\(FileTime.now.text) \(id) \(escape(title)) \(escape(command))"
        if wasInterrupted { line += " interrupted" }
        let last = size > 0 ? try file.moveToEnd() : nil
        // By a power cut.
        let isCut = last != nil && last != UInt8(ascii: "\n")
        try file.write("\(isCut ? "\n" : "")\(line)\n".utf8)
        if size > Self.limit { try shorten(place) }
    }

    private func shorten(_ place: FilePath) throws(PlatformError) {
        let path = place.appending(Self.name)
        let bytes = try readFile(path)
        let half = bytes[(bytes.count / 2)...]
        guard let end = half.firstIndex(of: UInt8(ascii: "\n")) else { return }
        // Rarely: an empty file in its place would be all that is left of it.
        try writeFile(path, bytes[(end + 1)...], mode: 0o644, durable: true)
    }

    private func has(_ id: String) throws(PlatformError) -> Bool {
        try entries().contains { $0.id == id }
    }

    /// The oldest first; empty where nothing was ever changed.
    public func entries() throws(PlatformError) -> [Entry] {
        let path = tree.installed.removingLastComponent().appending(Self.name)
        guard let text = try readTextIfPresent(path) else { return [] }
        return text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = Substring(line).split(separator: " ")
            guard words.count == 4 || words.count == 5 && words[4] == "interrupted",
                words[0].utf8.count == 20
            else { return nil }
            return Entry(
                time: String(words[0]), id: String(words[1]), title: unescaped(words[2]),
                command: unescaped(words[3]), wasInterrupted: words.count == 5)
        }
    }

    private static let name: FilePath.Component = "history"
}

extension File {
    /// - Returns: the last byte; the file must not be empty.
    fileprivate borrowing func moveToEnd() throws(PlatformError) -> UInt8 {
        if lseek(descriptor, -1, SEEK_END) < 0 {
            throw .call("lseek", path: path, errno: Errno(rawValue: errno))
        }
        return try readToEnd().last ?? 0
    }
}

/// Writes a change into a tree's history, when all its steps are done.
public struct HistoryWriter: Sendable {
    /// Adds a line.
    public let add: @Sendable (_ title: String, _ id: String, _ wasInterrupted: Bool) -> Void

    /// - Parameters:
    ///   - command: the command line.
    ///   - fail: told why there is no line: the change itself is made.
    public init(
        of tree: Tree, by command: String, failing fail: @escaping @Sendable (PlatformError) -> Void
    ) {
        add = { title, id, wasInterrupted in
            do throws(PlatformError) {
                try History(of: tree).add(
                    title, id: id, by: command, wasInterrupted: wasInterrupted)
            } catch { fail(error) }
        }
    }

    private init() { add = { _, _, _ in } }

    /// For folders of our own that no person asks about.
    public static let none = HistoryWriter()
}
