import Glibc
import Locks
import Platform
import Support
import SystemPackage
import Testing

@Suite struct LockTests {
    /// Holds a lock in another process with flock(1) until the body ends.
    private func withOtherHolder(of path: FilePath, _ body: (Int) throws -> Void) throws {
        let folder = path.removingLastComponent()
        let ready = folder.appending("ready")
        let script = """
            flock -x "$1" sh -c 'echo $$ > "$2.new"; mv "$2.new" "$2"; exec sleep 60' x "$1" "$2" \
            >/dev/null 2>&1 & echo $!
            """
        let started = try run(
            ["/bin/sh", "-c", script, "x", path.string, ready.string],
            environment: ["PATH": "/usr/bin:/bin"])
        let process = try #require(Int32(started.stdout.dropLast()))
        while try status(ready) == nil { usleep(1000) }
        let sleeper = try #require(Int32(readText(ready).dropLast()))
        defer {
            kill(sleeper, SIGKILL)
            kill(process, SIGKILL)
        }
        try body(Int(process))
    }

    private func isFree(_ lock: Lock, _ mode: Lock.Mode = .exclusive) throws -> Bool {
        if (try lock.takeIfFree(mode)) != nil { true } else { false }
    }

    @Test func `a lock keeps others out until it goes out of scope`() throws {
        try withTemporaryFolder { folder in
            let lock = Lock(folder.pushing("var/lock/a.lock"))
            do {
                let held = try lock.take { _ in }
                #expect(try !isFree(lock))
                #expect(try !isFree(lock, .shared))
                #expect(held.mode == .exclusive)
            }
            #expect(try isFree(lock))
        }
    }

    @Test func `a lock on a file that was removed, or made again, is not in place`() throws {
        try withTemporaryFolder { folder in
            let lock = Lock(folder.appending("a.lock"))
            let held = try lock.take { _ in }
            #expect(try held.isInPlace())
            try removeTree(lock.path)
            #expect(try !held.isInPlace())
            let other = try lock.take { _ in }
            #expect(try !held.isInPlace())
            #expect(try other.isInPlace())
        }
    }

    @Test func `shared locks stand side by side`() throws {
        try withTemporaryFolder { folder in
            let lock = Lock(folder.appending("a.lock"))
            let held = try lock.take(.shared) { _ in }
            #expect(try isFree(lock, .shared))
            #expect(try !isFree(lock))
            #expect(held.mode == .shared)
        }
    }

    @Test func `waiting is announced with the holder, and ends with an error`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("a.lock")
            try withOtherHolder(of: path) { holder in
                var announced: [LockWait] = []
                do {
                    _ = try Lock(path).take(timeout: .milliseconds(50)) { announced.append($0) }
                    Issue.record("took a lock that somebody holds")
                } catch LockError.timedOut(let named, let who, _) {
                    #expect(named == path)
                    #expect(who?.process == holder)
                }
                #expect(announced.first?.path == path)
                #expect(announced.first?.holder?.process == holder)
                #expect(announced.first?.holder?.command.hasPrefix("flock -x") == true)
            }
        }
    }

    @Test func `a lock is had as soon as the holder ends`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("a.lock")
            try withOtherHolder(of: path) { holder in
                let held = try Lock(path).take { wait in
                    // The holder's child has the lock too: both must go.
                    _ = try? run(
                        ["/bin/sh", "-c", "pkill -KILL -P \(holder); kill -KILL \(holder)"],
                        environment: ["PATH": "/usr/bin:/bin"])
                }
                #expect(held.path == path)
            }
        }
    }

    @Test func `a child does not keep the lock`() throws {
        try withTemporaryFolder { folder in
            let lock = Lock(folder.appending("a.lock"))
            do {
                let held = try lock.take { _ in }
                _ = try run(["/bin/sh", "-c", "sleep 5 & exit 0"], environment: ["PATH": "/bin"])
                #expect(held.path == lock.path)
            }
            #expect(try isFree(lock))
        }
    }

    @Test func `a lock file that can't be made is an error`() throws {
        try withTemporaryFolder { folder in
            try folder.write("file")
            #expect(throws: LockError.self) {
                _ = try Lock(folder.pushing("file/a.lock")).takeIfFree()
            }
        }
    }
}
