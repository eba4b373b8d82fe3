internal import Platform
internal import SystemPackage

/// How much memory is left free when a further build is begun beside others: where all of it is used,
/// the kernel kills whichever process it likes.
struct MemoryReserve: Sendable {
    /// Bytes; 0 lets all builds begin.
    let bytes: Int
    /// `/`, but in tests.
    var root: FilePath = "/"

    /// Builds that are known to take less are not worth a wait.
    private static let shortest = Duration.seconds(10)

    /// - Parameter bytes: SPKG_MEMORY_RESERVE; nil: an eighth of what there is, from 256 MiB to 1 GiB.
    init(bytes: Int?, root: FilePath = "/") {
        self.root = root
        let total = Self.number("MemTotal:", in: Self.text("proc/meminfo", root)) ?? 0
        self.bytes = bytes ?? min(max(total / 8, 1 << 28), 1 << 30)
    }

    struct Lack: CustomStringConvertible {
        let available: Int
        let reserve: Int

        var description: String {
            "only \(available >> 20) MiB of memory are available, and \(reserve >> 20) MiB are to "
                + "stay free beside other builds (SPKG_MEMORY_RESERVE)"
        }
    }

    /// Why a build must not begin beside others now; nil if it may.
    func lack(for expected: Duration?) -> Lack? {
        if bytes == 0 || expected.map({ $0 < Self.shortest }) ?? false { return nil }
        guard let available, available < bytes else { return nil }
        return Lack(available: available, reserve: bytes)
    }

    /// Bytes that processes of ours can still get: of the machine, and of the control groups (version
    /// 2) that we are in. Nil where the system doesn't tell.
    var available: Int? {
        let machine = Self.number("MemAvailable:", in: Self.text("proc/meminfo", root))
        let groups = Self.text("proc/self/cgroup", root).split(separator: "\n")
            .first { $0.hasPrefix("0::/") }.map { FilePath(String($0.dropFirst(4))) }
        var least = machine
        guard var group = groups else { return least }
        while true {
            let folder = FilePath("sys/fs/cgroup").pushing(group)
            if let limit = Int(Self.text(folder.appending("memory.max"), root)),
                let used = Int(Self.text(folder.appending("memory.current"), root))
            {
                // What was only read from files is given back when it is needed.
                let files = Self.text(folder.appending("memory.stat"), root)
                let free = limit - used + (Self.number("inactive_file", in: files) ?? 0)
                least = min(least ?? free, max(0, free))
            }
            if group.isEmpty { return least }
            group.removeLastComponent()
        }
    }

    private static func text(_ path: FilePath, _ root: FilePath) -> String {
        let text = (try? readTextIfPresent(root.pushing(path))) ?? nil
        return (text ?? "").hasSuffix("\n") ? String(text!.dropLast()) : text ?? ""
    }

    /// `MemAvailable:   123 kB`, in bytes; numbers without a unit are bytes.
    private static func number(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, words[0] == name, let number = Int(words[1]) else { continue }
            return words.count > 2 && words[2] == "kB" ? number << 10 : number
        }
        return nil
    }
}
