internal import Glibc
internal import Platform
internal import SystemPackage

/// When packages were begun and done, of all runs of late: what `spkg timings` shows.
///
///     logs/pkgs/runs.txt
///         make-4711 begin 1756000000.120 numpy-2.4.6
///         make-4711 ok 1756000213.640 numpy-2.4.6
///
/// What make starts together is one run: its process group has the number. By hand each process is one.
/// A line is added in one piece, because other processes write there, too. Nothing is decided by it.
struct RunLog: Sendable {
    private let file: FilePath
    private let id: String
    private static let name: FilePath.Component = "runs.txt"
    /// Of so many bytes, the older half goes.
    private static let longest = 1 << 18

    enum Ending: String {
        case ok, failed
    }

    /// A package in a run. Times are seconds since 1970.
    struct Entry {
        let package: String
        let start: Double
        /// Nil while it runs, and where it was killed.
        var end: Double?
        var ending: Ending?
    }

    init(_ settings: Settings) {
        file = settings.logs.appending(Self.name)
        let isMakes = settings.environment["MAKELEVEL"]?.isEmpty == false
        id = isMakes ? "make-\(getpgrp())" : "\(getpid())"
    }

    /// Notes beginning and end of what `body` does with a package, `NAME-VERSION`. That it can't be
    /// noted is no failure of an install.
    func noting(_ package: String, _ body: () async throws -> Void) async throws {
        note("begin", package)
        do { try await body() } catch {
            note(Ending.failed.rawValue, package)
            throw error
        }
        note(Ending.ok.rawValue, package)
    }

    private func note(_ what: String, _ package: String) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let rest = String(now.tv_nsec / 1_000_000 + 1000).dropFirst()
        let line = "\(id) \(what) \(now.tv_sec).\(rest) \(package)\n"
        do {
            try makeDirectories(file.removingLastComponent())
            let folder = try Directory(opening: file.removingLastComponent())
            let open = try folder.file(Self.name, .append(mode: 0o666))
            try open.write(line.utf8)
            guard try open.status().size > Self.longest else { return }
            let bytes = try readFile(file)
            guard let end = bytes[(bytes.count / 2)...].firstIndex(of: UInt8(ascii: "\n")) else {
                return
            }
            try writeFile(file, bytes[(end + 1)...])
        } catch {}
    }

    /// The last run, in the order of beginnings; empty where there was none.
    func lastRun() throws(PlatformError) -> [Entry] {
        let lines = (try readTextIfPresent(file) ?? "").split(separator: "\n")
            .map { $0.split(separator: " ") }
            .filter { $0.count == 4 && Double($0[2]) != nil }
        guard let run = lines.last?[0] else { return [] }
        var entries: [Entry] = []
        for line in lines where line[0] == run {
            let (package, time) = (String(line[3]), Double(line[2])!)
            if line[1] == "begin" {
                // Processes have their numbers again after a while.
                let isOver = entries.allSatisfy { $0.end != nil }
                if isOver, let last = entries.compactMap(\.end).max(), time - last > 600 {
                    entries = []
                }
                entries.append(Entry(package: package, start: time))
            } else if let ending = Ending(rawValue: String(line[1])),
                let at = entries.lastIndex(where: { $0.package == package && $0.end == nil })
            {
                entries[at].end = max(time, entries[at].start)
                entries[at].ending = ending
            }
        }
        return entries
    }
}
