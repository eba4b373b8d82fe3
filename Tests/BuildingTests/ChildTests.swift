import Glibc
import Platform
import Support
import SystemPackage
import Testing

@testable import Building

@Suite struct ChildTests {
    @Test(arguments: [
        ("exit 0", ChildEnd.exited(0)), ("exit 42", .exited(42)), ("kill -9 $$", .signalled(9)),
    ])
    func `status or signal is told`(script: String, end: ChildEnd) async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            #expect(try await fixture.shell(script) == end)
        }
    }

    @Test func `much output comes whole to the log and in whole lines to the terminal`()
        async throws
    {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            // Both streams, in writes that don't end where lines do.
            let end = try await fixture.shell(
                "for i in {1..3000}; do printf 'line %d of' $i; printf ' many\\n' >&2; done; printf end"
            )
            #expect(end == .exited(0))
            let expected = (1...3000).map { "line \($0) of many" } + ["end"]
            let log = try fixture.logText().split(separator: "\n").dropFirst()
            #expect(log.elementsEqual(expected, by: ==))
            #expect(
                fixture.shown.lines.elementsEqual(expected.map { "[pico-1.2.p3] \($0)" }, by: ==))
            #expect(fixture.shown.pieces.allSatisfy { $0.count <= 4096 && $0.last == 10 })
        }
    }

    @Test func `output is shown while the child runs`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            try #require(mkfifo(fixture.place.directory.appending("go").string, 0o600) == 0)
            async let end = fixture.shell("echo waiting; read word < go; echo got $word")
            await fixture.shown.wait(for: "waiting\n")
            try write(toPipe: fixture.place.directory.appending("go"), "on\n")
            #expect(try await end == .exited(0))
            #expect(fixture.shown.text.hasSuffix("[pico-1.2.p3] got on\n"))
        }
    }

    @Test func `a grandchild that keeps the output open neither holds us up nor lives on`()
        async throws
    {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let end = try await fixture.shell("sleep 1000 & echo $! > grandchild; exit 3")
            #expect(end == .exited(3))
            #expect(try !isAlive(fixture.place.directory.appending("grandchild")))
        }
    }

    @Test(arguments: [true, false])
    func `calling it off ends the whole group`(listens: Bool) async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let deafness = listens ? "" : "trap '' TERM;"
            let task = Task {
                try await fixture.shell(
                    """
                    \(deafness) sleep 1000 & echo $! > grandchild; echo $$ > child
                    echo started; wait; wait
                    """, patience: listens ? .seconds(60) : .milliseconds(100))
            }
            await fixture.shown.wait(for: "started\n")
            task.cancel()
            await #expect {
                try await task.value
            } throws: { error in
                guard case BuildError.cancelled("pico-1.2.p3", "shell", fixture.log.path) = error
                else { return false }
                return true
            }
            #expect(try !isAlive(fixture.place.directory.appending("child")))
            #expect(try !isAlive(fixture.place.directory.appending("grandchild")))
        }
    }

    @Test func `a program that is not there is told by name`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            await #expect {
                try await Child(
                    arguments: ["no-such-program"], environment: inheritedPath,
                    directory: fixture.place.directory
                ).run(phase: "test", log: fixture.log, terminal: nil)
            } throws: { error in
                guard case BuildError.notStarted("no-such-program", _, _) = error else {
                    return false
                }
                return true
            }
        }
    }

    @Test func `no descriptor but the three comes down`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let leak = open("/dev/null", O_RDONLY)
            defer { close(leak) }
            #expect(
                try await fixture.shell("ls -l /proc/$$/fd > fds; [ ! -e /proc/$$/fd/\(leak) ]")
                    == .exited(0))
        }
    }
}

@Suite struct BuildLogTests {
    @Test func `each command starts with an empty line and a header, and nothing is lost`()
        async throws
    {
        try await inTemporaryFolder { folder in
            let first = try BuildFixture(in: folder)
            _ = try await first.shell("echo one")
            _ = try await first.shell("echo 'two words'")
            let second = try BuildFixture(in: folder)
            _ = try await second.shell("echo three")
            let text = try readText(folder.appending("logs/pkgs/pico-1.2.p3.log"))
            let headers = text.matches(
                of: /\n##### spkg \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: Running (.*)\n/)
            #expect(
                headers.map(\.1) == [
                    "/bin/bash -c 'echo one'", #"/bin/bash -c 'echo '\''two words'\'''"#,
                    "/bin/bash -c 'echo three'",
                ])
            #expect(try second.logText().hasSuffix("three\n"))
            #expect(try !second.logText().contains("one"))
        }
    }

    @Test func `times below ten seconds are not written`() async throws {
        try await inTemporaryFolder { folder in
            let log = try BuildFixture(in: folder).log
            let file = folder.appending("logs/pkgs/pico-1.2.p3.time")
            try log.noteTime(.milliseconds(9_999))
            #expect(try status(file) == nil)
            try log.noteTime(.milliseconds(61_052))
            #expect(try readText(file) == "real 61.05\n")
        }
    }
}

/// Whether the process whose number is in `file` is there and no zombie.
private func isAlive(_ file: FilePath) throws -> Bool {
    let number = try readText(file).split(separator: "\n")[0]
    guard let text = try? readText(FilePath("/proc/\(number)/stat")) else { return false }
    return text.split(separator: ") ").last?.first != "Z"
}

private func write(toPipe path: FilePath, _ text: String) throws {
    let descriptor = try FileDescriptor.open(path, .writeOnly)
    try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
}
