internal import ArgumentParser
internal import Glibc
internal import Installing
internal import Locks
internal import Platform
internal import SystemPackage

struct FlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flock",
        abstract: "Hold a lock while a command runs, as flock(1) does.",
        usage: """
            spkg flock [OPTION…] LOCK COMMAND [ARGUMENT…]
            spkg flock [OPTION…] LOCK -c LINE
            spkg flock [OPTION…] NUMBER
            """,
        discussion: """
            LOCK is a file, made if it isn't there, or a directory. The lock is held until the command \
            and all children that it leaves have ended. LINE is run by the shell. NUMBER is an open \
            file of a shell script; its lock is taken and stays with that file. The pip lock of a tree \
            is TREE/var/lock/pip3.lock.

            OPTIONS, all before LOCK:
              -s, --shared              share the lock with others that share it
              -x, -e, --exclusive       keep all others out; the default
              -u, --unlock              release the lock of an open file
              -n, --nb, --nonblock      don't wait
              -w, --timeout SECONDS     wait no longer than that; also --wait
              -E, --conflict-exit-code STATUS
                                        if -n or -w were in vain; default: 1
              -o, --close               don't hand the lock down to the command's children
              -F, --no-fork             become the command; spkg always does that, except with -o
                  --verbose             say how long it took to get the lock, or why it can't be had
                  --lock-timeout SECONDS
                                        as -w, with an error that names who holds it; default: \
            SPKG_LOCK_TIMEOUT
                  --descriptor          LOCK is the number of an open file, with a command, too

            STATUS: the command's; 1 if the lock wasn't to be had in time; 64 wrong usage; 65 what \
            can't be locked; 66 a lock file that can't be opened; 69 a command that can't be run.

            EXAMPLES
              spkg flock -x local/var/lock/pip3.lock local/bin/pip list
              exec 9>lock; spkg flock -x 9; …; spkg flock -u 9
            """)

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("As above.", visibility: .private))
    var words: [String] = []

    func validate() throws { _ = try FlockCall(words) }

    func run() throws {
        try Flock(FlockCall(words)).run()
    }
}

/// The statuses of flock(1), from sysexits.h.
private enum FlockStatus {
    static let wrongData = ExitCode(65)
    static let noInput = ExitCode(66)
    static let unavailable = ExitCode(69)
    static let systemError = ExitCode(71)
    static let cannotCreate = ExitCode(73)
}

private struct Flock {
    let call: FlockCall
    let timeout: Duration?

    init(_ call: FlockCall) throws {
        self.call = call
        let settings = try TreeSettings(environment: Here.environment)
        timeout = call.lockTimeout ?? settings.lockTimeout
    }

    func run() throws {
        if call.isDescriptor {
            try hold(InheritedLock(descriptor: CInt(call.lock)!, path: nil))
        } else {
            let path = FilePath(call.lock)
            let file = try opened(path)
            try hold(InheritedLock(descriptor: file.descriptor, path: path))
        }
    }

    private func opened(_ path: FilePath) throws -> File {
        do { return try File(locking: path) } catch {
            say("error: cannot open the lock file \(error)")
            switch error.errno {
            case .noMemory, .tooManyOpenFiles, .tooManyOpenFilesInSystem:
                throw FlockStatus.systemError
            case .readOnlyFileSystem, .noSpace: throw FlockStatus.cannotCreate
            default: throw FlockStatus.noInput
            }
        }
    }

    private func hold(_ lock: InheritedLock) throws {
        do { try take(lock) } catch let error as LockError {
            switch error {
            case .refused(_, let errno):
                say("error: \(error)")
                throw errno == .noLocks || errno == .noMemory
                    ? FlockStatus.systemError : FlockStatus.wrongData
            case .timedOut, .unopened, .heldByAncestor:
                // flock(1) is silent about locks that -n and -w didn't get.
                if call.wait == .usual { say("error: \(error)") }
                if call.isVerbose { say("flock: failed to get lock") }
                throw ExitCode(call.conflictStatus)
            }
        }
        if call.commandCount == 0 { return }
        var first: [String] = []
        if call.isShellLine {
            let shell = Here.environment["SHELL"].flatMap { $0.isEmpty ? nil : $0 }
            first = [shell ?? "/bin/sh", "-c"]
        }
        let words = CommandWords(first: first, last: call.commandCount)
        if call.isVerbose { try emit("flock: executing \(words.program)\n") }
        do {
            if call.closesLock {
                throw ExitCode(try words.run())
            }
            try lock.surviveExec()
            try words.become()
        } catch let error as PlatformError {
            say("error: cannot run \(error)")
            throw error.errno == .noMemory ? FlockStatus.systemError : FlockStatus.unavailable
        }
    }

    private func take(_ lock: InheritedLock) throws {
        guard let mode = call.mode else { return try lock.release() }
        let start = ContinuousClock.now
        switch call.wait {
        case .no, .atMost(.zero):
            if try !lock.takeIfFree(mode) {
                throw LockError.timedOut(path: lock.path, holder: nil, after: .zero)
            }
        case .atMost(let limit): try lock.take(mode, timeout: limit) { _ in }
        case .usual:
            let announce = Watcher(isVerbose: false).reporting.event
            try lock.take(mode, timeout: timeout) { announce(.waiting($0)) }
        }
        if call.isVerbose {
            let microseconds = Int((ContinuousClock.now - start) / .microseconds(1))
            let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
            try emit(
                "flock: getting lock took \(microseconds / 1_000_000).\(fraction) seconds\n")
        }
    }
}
