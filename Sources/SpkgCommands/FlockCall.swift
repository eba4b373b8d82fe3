internal import ArgumentParser
internal import Installing
internal import Locks

/// The words after `spkg flock`, read as flock(1) reads them: options stand before the lock, whatever
/// comes after it is the command's.
struct FlockCall {
    enum Wait: Equatable {
        case no
        case atMost(Duration)
        /// As long as it takes, or as SPKG_LOCK_TIMEOUT says.
        case usual
    }

    /// nil: release it.
    var mode: Lock.Mode? = .exclusive
    var wait = Wait.usual
    var conflictStatus: Int32 = 1
    /// The lock is this process's alone, and ends with the command, whatever that leaves running.
    var closesLock = false
    var isVerbose = false
    /// Instead of SPKG_LOCK_TIMEOUT.
    var lockTimeout: Duration?
    var lock = ""
    /// Whether `lock` is the number of an open file.
    var isDescriptor = false
    /// A line for the shell instead of a command's words.
    var isShellLine = false
    /// How many words at the end of the command line are the command.
    var commandCount = 0

    /// - Throws: `ValidationError`.
    init(_ words: [String]) throws {
        var rest = words[...]
        var modes: Set<String> = []
        var takesDescriptor = false
        var keepsProcess = false

        func value(of option: String, _ attached: String?) throws -> String {
            if let attached { return attached }
            guard let next = rest.popFirst() else {
                throw ValidationError("\(option) needs a value")
            }
            return next
        }
        func read(_ option: String, _ attached: String?) throws {
            switch option {
            case "-s", "--shared":
                mode = .shared
                modes.insert("-s")
            case "-x", "-e", "--exclusive":
                mode = .exclusive
                modes.insert("-x")
            case "-u", "--unlock":
                mode = nil
                modes.insert("-u")
            case "-n", "--nb", "--nonblock": wait = .no
            case "-w", "--wait", "--timeout":
                wait = try .atMost(Self.time(value(of: option, attached)))
            case "-E", "--conflict-exit-code":
                conflictStatus = try Self.status(value(of: option, attached))
            case "-o", "--close": closesLock = true
            case "-F", "--no-fork": keepsProcess = true
            case "--verbose": isVerbose = true
            case "--descriptor": takesDescriptor = true
            case "--lock-timeout": lockTimeout = try Self.time(value(of: option, attached))
            case "-h", "--help": throw CleanExit.helpRequest(FlockCommand.self)
            default: throw ValidationError("unknown option \(option)")
            }
        }
        while let word = rest.first, word.hasPrefix("-"), word != "-" {
            rest.removeFirst()
            if word == "--" { break }
            if word.hasPrefix("--") {
                let parts = word.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let attached = parts.count > 1 ? String(parts[1]) : nil
                let takesValue = [
                    "--wait", "--timeout", "--conflict-exit-code", "--lock-timeout",
                ].contains(parts[0])
                if attached != nil, !takesValue {
                    throw ValidationError("\(parts[0]) has no value")
                }
                try read(String(parts[0]), attached)
                continue
            }
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                let takesRest = "wE".contains(letter) && !letters.isEmpty
                try read("-\(letter)", takesRest ? String(letters) : nil)
                if takesRest { break }
            }
        }
        if modes.count > 1 { throw ValidationError("-s, -x and -u exclude each other") }
        if keepsProcess && closesLock {
            throw ValidationError("-F and -o exclude each other: no process would hold the lock")
        }
        guard let lock = rest.popFirst() else { throw ValidationError("no lock is named") }
        if lock.isEmpty { throw ValidationError("the lock's name is empty; is a variable unset?") }
        self.lock = lock
        isDescriptor = (rest.isEmpty || takesDescriptor) && Int32(lock).map { $0 >= 0 } ?? false
        if rest.isEmpty, !isDescriptor {
            throw ValidationError(
                "no command to hold the lock for, and '\(lock)' is not the number of an open file")
        }
        if let first = rest.first, first == "-c" || first == "--command" {
            guard rest.count == 2 else { throw ValidationError("-c takes one line for the shell") }
            isShellLine = true
            rest.removeFirst()
        }
        commandCount = rest.count
    }

    private static func time(_ text: String) throws -> Duration {
        guard let seconds = Double(text), let limit = TreeSettings.lockTimeout(seconds) else {
            throw ValidationError(
                "'\(text)' is not a time to wait: it must be \(TreeSettings.lockTimeouts)")
        }
        return limit
    }

    private static func status(_ text: String) throws -> Int32 {
        guard let number = Int32(text), (0...255).contains(number) else {
            throw ValidationError("'\(text)' is not an exit status: it must be from 0 to 255")
        }
        return number
    }
}
