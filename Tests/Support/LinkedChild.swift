import Glibc
import SystemPackage

/// A child process that prints one line when it is ready and ends when its stdin is closed: so it
/// ends with the test that uses it, and with the tests, however they end.
final class LinkedChild {
    /// Without the line feed; empty if the child ended before it had printed one.
    let firstLine: String
    /// Our end of what are stdin and stdout for the child.
    let line: CInt
    private let process: pid_t

    /// - Parameter words: a program on PATH and its arguments. It gets our environment and stderr.
    init(_ words: [String]) throws {
        var ends: [CInt] = [0, 0]
        // A socket pair, as it is born close-on-exec: no other child may hold a copy of our end.
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
        let (ours, its) = (ends[0], ends[1])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, its, 0)
        posix_spawn_file_actions_adddup2(&actions, its, 1)
        // The thread that a test runs on blocks most signals, and a child inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = words.map { strdup($0) } + [nil]
        defer { for text in arguments { free(text) } }
        var process: pid_t = 0
        let failure = posix_spawnp(
            &process, words[0], &actions, &attributes, &arguments, environ)
        close(its)
        guard failure == 0 else {
            close(ours)
            throw Errno(rawValue: failure)
        }
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while read(ours, &byte, 1) == 1, byte != UInt8(ascii: "\n") { text.append(byte) }
        firstLine = String(decoding: text, as: UTF8.self)
        line = ours
        self.process = process
    }

    deinit {
        close(line)
        waitpid(process, nil, 0)
    }
}
