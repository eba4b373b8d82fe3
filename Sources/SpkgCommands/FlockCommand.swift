internal import ArgumentParser
internal import Glibc
internal import Installing
internal import Locks
internal import Platform
internal import SystemPackage

struct FlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flock",
        abstract: "Hold a lock while a command runs.",
        discussion: """
            The lock is held until the command and all children that it leaves have ended. The pip \
            lock of a tree is TREE/var/lock/pip3.lock.

            LOCK may be the number of an open file, as in shell scripts; without a command, its lock \
            is taken and stays with that file.

            EXAMPLES
              spkg flock -x local/var/lock/pip3.lock local/bin/pip list
              exec 9>lock; spkg flock -x 9; …; spkg flock -u 9
            """)

    @Flag(name: .short, help: "Share the lock with others that share it.")
    var shared = false

    @Flag(name: .customShort("x"), help: "Keep everybody else out; the default.")
    var exclusive = false

    @Flag(name: .short, help: "Release the lock of an open file.")
    var unlock = false

    @OptionGroup var locks: LockOption

    @Argument(help: "A file, made if it is not there, or the number of an open file.")
    var lock: String

    @Argument(parsing: .captureForPassthrough, help: "The command, with its arguments.")
    var command: [String] = []

    func validate() throws {
        if [shared, exclusive, unlock].filter(\.self).count > 1 {
            throw ValidationError("-s, -x and -u exclude each other")
        }
        if CInt(lock) == nil {
            if unlock { throw ValidationError("-u needs the number of an open file") }
            if command.isEmpty { throw ValidationError("no command to hold the lock for") }
        }
    }

    func run() throws {
        let timeout = TreeSettings(environment: locks.environment).lockTimeout
        let announce = Watcher(isVerbose: false).reporting.event
        if let descriptor = CInt(lock) {
            let lock = InheritedLock(descriptor: descriptor)
            if unlock {
                try lock.release()
            } else {
                try lock.take(shared ? .shared : .exclusive, timeout: timeout) {
                    announce(.waiting($0))
                }
            }
            if command.isEmpty { return }
        } else {
            let path = Here.workingDirectory.pushing(FilePath(lock))
            try Lock(path).take(shared ? .shared : .exclusive, timeout: timeout) {
                announce(.waiting($0))
            }.surviveExec()
        }
        try becomeProgram(command, environment: Here.environment, in: Here.workingDirectory)
    }
}
