import Glibc
import Platform
import Support
import SystemPackage
import Testing

@testable import Building

@Suite struct JobserverTests {
    /// Two jobs that wait for each other: with one job at a time neither ends, and `timeout` says so.
    /// `meet` must not be there before make starts them.
    static let meeting = """
        all: one two
        one:
        \t@timeout 30 sh -c 'echo met > meet'
        two:
        \t@timeout 30 cat meet

        """

    @Test func `a sub-make gets the tokens of the outer make`() async throws {
        try await inTemporaryFolder { folder in
            try write(folder.appending("sub.mk"), Self.meeting)
            let said = try await make(
                in: folder, "-j2", "make -f sub.mk", prepare: "mkfifo ../../meet")
            #expect(said.contains("ended with 0\n"), Comment(rawValue: said))
            #expect(said.contains("[driver-1] met\n"))
            #expect(!said.contains("jobserver"), Comment(rawValue: said))
        }
    }

    @Test func `a build that is called off gives its tokens back to make`() async throws {
        try await inTemporaryFolder { folder in
            // All four jobs run, three of them on tokens, when one calls the build off.
            try write(
                folder.appending("sub.mk"),
                """
                all: one two three four
                one two three:
                \t@echo $@ > started; read f < never
                four:
                \t@for i in 1 2 3; do read name; done < started; kill -TERM $$DRIVER; read f < never

                """)
            let said = try await make(
                in: folder, "-j4", "make SHELL=/bin/bash -f sub.mk",
                prepare: "cd ../..; mkfifo started never; exec 8<>started; cd -")
            #expect(said.contains("ended with 99\n"), Comment(rawValue: said))
            // Make counts them at its end: "INTERNAL: Exiting with 1 jobserver tokens; should be 4".
            #expect(!said.contains("INTERNAL"), Comment(rawValue: said))
        }
    }

