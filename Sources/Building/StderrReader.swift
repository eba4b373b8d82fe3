internal import Glibc
internal import Platform
internal import SystemPackage

/// Where this process's stderr leads.
///
/// The make rules of a distribution may send it to the very log that a build is written to, with a
/// prefix before each line:
///
///     spkg install foo 2>&1 | sed 's/^/[foo-1] /' | tee -a logs/pkgs/foo-1.log
///
/// If both wrote that file and we showed it while it grows, it would feed itself until the disk is full.
enum StderrReader {
    /// Whether stderr reaches a file: it is that file, or a pipe (a terminal's other side) whose
    /// reader, or the reader of what that writes, has the file open for writing.
    ///
    /// - Parameter named: SAGE_LOGFILE: where those who read our stderr say that they write.
    static func writes(to log: FilePath, named: FilePath?) -> Bool {
        guard let file = try? targetStatus(log),
            let stderr = try? File(duplicating: STDERR_FILENO).status()
        else { return false }
        switch stderr.kind {
        case .file: return stderr.identity == file.identity
        case .pipe, .socket:
            if let named, let other = try? targetStatus(named), other.identity == file.identity {
                return true
            }
            return isWritten(log, byReadersOf: linkOfStderr)
        default: return isatty(STDERR_FILENO) == 1 && isWritten(log, byReadersOf: terminalOwner)
        }
    }

    /// What a process has open that reads what is written to terminals.
    private static let terminalOwner = "/dev/ptmx"

    private static func isWritten(_ log: FilePath, byReadersOf source: String?) -> Bool {
        guard let source, let path = try? realPath(log) else { return false }
        var processes = OpenFiles.ofAllOthers(writing: path.string)
        var sources: Set = [source]
        // Filters are few; each round is one more.
        while true {
            let readers = processes.indices.filter {
                !processes[$0].reads.isDisjoint(with: sources)
            }
            if readers.isEmpty { return false }
            for index in readers.reversed() {
                let reader = processes.remove(at: index)
                if reader.writesLog { return true }
                sources.formUnion(reader.writes)
            }
        }
    }

    private static var linkOfStderr: String? {
        try? Directory(opening: "/proc/self/fd").linkText("2").string
    }

    /// The pipes of a process, by the kernel's names for them, and whether it writes the log.
    private struct OpenFiles {
        var reads: Set<String> = []
        var writes: Set<String> = []
        var writesLog = false

        /// Of those that we may look into: other users' don't write our files.
        static func ofAllOthers(writing log: String) -> [OpenFiles] {
            guard let all = try? Directory(opening: "/proc").entries() else { return [] }
            return all.compactMap { entry in
                guard let number = pid_t(entry.name.string), number != getpid() else { return nil }
                return OpenFiles(of: number, log)
            }
        }

        private init?(of process: pid_t, _ log: String) {
            guard let folder = try? Directory(opening: FilePath("/proc/\(process)/fd")),
                let entries = try? folder.entries()
            else { return nil }
            for (name, _) in entries {
                guard let text = try? folder.linkText(name).string else { continue }
                if text.hasPrefix("pipe:") {
                    // The link's own mode says how it was opened.
                    guard let mode = try? folder.status(name)?.mode else { continue }
                    if mode & 0o400 != 0 { reads.insert(text) }
                    if mode & 0o200 != 0 { writes.insert(text) }
                } else if text == log {
                    if let mode = try? folder.status(name)?.mode, mode & 0o200 != 0 {
                        writesLog = true
                    }
                } else if text.hasSuffix("/ptmx") {
                    reads.insert(terminalOwner)
                }
            }
        }
    }
}
