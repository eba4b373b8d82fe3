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
        guard let holder = Self.all(of: path).first else { return nil }
        self = holder
    }

    /// All that hold it: a shared lock may have several.
    static func all(of path: FilePath) -> [LockHolder] {
        guard let status = try? targetStatus(path), let table = try? readText("/proc/locks")
        else { return [] }
        // 1: FLOCK  ADVISORY  WRITE 4242 fe:00:131 0 EOF; waiters have "->" as second word.
        return table.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", isFile(words[5], status.identity),
                let process = Int(words[4]), process > 0
            else { return nil }
            return LockHolder(process)
        }
    }

    /// Compares `fe:00:131`: major and minor number of the device in hexadecimal digits, and the inode.
    private static func isFile(_ text: Substring, _ file: FileIdentity) -> Bool {
        let numbers = text.split(separator: ":")
        guard numbers.count == 3, UInt64(numbers[2]) == file.inode else { return false }
        // As makedev(3) packs them.
        let device = file.device
        let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
        let minor = device & 0xFF | device >> 12 & ~0xFF
        // File systems without a device (overlayfs, btrfs, nfs) have several numbers.
        return major == 0
            || UInt64(numbers[0], radix: 16) == major && UInt64(numbers[1], radix: 16) == minor
    }

    private init(_ process: Int) {
        self.process = process
        let bytes = (try? readFile(FilePath("/proc/\(process)/cmdline"))) ?? []
        var words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        // As a person has typed it, wherever the program is.
        if let program = words.first?.split(separator: "/").last { words[0] = String(program) }
        command = words.joined(separator: " ")
    }
}
