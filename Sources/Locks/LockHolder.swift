internal import Platform
internal import SystemPackage

/// The process that holds a lock, as far as the kernel tells.
public struct LockHolder: Sendable, Equatable, CustomStringConvertible {
    public let process: Int
    /// Its command line, words separated by blanks; empty when it can't be read.
    public let command: String

    public var description: String {
        command.isEmpty ? "process \(process)" : "process \(process) (\(command))"
    }

    /// Looks into `/proc/locks`; nil if nobody is found there (another host, another namespace).
    init?(of path: FilePath) {
        guard let status = try? targetStatus(path), let table = try? readText("/proc/locks")
        else { return nil }
        // 1: FLOCK  ADVISORY  WRITE 4242 fe:00:131 0 EOF; waiters have "->" as second word.
        let inode = ":\(status.identity.inode)"
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[5].hasSuffix(inode),
                let process = Int(words[4]), process > 0
            else { continue }
            self.process = process
            let bytes = (try? readFile(FilePath("/proc/\(process)/cmdline"))) ?? []
            command = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
                .joined(separator: " ")
            return
        }
        return nil
    }
}
