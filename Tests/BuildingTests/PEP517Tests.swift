import Platform
import Support
import SystemPackage
import Testing

@testable import Building

@Suite struct PEP517Tests {
    @Test func `an in-tree backend makes one wheel`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let outcome = try await fixture.build(
                hooks: """
                    def build_wheel(directory, settings=None, metadata=None):
                        print("building in", os.getcwd())
                        return make_wheel(directory)
                    """)
            guard case .built(let wheel) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(wheel.path == fixture.place.dist.appending("pico-1.2-py3-none-any.whl"))
            #expect(try readFile(wheel.path).starts(with: "PK".utf8))
            #expect(try fixture.logText().contains("building in \(fixture.place.source)\n"))
            #expect(
                fixture.shown.lines.contains(
                    "[pico-1.2.p3] building in \(fixture.place.source)"))
        }
    }

    @Test func `the user's settings of distutils are not read`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            // As distutils and its copy in setuptools have it.
            try write(
                fixture.place.source.appending("backend/distutils/dist.py"),
                """
                class Distribution:
                    def __init__(self):
                        self.want_user_cfg = True

                    def find_config_files(self):
                        return ["~/.pydistutils.cfg"] if self.want_user_cfg else []

                """)
            try write(fixture.place.source.appending("backend/distutils/__init__.py"), "")
            _ = try await fixture.build(
                hooks: """
                    from distutils.dist import Distribution

                    def build_wheel(directory, settings=None, metadata=None):
                        print("reads", Distribution().find_config_files())
                        return make_wheel(directory)
                    """)
            #expect(fixture.shown.text.contains("reads []\n"), "\(fixture.shown.text)")
        }
    }

    @Test func `what the backend wants more is told before anything is built`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let hooks = """
                asked_in = os.getpid()

                def get_requires_for_build_wheel(settings=None):
                    global asked_in
                    asked_in = "spoilt"
                    print("noise on stdout")
                    return ["cython>=3", "numpy"]

                def build_wheel(directory, settings=None, metadata=None):
                    assert asked_in == os.getpid(), "the hooks shared a process"
                    return make_wheel(directory)
                """
            #expect(
                try await fixture.build(hooks: hooks, satisfied: ["numpy"])
                    == .needs(["cython>=3", "numpy"]))
            #expect(try status(fixture.place.dist.appending("pico-1.2-py3-none-any.whl")) == nil)
            guard
                case .built = try await fixture.build(
                    hooks: hooks, satisfied: ["numpy", "cython>=3", "other"])
            else {
                Issue.record("not built")
                return
            }
        }
    }

    @Test func `without isolation the backend is not asked`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let outcome = try await fixture.build(
                hooks: """
                    def get_requires_for_build_wheel(settings=None):
                        raise SystemExit("asked")

                    def build_wheel(directory, settings=None, metadata=None):
                        return make_wheel(directory)
                    """, satisfied: nil)
            guard case .built = outcome else {
                Issue.record("not built")
                return
            }
        }
    }

    @Test func `settings reach the backend, repeated ones as a list`() async throws {
        try await inTemporaryFolder { folder in
            var fixture = try BuildFixture(in: folder)
            fixture.settings = [("one", "1"), ("more", "a"), ("more", "b")]
            _ = try await fixture.build(
                hooks: """
                    def build_wheel(directory, settings=None, metadata=None):
                        print("settings:", sorted(settings.items()))
                        return make_wheel(directory)
                    """)
            #expect(
                try fixture.logText().contains(
                    "settings: [('more', ['a', 'b']), ('one', '1')]"))
        }
    }

    @Test func `the source tree itself is not on the path`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            _ = try await fixture.build(
                hooks: """
                    def build_wheel(directory, settings=None, metadata=None):
                        here = [p for p in sys.path if p in ("", os.getcwd()) or p.endswith("/run")]
                        assert not here, here
                        return make_wheel(directory)
                    """)
        }
    }

    @Test(arguments: [
        ("raise RuntimeError('no luck')", "RuntimeError: no luck" as String?, ChildEnd.exited(1)),
        ("sys.exit(7)", nil, .exited(7)),
        ("os.kill(os.getpid(), 11)", nil, .signalled(11)),
    ])
    func `a failure tells phase, end and the lines that matter`(
        statement: String, line: String?, end: ChildEnd
    ) async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            for hook in ["get_requires_for_build_wheel", "build_wheel"] {
                let failed = try await failure {
                    _ = try await fixture.build(
                        hooks: """
                            def build_wheel(*arguments):
                                pass

                            def \(hook)(*arguments):
                                print("on the way")
                                \(statement)
                            """)
                }
                #expect(failed?.phase == hook)
                #expect(failed?.package == "pico-1.2.p3")
                #expect(failed?.log == fixture.log.path)
                // A signal in the first hook ends its fork only; the runner passes on what it can.
                if case .signalled(let signal) = end, hook != "build_wheel" {
                    #expect(failed?.end == .exited(128 + signal))
                } else {
                    #expect(failed?.end == end)
                }
                if let line { #expect(failed?.lines.last == line) }
            }
        }
    }

    @Test func `no wheel and two wheels are errors`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            await #expect {
                _ = try await fixture.build(
                    hooks: "def build_wheel(*arguments): return 'pico-1.2-py3-none-any.whl'")
            } throws: { error in
                guard case BuildError.noWheel(_, fixture.place.dist, _) = error else {
                    return false
                }
                return true
            }
            await #expect {
                _ = try await fixture.build(
                    hooks: """
                        def build_wheel(directory, *arguments):
                            make_wheel(directory, "other-1-py3-none-any.whl")
                            return make_wheel(directory)
                        """)
            } throws: { error in
                guard case BuildError.severalWheels(_, _, let names) = error else { return false }
                return names == ["other-1-py3-none-any.whl", "pico-1.2-py3-none-any.whl"]
            }
        }
    }

    @Test func `a wheel of an earlier build is not taken for a new one`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            try write(fixture.place.dist.appending("pico-1.0-py3-none-any.whl"), "old")
            guard
                case .built(let wheel) = try await fixture.build(
                    hooks: "def build_wheel(directory, *arguments): return make_wheel(directory)")
            else {
                Issue.record("not built")
                return
            }
            #expect(wheel.path.lastComponent == "pico-1.2-py3-none-any.whl")
        }
    }

    @Test func `a backend that is not there is named`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            await #expect {
                _ = try await fixture.build(hooks: "import poetry_of_another_kind")
            } throws: { error in
                guard case BuildError.noBackend(_, "own", let reason, _) = error else {
                    return false
                }
                return reason == "No module named 'poetry_of_another_kind'"
            }
        }
    }

    @Test func `a download fails at once`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            let failed = try await failure {
                _ = try await fixture.build(
                    hooks: """
                        import urllib.request
                        def build_wheel(directory, *arguments):
                            urllib.request.urlopen("https://example.invalid/archive.tar.gz")
                        """, inherited: ["no_proxy": "*", "https_proxy": "http://10.0.0.1:3128"])
            }
            // Refused by this machine, not "name not known" by somebody else's.
            #expect(failed?.lines.last?.contains("Connection refused") == true)
        }
    }

    @Test func `stdin is at its end`() async throws {
        try await inTemporaryFolder { folder in
            let fixture = try BuildFixture(in: folder)
            _ = try await fixture.build(
                hooks: """
                    def build_wheel(directory, *arguments):
                        assert sys.stdin.read() == ""
                        return make_wheel(directory)
                    """)
        }
    }
}

/// The failed build that `body` throws; nil, and an issue, if it throws something else.
func failure(_ body: () async throws -> Void) async throws -> FailedBuild? {
    do { try await body() } catch BuildError.failed(let failed) { return failed }
    Issue.record("nothing failed")
    return nil
}