    @Test func `without a plus sign make means one job`() async throws {
        try await inTemporaryFolder { folder in
            try write(
                folder.appending("sub.mk"),
                "all: one two\none two:\n\t@mkdir alone && echo $@ && rmdir alone\n")
            let said = try await make(
                in: folder, "-j2", recipe: "@", "make -f sub.mk", prepare: ":")
            #expect(said.contains("ended with 0\n"), Comment(rawValue: said))
            #expect(
                said.contains("[driver-1] one\n[pico-1.2.p3] [driver-1] two\n"),
                Comment(rawValue: said))
            #expect(!said.contains("jobserver"), Comment(rawValue: said))
        }
    }

    @Test func `without an outer make we bring our own`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            try write(fixture.place.directory.appending("sub.mk"), Self.meeting)
            let jobserver = try Jobserver(joining: ["SPKG_JOBS": "3"])
            #expect(jobserver.freeTokens == 2)
            let end = try await fixture.shell(
                "mkfifo meet && make -f sub.mk", jobserver: jobserver)
            #expect(end == .exited(0))
            #expect(jobserver.freeTokens == 2)
            #expect(!fixture.shown.text.contains("jobserver"), "\(fixture.shown.text)")
        }
    }

    @Test func `make started by Python runs in parallel too`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            try write(fixture.place.directory.appending("sub.mk"), Self.meeting)
            let jobserver = try Jobserver(joining: ["SPKG_JOBS": "2"])
            var variables = BuildVariables(at: fixture.place, inherited: inheritedPath)
            variables.set(jobserver.variables(for: .python))
            let program =
                "import os, subprocess as s; os.mkfifo('meet'); s.check_call(['make', '-f', 'sub.mk'])"
            let end = try await Child(
                arguments: ["python3", "-c", program], environment: variables.values,
                directory: fixture.place.directory
            ).run(phase: "python", log: fixture.log, terminal: fixture.terminal)
            #expect(end == .exited(0))
            #expect(!fixture.shown.text.contains("jobserver"), "\(fixture.shown.text)")
        }
    }

    @Test func `a path is given that leads to the very tokens`() throws {
        let jobserver = try Jobserver(joining: ["SPKG_JOBS": "4"])
        let flags = try #require(jobserver.variables(for: .script)["MAKEFLAGS"])
        #expect(flags == " -j4 --jobserver-auth=3,4 -- --jobserver-auth=fifo:\(jobserver.path)")
        // As ninja does it.
        let descriptor = open(jobserver.path.string, O_RDWR | O_CLOEXEC)
        var token: UInt8 = 0
        #expect(read(descriptor, &token, 1) == 1)
        #expect(jobserver.freeTokens == 2)
        #expect(write(descriptor, &token, 1) == 1)
        #expect(jobserver.freeTokens == 3)
        close(descriptor)
    }

    @Test func `the fifo of make 4.4 is handed on`() async throws {
        try await inTemporaryFolder { folder in
            let path = folder.appending("fifo")
            try #require(mkfifo(path.string, 0o600) == 0)
            let jobserver = try Jobserver(
                joining: ["MAKEFLAGS": "k -j8 --jobserver-auth=fifo:\(path) -- CC=clang"])
            // A blank in the path ends the word: such a fifo can't be named, so one is made.
            #expect(jobserver.isHandedDown == !path.string.contains(" "))
        }
        try await inTemporaryFolder(named: "spkg-plain-") { folder in
            let path = folder.appending("fifo")
            try #require(mkfifo(path.string, 0o600) == 0)
            let jobserver = try Jobserver(
                joining: ["MAKEFLAGS": "k -j8 --jobserver-auth=fifo:\(path) -- CC=clang"])
            #expect(jobserver.isHandedDown)
            #expect(jobserver.path == path)
            #expect(
                jobserver.variables(for: .script)["MAKEFLAGS"]
                    == "k -j8 --jobserver-auth=3,4 -- --jobserver-auth=fifo:\(path) CC=clang")
        }
    }

    @Test(
        arguments: [
            ([:], nil),
            (["SPKG_JOBS": "5", "MAKEFLAGS": " -j3", "MAKE": "make -j7"], 5),
            (["MAKEFLAGS": " -j3", "MAKE": "make -j7", "SAGE_NUM_THREADS": "2"], 3),
            (["MAKE": "make -j7", "SAGE_NUM_THREADS": "2"], 7),
            (["SAGE_NUM_THREADS": "2"], 2),
            (["SPKG_JOBS": "0", "SAGE_NUM_THREADS": "many"], nil),
        ] as [([String: String], Int?)])
    func `the number of jobs is the user's, else one per core`(
        environment: [String: String], jobs: Int?
    ) throws {
        let jobserver = try Jobserver(joining: environment)
        #expect(jobserver.jobs == jobs ?? activeCores())
        #expect(jobserver.freeTokens == (jobs ?? activeCores()) - 1)
    }

    @Test func `a descriptor that is no pipe is not believed`() throws {
        // 0 and 1 of the test are a file, /dev/null or a terminal; 9999 is not open.
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        for numbers in ["\(null),\(null)", "9998,9999"] {
            let jobserver = try Jobserver(
                joining: ["MAKEFLAGS": " -j8 --jobserver-auth=\(numbers)"])
            #expect(!jobserver.isHandedDown)
            #expect(jobserver.jobs == 1)
        }
    }

    /// Writes a makefile with one recipe line, our driver running `command`, and runs it as an outer
    /// make; returns what it said.
    private func make(
        in folder: FilePath, _ jobs: String, recipe prefix: String = "+@", _ command: String,
        prepare: String
    ) async throws -> String {
        let driver = try realPath("/proc/self/exe").removingLastComponent()
            .appending("BuildingDriver")
        let fixture = try BuildFixture(in: folder)
        try write(
            fixture.place.directory.appending("Makefile"),
            "all:\n\t\(prefix)'\(driver)' '\(folder)' \(command); echo ended with $$?\n")
        let end = try await fixture.shell(
            "\(prepare); cd ../..; exec timeout --foreground 120 make \(jobs) -f build/*/Makefile")
        #expect(end == .exited(0))
        return fixture.shown.text
    }
}
